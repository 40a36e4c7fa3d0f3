"""Settings that cannot work are refused with a sentence, before Envoy starts."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

RENDER = Path(__file__).resolve().parents[1] / "render.sh"


def render(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(RENDER)],
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "localhost", "http://host/path", "http://", "https://a*b", "http://h:x", "$(id)"],
)
def test_what_is_no_origin_is_named(origin: str) -> None:
    answer = render(PCW_ALLOWED_ORIGINS=f"http://good.example,{origin}")
    assert answer.returncode != 0
    assert f"'{origin}', which is no origin" in answer.stderr
    assert answer.stdout == ""


def test_every_placeholder_is_filled() -> None:
    assert "${" not in render().stdout


def test_the_host_name_is_trusted_only_where_it_cannot_be_rebound_to_us() -> None:
    assert '("pcw", "same_origin", false and same)' in render(ENVOY_BIND="127.0.0.1").stdout
    assert '("pcw", "same_origin", true and same)' in render(ENVOY_BIND="0.0.0.0").stdout


def test_an_unclear_trust_setting_is_refused() -> None:
    answer = render(PCW_TRUST_HOST="maybe")
    assert answer.returncode != 0
    assert "use true or false" in answer.stderr


def test_what_several_places_share_stands_at_the_head() -> None:
    head, admin, rest = render().stdout.partition("\nadmin:")
    assert admin
    anchors = re.compile(r"(?:^|\s)&(\w+)", re.MULTILINE)
    assert anchors.findall(rest) == []
    shared = anchors.findall(head)
    assert shared
    assert [name for name in shared if f"*{name}" not in render().stdout] == []
