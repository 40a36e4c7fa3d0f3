"""Without a browser the end-to-end tests fail with one sentence; they are not skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_stack

ROOT = Path(__file__).resolve().parents[1]
NEEDS_A_BROWSER = "e2e/test_endpoints.py::test_page_and_kernel_are_isolated"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"CHROMIUM": "/no/such/browser"}, "CHROMIUM=/no/such/browser is no program"),
        ({"PATH": "/none", "PLAYWRIGHT_BROWSERS_PATH": "/none"}, "There is no Chromium"),
    ],
)
def test_a_run_without_a_browser_fails_and_says_what_to_install(
    environ: dict[str, str], words: str
) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", NEEDS_A_BROWSER],
        cwd=ROOT,
        env={**inherited, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert words in run.stdout
    assert "apt-get install chromium" in run.stdout
    assert "Traceback" not in run.stdout
