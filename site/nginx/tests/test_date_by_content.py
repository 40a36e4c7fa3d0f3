"""Same content, same date; so a browser's copy stays valid until the content changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "date_by_content.py"


def dates(folder: Path) -> dict[str, float]:
    subprocess.run([sys.executable, str(SCRIPT), str(folder)], check=True)
    return {path.name: path.stat().st_mtime for path in folder.rglob("*") if path.is_file()}


def test_a_date_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("other")
    first = dates(tmp_path)
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("changed")
    second = dates(tmp_path)
    assert first["a"] == second["a"]
    assert first["b"] != second["b"]
