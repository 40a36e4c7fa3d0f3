"""What runs where this project is not installed: the operations, as one text."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

E2E = Path(__file__).resolve().parents[1]
FILES = (
    "native_clients.py",
    "parity/canonical.py",
    "parity/registry.py",
    "parity/native_side.py",
    "parity/operations",
)
UNPACK = """
import base64, io, sys, tempfile, zipfile
folder = tempfile.mkdtemp()
with zipfile.ZipFile(io.BytesIO(base64.b64decode({packed!r}))) as archive:
    archive.extractall(folder)
sys.path.insert(0, folder)
"""


def program(last: str) -> str:
    """Python that makes `e2e.parity` importable, and then does ``last``."""
    return UNPACK.format(packed=base64.b64encode(_packed()).decode()) + last


def _packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("e2e/__init__.py", "e2e/parity/__init__.py"):
            archive.writestr(name, "")
        for name in FILES:
            path = E2E / name
            for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
                archive.writestr(f"e2e/{file.relative_to(E2E)}", file.read_bytes())
    return out.getvalue()
