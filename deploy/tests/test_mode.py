"""Containers where an engine answers, processes otherwise, and what STACK forces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.shared.config import ROOT


def mode(
    folder: Path, stack: str = "", docker: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the question with a PATH that has this `docker`, or none."""
    if docker is not None:
        program = folder / "docker"
        program.write_text(f"#!/bin/sh\n{docker}\n")
        program.chmod(0o755)
    return subprocess.run(
        [sys.executable, "-m", "deploy.mode"],
        cwd=ROOT,
        env={**os.environ, "STACK": stack, "PATH": f"{folder}:/bin" if docker else str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("docker", "expected"),
    [
        (None, "local"),
        ("exit 0", "compose"),
        ('[ "$1" = compose ]', "local"),  # a client without an engine
        ('[ "$1" != compose ]', "local"),  # an engine without the plugin
    ],
)
def test_the_engine_decides(tmp_path: Path, docker: str | None, expected: str) -> None:
    assert mode(tmp_path, docker=docker).stdout.strip() == expected


@pytest.mark.parametrize("stack", ["compose", "local"])
def test_stack_forces_one_without_asking(tmp_path: Path, stack: str) -> None:
    assert mode(tmp_path, stack, docker="exit 1").stdout.strip() == stack


def test_another_word_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    refused = mode(tmp_path, "podman")
    assert refused.returncode == 2
    assert refused.stderr.strip() == (
        "STACK is 'podman': use one of compose, local, or leave it out."
    )
