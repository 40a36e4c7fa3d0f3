"""Both JavaScript halves use only words and kinds that the layout has."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from pyspark_connect_web.bridge.layout import (
    LAYOUT_VERSION,
    RING_BYTES,
    RING_HEADER_BYTES,
    RingWord,
    as_dict,
)

PAGE_SIDE = Path(__file__).parents[3] / "page"
KERNEL_HALF = files("pyspark_connect_web.bridge").joinpath("kernel_half.js").read_text("utf-8")
SOURCES = {
    "kernel_half.js": KERNEL_HALF,
    **{path.name: path.read_text("utf-8") for path in PAGE_SIDE.glob("*/pcw_*.js")},
}


@pytest.mark.parametrize("name", sorted(SOURCES))
@pytest.mark.parametrize("group", ["answers", "states", "kinds", "wakes"])
def test_every_word_that_a_half_names_is_in_the_layout(name: str, group: str) -> None:
    used = set(re.findall(rf"\b{group}\.([a-z_]+)\b", SOURCES[name]))
    assert used <= set(as_dict()[group])


def test_a_ring_holds_a_power_of_two_so_that_positions_may_wrap() -> None:
    assert RING_BYTES & (RING_BYTES - 1) == 0
    assert len(RingWord) * 4 <= RING_HEADER_BYTES


def test_the_io_worker_is_made_for_this_version_of_the_layout() -> None:
    (version,) = re.findall(r"LAYOUT_VERSION = (\d+)", SOURCES["pcw_io_worker.js"])
    assert int(version) == LAYOUT_VERSION


def test_the_kernel_looks_for_the_name_that_the_page_gives() -> None:
    from pyspark_connect_web.bridge.environment import PAGE_WORKER_NAME

    assert f'"{PAGE_WORKER_NAME}"' in SOURCES["pcw_kernel_bridge.js"]
