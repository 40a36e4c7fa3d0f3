"""`make demo`: a person's way through the demo notebook, told and pictured."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.shared.config import PORT_VARIABLES, ROOT
from e2e.stacks import RunningStack
from spark.ports import free_ports

pytestmark = pytest.mark.any_stack

PNG = b"\x89PNG\r\n\x1a\n"
WINDOW = (1280, 900)
LEAST_PICTURE_BYTES = 20_000
"""An empty window takes 5 kB."""


def demo(*arguments: str, port: int | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "e2e.demo", *arguments],
        cwd=ROOT,
        env={**os.environ, PORT_VARIABLES["site"]: str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_opens_the_site_of_make_up_prints_what_it_shows_and_pictures_it(
    stack: RunningStack, tmp_path: Path
) -> None:
    picture = tmp_path / "demo.png"
    done = demo("--screenshot", str(picture), port=urlsplit(stack.site_url).port)
    assert done.returncode == 0, done.stderr
    assert "[1] import js" in done.stdout
    assert "| [Row(id=0)," in done.stdout
    assert "only showing top 5 rows" in done.stdout
    assert "(a picture, " in done.stdout
    data = picture.read_bytes()
    assert data.startswith(PNG)
    assert struct.unpack(">II", data[16:24]) == WINDOW  # the header's width and height
    assert len(data) > LEAST_PICTURE_BYTES


def test_without_a_stack_the_demo_says_what_to_run() -> None:
    [port] = free_ports(1)
    done = demo(port=port)
    assert done.returncode == 1
    assert (
        done.stderr == f"error: Nothing answers at http://localhost:{port}/: run `make up` first.\n"
    )
