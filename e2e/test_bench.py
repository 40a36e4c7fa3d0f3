"""`make bench` measures, prints its table, and ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from e2e.stacks import stack_mode

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 280
"""Of a whole round on a busy machine; a client that waited for its stopped server took 600."""


def test_the_bench_ends_after_its_table(site_dir: Path, tmp_path: Path) -> None:
    if stack_mode() != "local":
        pytest.skip("the bench measures processes, which are not what this run stands on")
    out = tmp_path / "bench.md"
    command = [sys.executable, "-m", "e2e.bench", "--rounds", "1", "--out", str(out)]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith(f"{out.read_text()}\nwritten to {out}\n")
