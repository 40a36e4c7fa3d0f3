"""The words of npm and pip, reduced to one line."""

from __future__ import annotations

import io
import sys
import tarfile

import pytest
from builder.errors import SourceUnavailable
from builder.sources import npm_member
from builder.tools import last_error, run


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("WARNING: Retrying: NewConnectionError(...)\nERROR: No matching", "it cannot be reached"),
        ("npm error code ENOTFOUND\nnpm error A complete log is in x", "it cannot be reached"),
        (
            "note\nERROR: No matching distribution\n[notice] new pip",
            "ERROR: No matching distribution",
        ),
        ("", "no message"),
    ],
)
def test_last_error(stderr: str, said: str) -> None:
    assert last_error(stderr) == said


def test_a_tool_that_is_not_installed() -> None:
    with pytest.raises(SourceUnavailable, match="no-such-tool is not installed"):
        run(["no-such-tool"])


def test_a_tool_that_fails() -> None:
    with pytest.raises(SourceUnavailable, match="error: so it is"):
        run([sys.executable, "-c", "import sys; sys.exit('error: so it is')"])


def test_a_file_that_an_npm_package_lacks() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("package/pyodide.mjs")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    buffer.seek(0)
    with tarfile.open(fileobj=buffer) as archive:
        assert npm_member(archive, "pyodide.mjs") == b"x"
        assert npm_member(archive, "pyodide.asm.wasm") is None
