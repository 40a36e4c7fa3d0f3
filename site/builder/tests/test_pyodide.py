"""`dist/pyodide/` and its lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.artifacts import Artifact, Origin
from builder.constants import PYODIDE_LOCK
from builder.digest import sha256, sha256_file
from builder.errors import BuildError
from builder.lockfile import Lock, load_lock
from builder.official import PyodideLock
from builder.pyodide import Files, check_official, write_pyodide
from builder.wheels import Wheel, zip_deterministically

INFO = {"abi_version": "2026_0", "arch": "wasm32", "platform": "emscripten_5_0_3"}
INFO |= {"python": "3.14.0"}
ENTRY = {
    "depends": ["numpy"],
    "imports": ["pandas"],
    "install_dir": "site",
    "name": "pandas",
    "package_type": "package",
    "unvendored_tests": False,
    "sha256": "of other bytes",
    "file_name": "pandas-3.0.2-wasm.whl",
    "version": "3.0.2",
}


def wheel(module: str) -> bytes:
    return zip_deterministically([(f"{module}/__init__.py", b""), (f"{module}-1.dist-info/X", b"")])


@pytest.fixture
def files() -> Files:
    absent = {"scipy": {**ENTRY, "name": "scipy", "file_name": "scipy.whl"}}
    official = {"info": INFO, "packages": {"pandas": ENTRY, **absent}}
    contents = {
        PYODIDE_LOCK: (Origin.NPM, json.dumps(official).encode()),
        "pyodide.mjs": (Origin.NPM, b"export {}"),
        "pandas-3.0.2-py3-none-any.whl": (Origin.REGISTRY, wheel("pandas")),
        "comm-0.2.3-py3-none-any.whl": (Origin.REGISTRY, wheel("comm")),
    }
    return {
        Artifact(name.split("-")[0], "3.0.2", name, sha256(data), origin): data
        for name, (origin, data) in contents.items()
    }


@pytest.fixture
def packages(files: Files, tmp_path: Path) -> dict[str, dict[str, object]]:
    own = Wheel("pyspark_connect_web-1.0.0-py3-none-any.whl", wheel("pyspark_connect_web"))
    (tmp_path / own.file_name).write_bytes(own.data)
    write_pyodide(tmp_path, Lock("314.0.4", tuple(files), ""), files, [own])
    packages: dict[str, dict[str, object]] = json.loads(
        (tmp_path / "pyodide" / PYODIDE_LOCK).read_text()
    )["packages"]
    return packages


def test_the_lock_lists_exactly_what_is_on_disk(
    packages: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    assert set(packages) == {"pandas", "comm", "pyspark-connect-web"}
    for entry in packages.values():
        path = tmp_path / "pyodide" / str(entry["file_name"])
        assert sha256_file(path) == entry["sha256"]


def test_our_wheel_is_addressed_relative_to_the_lock(
    packages: dict[str, dict[str, object]],
) -> None:
    own = packages["pyspark-connect-web"]
    assert own["file_name"] == "../pyspark_connect_web-1.0.0-py3-none-any.whl"
    assert own["imports"] == ["pyspark_connect_web"]


def test_a_known_package_keeps_its_dependencies(packages: dict[str, dict[str, object]]) -> None:
    assert packages["pandas"]["depends"] == ["numpy", "tzdata"]
    assert packages["comm"]["imports"] == ["comm"]


def test_vendored_files_are_written_as_they_are(
    packages: dict[str, dict[str, object]], files: Files, tmp_path: Path
) -> None:
    for artifact in files:
        if artifact.file_name != PYODIDE_LOCK:
            assert sha256_file(tmp_path / "pyodide" / artifact.file_name) == artifact.sha256


def test_disagreement_with_pyodides_own_lock() -> None:
    lock = load_lock()
    theirs = {
        a.name: {**ENTRY, "name": a.name, "sha256": a.sha256} for a in lock.wheels if a.official
    }
    official = PyodideLock.load(json.dumps({"info": INFO, "packages": theirs}))
    check_official(lock, official)
    official.packages["numpy"].sha256 = "0" * 64
    with pytest.raises(BuildError, match="numpy"):
        check_official(lock, official)


def test_a_lock_is_written_as_it_was_read() -> None:
    text = json.dumps({"info": INFO, "packages": {"pandas": ENTRY}}, sort_keys=True)
    assert PyodideLock.load(text).dump() == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>", "all of it"),
        ('{"info": {}, "packages": {}}', "info.platform: Field required"),
        (json.dumps({"info": INFO, "packages": {"a": {**ENTRY, "md5": ""}}}), "packages.a.md5"),
    ],
)
def test_a_lock_of_another_form_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(
        BuildError, match=r"pyodide-lock\.json is not as pyodide-lock knows it"
    ) as why:
        PyodideLock.load(text)
    assert said in str(why.value)
    assert "\n" not in str(why.value)
