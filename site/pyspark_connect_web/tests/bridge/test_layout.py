"""Both JavaScript halves use only words and kinds that the layout has."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pyspark_connect_web.bridge.layout import (
    LAYOUT_VERSION,
    RING_BYTES,
    RING_HEADER_BYTES,
    RingWord,
    WorkerName,
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


def test_the_kernel_looks_for_the_names_that_the_page_gives() -> None:
    (names,) = re.findall(r"WORKER_NAMES = \{(.*?)\}", SOURCES["pcw_kernel_bridge.js"], re.DOTALL)
    given = dict(re.findall(r'(\w+): "([^"]*)"', names))
    assert given == {name.name.lower(): name.value for name in WorkerName}


def test_the_types_of_the_javascript_are_those_of_the_layout() -> None:
    """`tsc` then says where a half names a word that the layout does not have."""
    assert declared(PAGE_SIDE / "bridge" / "layout.d.ts") == shape(as_dict())


def declared(types: Path) -> dict[str, Any]:
    """The one interface of a file, its numbers as None."""
    text = re.sub(r"/\*.*?\*/", "", types.read_text("utf-8"), flags=re.DOTALL)
    as_json = re.sub(r"(\w+): number;", r'"\1": null,', text)
    as_json = re.sub(r"(\w+): \{", r'"\1": {', as_json).replace("};", "},")
    (body,) = re.findall(r"export interface Layout (\{.*\})", as_json, re.DOTALL)
    found: dict[str, Any] = json.loads(re.sub(r",(\s*\})", r"\1", body))
    return found


def shape(layout: dict[str, Any]) -> dict[str, Any]:
    return {
        name: shape(value) if isinstance(value, dict) else None for name, value in layout.items()
    }
