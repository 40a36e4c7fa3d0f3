"""The two wheels of the site root: complete, and the same bytes each time."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Sequence

import pytest
from builder.artifacts import Artifact, Origin
from builder.digest import sha256, sha256_tree
from builder.errors import BuildError
from builder.lite_addon import PAGE_SCRIPT
from builder.lockfile import Lock
from builder.settings import ROOT
from builder.wheel_contents import import_names, needs_in_tab, wheel_name
from builder.wheels import (
    Members,
    Wheel,
    own_wheel,
    pure_wheel,
    pyspark_wheel,
    sdist_members,
    zip_deterministically,
)

CONTENT: Members = [("pyspark/__init__.py", b"x = 1\n"), ("pyspark/errors/conditions.json", b"{}")]


def sdist(content: Members, mtime: int = 0) -> bytes:
    buffer = io.BytesIO()
    extra = [("PKG-INFO", b"Name: pyspark-client\n"), ("LICENSE", b"L"), ("NOTICE", b"N")]
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in (*content, *extra, ("setup.py", b"raise SystemExit")):
            info = tarfile.TarInfo(f"pyspark_client-4.2.0/{name}")
            info.size, info.mtime = len(data), mtime
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def lock_of(content: Members) -> Lock:
    name = "pyspark_client-4.2.0.tar.gz"
    entry = Artifact("pyspark-client", "4.2.0", name, sha256(b""), Origin.SDIST)
    return Lock("314.0.4", (entry,), sha256_tree(content))


def names(wheel: Wheel) -> Sequence[str]:
    return zipfile.ZipFile(io.BytesIO(wheel.data)).namelist()


def test_pyspark_wheel_is_unmodified_and_complete() -> None:
    wheel = pyspark_wheel(sdist(CONTENT), lock_of(CONTENT))
    assert wheel.file_name == "pyspark_client-4.2.0-py3-none-any.whl"
    archive = zipfile.ZipFile(io.BytesIO(wheel.data))
    for name, data in CONTENT:
        assert archive.read(name) == data
    record = archive.read("pyspark_client-4.2.0.dist-info/RECORD").decode()
    assert {line.split(",")[0] for line in record.splitlines()} == set(archive.namelist())
    assert "setup.py" not in archive.namelist()


def test_pyspark_wheel_does_not_depend_on_dates() -> None:
    first = pyspark_wheel(sdist(CONTENT, mtime=1), lock_of(CONTENT))
    second = pyspark_wheel(sdist(CONTENT, mtime=999999999), lock_of(CONTENT))
    assert first == second


def test_altered_pyspark_source_stops_the_build() -> None:
    altered = [(CONTENT[0][0], b"x = 2\n"), CONTENT[1]]
    with pytest.raises(BuildError, match=r"pyspark_client-4\.2\.0\.tar\.gz.*expected.*got"):
        pyspark_wheel(sdist(altered), lock_of(CONTENT))


def test_an_sdist_becomes_a_wheel_of_its_python_files_alone() -> None:
    buffer = io.BytesIO()
    parts = ("__init__.py", "_native.py", "_speedups.c", "_speedups.pyi", "py.typed")
    paths = (*(f"src/thing/{part}" for part in parts), "setup.py", "PKG-INFO", "LICENSE.txt")
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path in paths:
            archive.addfile(tarfile.TarInfo(f"thing-1.0/{path}"))
    wheel = pure_wheel(buffer.getvalue(), "thing", "1.0")
    assert wheel.file_name == "thing-1.0-py3-none-any.whl"
    info = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE.txt")
    kept = ("__init__.py", "_native.py", "_speedups.pyi", "py.typed")
    expected = {f"thing/{part}" for part in kept} | {f"thing-1.0.dist-info/{x}" for x in info}
    assert set(names(wheel)) == expected


def test_sdist_members_are_the_package_only() -> None:
    assert sorted(sdist_members(sdist(CONTENT))) == sorted(CONTENT)


def test_zip_depends_on_names_and_contents_only() -> None:
    assert zip_deterministically(CONTENT) == zip_deterministically(list(reversed(CONTENT)))


def test_import_names() -> None:
    members = [("a/__init__.py", b""), ("b.py", b""), ("a-1.dist-info/METADATA", b"")]
    assert import_names(zip_deterministically(members)) == ["a", "b"]


def test_of_a_shared_namespace_a_wheel_names_its_own_part() -> None:
    paths = (
        "azure/core/__init__.py",
        "azure/core/deep/x.py",
        "azure/one.py",
        "fast.cpython-314.so",
    )
    members = [(path, b"") for path in paths]
    assert import_names(zip_deterministically(members)) == ["azure.core", "azure.one", "fast"]


def test_what_a_wheel_needs_in_a_tab() -> None:
    needs = ["numpy>=1", 'Tz_Data; sys_platform == "emscripten"', 'x; sys_platform == "win32"']
    needs += ['y; extra == "all"', 'old; python_version < "3.14"']
    lines = ["Name: a", *(f"Requires-Dist: {need}" for need in needs), "", "long text"]
    members = [("a-1.dist-info/METADATA", "\n".join(lines).encode())]
    assert needs_in_tab(zip_deterministically(members)) == ["numpy", "tz-data"]


@pytest.mark.parametrize(
    ("file_name", "name"),
    [("pyodide_kernel-0.8.6-py3-none-any.whl", "pyodide-kernel"), ("A.B-1-py3-x.whl", "a-b")],
)
def test_wheel_name(file_name: str, name: str) -> None:
    assert wheel_name(file_name) == name


@pytest.fixture(scope="module")
def ours() -> Wheel:
    return own_wheel(ROOT)


def test_our_wheel_is_the_same_twice(ours: Wheel) -> None:
    assert own_wheel(ROOT) == ours


def test_our_wheel_carries_the_addon_and_the_page_half(ours: Wheel) -> None:
    inside = names(ours)
    assert "pyspark_connect_web/__init__.py" in inside
    assert "pyspark_connect_web_lite/__init__.py" in inside
    assert f"pyspark_connect_web_lite/page/bridge/{PAGE_SCRIPT}" in inside
    entry_points = zipfile.ZipFile(io.BytesIO(ours.data)).read(
        next(name for name in inside if name.endswith("entry_points.txt"))
    )
    assert re.search(
        rb"\[jupyterlite\.addon\.v0\]\npyspark-connect-web = pyspark_connect_web_lite:",
        entry_points,
    )


def test_our_wheel_carries_its_licence_and_notice_as_whoever_hands_it_on_has_to(
    ours: Wheel,
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(ours.data))
    info = f"pyspark_connect_web-{ours.version}.dist-info"
    for name in ("LICENSE", "NOTICE"):
        assert archive.read(f"{info}/licenses/{name}") == (ROOT / name).read_bytes()


def test_our_wheel_has_no_tests_and_no_builder(ours: Wheel) -> None:
    assert not [name for name in names(ours) if "tests/" in name or "wheels.lock" in name]
