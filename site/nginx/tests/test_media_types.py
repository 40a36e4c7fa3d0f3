"""nginx names the types that the other static servers name."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parents[2]


def printed() -> str:
    script = SITE / "nginx" / "media_types.py"
    command = [sys.executable, str(script)]
    environ = {"PYTHONPATH": str(SITE)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


def test_its_table_is_that_of_serve_coi() -> None:
    entries = re.findall(r"^    (\S+/\S+) ([^;]+);$", printed(), re.MULTILINE)
    found = {f".{suffix}": kind for kind, names in entries for suffix in names.split()}
    assert found == runpy.run_path(str(SITE / "server" / "serve_coi.py"))["MEDIA_TYPES"]
    assert printed().startswith("types {\n")
    assert printed().endswith("}\n")


def test_what_is_compressed_by_brotli_has_the_type_of_what_it_is_compressed_of() -> None:
    entries = re.findall(r'^    "~(\S+)" "([^";]+)[^"]*";$', printed(), re.MULTILINE)
    types = runpy.run_path(str(SITE / "server" / "serve_coi.py"))["MEDIA_TYPES"]
    for suffix, kind in types.items():
        matching = [of for pattern, of in entries if re.search(pattern, f"/a.b{suffix}.br")]
        assert matching == [kind]
        assert not any(re.search(pattern, f"/a{suffix}") for pattern, _ in entries)


def test_the_image_has_it_where_the_configuration_includes_it() -> None:
    [place] = re.findall(r"include (\S+);", (SITE / "nginx" / "nginx.conf").read_text())
    copied = re.search(r"COPY .* (\S+) " + re.escape(place), (SITE / "Dockerfile").read_text())
    assert copied
    assert f"media_types.py > {copied[1]}" in (SITE / "Dockerfile").read_text()
    assert not re.search(r"types \{\s*\w", (SITE / "nginx" / "nginx.conf").read_text())
