"""What a wheel says of itself; our released wheel has this module beside the JupyterLite addon."""

from __future__ import annotations

import io
import re
import zipfile
from email.parser import BytesHeaderParser
from pathlib import Path

# The markers of a requirement, as Pyodide's Python answers them.
TAB = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "python_full_version": "3.14.0",
    "python_version": "3.14",
    "sys_platform": "emscripten",
}
METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


def normalized(name: str) -> str:
    """As registries compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wheel_name(file_name: str) -> str:
    """The normalized project name of a wheel's file name."""
    return normalized(file_name.split("-")[0])


def import_names(wheel: bytes) -> list[str]:
    """The top-level modules and packages inside a wheel.

    A folder without an `__init__` may be shared with other wheels: its parts are named instead.
    """
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        files = [Path(name) for name in archive.namelist() if name.endswith((".py", ".so"))]
    code = [file for file in files if not file.parts[0].endswith((".data", ".dist-info"))]
    whole = {file.parts[0] for file in code if len(file.parts) == 2 and is_init(file)}
    names = set()
    for file in code:
        top, *rest = file.parts
        shared = rest and top not in whole
        names.add(".".join(stem(part) for part in ((top, rest[0]) if shared else (top,))))
    return sorted(names)


def is_init(file: Path) -> bool:
    return stem(file.name) == "__init__"


def stem(part: str) -> str:
    """The name of a module: a compiled one has more than one suffix."""
    return part.split(".")[0]


def needs_in_tab(wheel: bytes) -> list[str]:
    """The names of what a wheel needs in a tab, extras aside."""
    from packaging.requirements import Requirement  # not in the standard library

    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        (path,) = (name for name in archive.namelist() if METADATA.fullmatch(name))
        about = BytesHeaderParser().parsebytes(archive.read(path))
    needed = map(Requirement, about.get_all("Requires-Dist", []))
    meant = (one for one in needed if one.marker is None or one.marker.evaluate(TAB))
    return sorted({normalized(one.name) for one in meant})
