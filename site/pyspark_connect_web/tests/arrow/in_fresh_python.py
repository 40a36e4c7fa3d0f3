"""Runs a program in a new Python, with real pyarrow hidden from it or the facade installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SITE = Path(__file__).resolve().parents[3]

HIDE_REAL = """
import importlib.abc, sys
class _NoPyarrow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, _NoPyarrow())
"""
# As in the tab: no pyarrow anywhere but ours.
FACADE = (
    HIDE_REAL
    + """
import importlib.util
_find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "pyarrow" else _find(name, *rest)
from pyspark_connect_web.arrow import install
assert install() == "facade"
importlib.util.find_spec = _find
sys.meta_path.insert(0, sys.meta_path.pop())  # before the one that hides the real one
"""
)


def run(program: str, *, prelude: str = "", timeout: float = 60) -> str:
    """What `program` prints; fails with its output when it does not end well."""
    environment = {**os.environ, "PYTHONPATH": str(SITE), "TZ": "America/New_York"}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "program.py"  # PySpark wants a `__main__` with a file
        script.write_text(prelude + program)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(script)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout
