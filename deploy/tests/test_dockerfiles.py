"""What images copy is in the project, and sent to the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.shared.config import ROOT

DOCKERFILES = ("spark", "site", "envoy", "deploy/team/compose")


def copied(dockerfile: Path) -> Iterator[str]:
    """Sources from the project; those that may be missing are written as patterns."""
    for line in dockerfile.read_text().splitlines():
        if found := re.match(r"COPY (?!--from)(?:--\S+ )*(.*) \S+$", line):
            yield from (source for source in found[1].split() if not re.search(r"\[|\]", source))


def sent() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


@pytest.mark.parametrize("folder", DOCKERFILES)
def test_each_source_of_an_image_is_there_and_sent(folder: str) -> None:
    sources = list(copied(ROOT / folder / "Dockerfile"))
    assert sources
    assert [source for source in sources if not list(ROOT.glob(source))] == []
    known = sent()
    kept_back = [s for s in sources if not any(s == k or s.startswith(f"{k}/") for k in known)]
    assert kept_back == []
