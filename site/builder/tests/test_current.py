"""A site from elsewhere is used only if it is whole and made of these sources."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from builder.constants import SITE_FILE
from builder.current import main
from builder.inputs import inputs_hash
from builder.lite import LITE_PACKAGES
from builder.settings import SITE, Options
from builder.verify import write_sums

OTHER_PYTHON = "3.99.0"


def make_site(folder: Path, remote: str | None = None) -> Path:
    tools = dict.fromkeys(LITE_PACKAGES, "1.2.3")
    options = Options(out=folder, cache=folder, remote=remote)
    stamp = inputs_hash(options, tools, OTHER_PYTHON)
    facts = {"inputs": stamp, "versions": {**tools, "python": OTHER_PYTHON}}
    (folder / SITE_FILE).write_text(json.dumps(facts))
    (folder / "index.html").write_text("page")
    write_sums(folder)
    return folder


def test_a_site_that_another_python_built_is_current(tmp_path: Path) -> None:
    assert main(str(make_site(tmp_path))) == 0


def test_a_site_with_packages_is_for_who_wants_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site(tmp_path)
    monkeypatch.setenv("PCW_PACKAGES", "plotly")
    assert main(str(tmp_path)) == 1


def test_a_site_with_special_options_is_not(tmp_path: Path) -> None:
    assert main(str(make_site(tmp_path, remote="sc://elsewhere:1"))) == 1


def test_no_site_is_not(tmp_path: Path) -> None:
    assert main(str(tmp_path)) == 1


@pytest.mark.parametrize("name", ["index.html", SITE_FILE])
def test_an_altered_file_is_not(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_site(tmp_path)
    with (tmp_path / name).open("a") as file:
        file.write(" ")
    assert main(str(tmp_path)) == 1
    assert name in capsys.readouterr().err


def test_it_asks_for_no_package(tmp_path: Path) -> None:
    make_site(tmp_path)
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"""
import sys
sys.path.insert(0, {str(SITE)!r})
from builder.current import main
sys.exit(main({str(tmp_path)!r}))
""",
    ]
    assert subprocess.run(command, check=False).returncode == 0
