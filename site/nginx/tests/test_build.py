"""`build.sh` in an image's build: whose tools it takes out of the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOL = "#!/bin/sh\nexit 0\n"
PYTHON = """#!/bin/sh
# Stands in for the python3 of an image, {name}: makes its environment out of links to itself.
case "$1 $2" in
    "-c "*) echo {name} ;;
    "-m builder.current") exit 1 ;;
    "-m venv")
        mkdir -p "$3/bin" && ln -s {folder}/python3 "$3/bin/python" && cp {folder}/pip "$3/bin" ;;
    "-m builder") mkdir -p "$4" && echo {name} >"$4/built-by" ;;
    *) test "${{1##*/}}" = date_by_content.py ;;
esac
"""


@pytest.fixture
def image(tmp_path: Path):
    """`image(name)`: the folder of PATH of an image whose Python is `name`."""

    def make(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file, text in (("pip", TOOL), ("python3", PYTHON.format(name=name, folder=folder))):
            (folder / file).write_text(text)
            (folder / file).chmod(0o755)
        return folder

    return make


def build(path: Path, cache: Path, out: Path) -> str:
    """Who built the site into `out`."""
    environment = {"PATH": f"{path}{os.pathsep}{os.defpath}", "PCW_CACHE": str(cache)}
    source = out.with_name(f"{out.name}-source")
    for part in ("site/nginx/build.sh", "requirements/site.txt"):
        (source / part).parent.mkdir(parents=True)
        shutil.copy(ROOT / part, source / part)
    command = ["sh", "site/nginx/build.sh", str(out)]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True, text=True)
    return (out / "built-by").read_text().strip()


def test_tools_of_an_image_that_has_gone_are_made_anew(image, tmp_path) -> None:
    cache, old, new = tmp_path / "cache", image("old"), image("new")
    assert build(old, cache, tmp_path / "first") == "old"
    shutil.rmtree(old)
    assert build(new, cache, tmp_path / "second") == "new"


def test_tools_of_the_same_image_are_made_once(image, tmp_path) -> None:
    cache, same = tmp_path / "cache", image("same")
    build(same, cache, tmp_path / "first")
    (made,) = cache.iterdir()
    mark = made / "mark"
    mark.touch()
    build(same, cache, tmp_path / "second")
    assert mark.exists()
