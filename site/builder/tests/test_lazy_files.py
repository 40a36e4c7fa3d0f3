"""Wheels of bytecode, and the bundles that their stubs refer to."""

from __future__ import annotations

import re

import pytest
from builder.lazy_files import STUB, LazyWheel, lazy_wheel
from builder.settings import SITE

PLACE = re.compile(rb": ([0-9a-f]{16}) (\d{10}) (\d{10})\"\)\n$")
SOURCE = b"def f():\n    return 1\n"
PICTURE = b"\x89PNG"
RECORD = b"p/__init__.py,sha256=x,3\np-1.data/data/share/jupyter/big.js,sha256=y,4\np-1/RECORD,,\n"
MEMBERS = [
    ("p/__init__.py", SOURCE),
    ("p/two.py", b"2\n"),
    ("p/two.pyi", b"stub: int\n"),
    ("p/of_python_2.py", b"print 'x'\n"),
    ("p/template.tpl", b"{{ x }}"),
    ("p/small.h", b"int x;"),
    ("p/large.h", b"int x;" * 10_000),
    ("p/fast.cpython-314-wasm32-emscripten.so", b"\0asm"),
    ("p-1.data/data/share/jupyter/labextensions/big.js", b"page"),
    ("p-1.dist-info/METADATA", b"Name: p\n"),
    ("p-1.dist-info/RECORD", RECORD),
]
BYTECODE = {"p/__init__.py": b"code of p", "p/two.py": b"code of two"}


@pytest.fixture
def wheel() -> LazyWheel:
    return lazy_wheel(MEMBERS, BYTECODE)


def content(wheel: LazyWheel, name: str) -> bytes:
    """As something that opens the file reads it."""
    data = dict(wheel.members)[name]
    match = PLACE.search(data)
    if not match:
        return data
    bundle, offset, size = match[1].decode(), int(match[2]), int(match[3])
    return wheel.bundles[f"{bundle}.txt"][offset : offset + size]


def test_every_file_is_read_as_it_was(wheel: LazyWheel) -> None:
    for name, data in MEMBERS:
        if not name.endswith(("RECORD", "big.js")):
            assert content(wheel, name) == data
    assert len(wheel.members) == len(dict(wheel.members))


def test_bytecode_lies_where_python_looks_for_it(wheel: LazyWheel) -> None:
    assert content(wheel, "p/__pycache__/__init__.cpython-314.pyc") == b"code of p"
    assert content(wheel, "p/__pycache__/two.cpython-314.pyc") == b"code of two"


def test_what_imports_read_is_in_the_wheel_and_sources_are_not(wheel: LazyWheel) -> None:
    inside = {name for name, data in wheel.members if not PLACE.search(data)}
    assert inside == {
        "p/__pycache__/__init__.cpython-314.pyc",
        "p/__pycache__/two.cpython-314.pyc",
        "p/of_python_2.py",
        "p/template.tpl",
        "p/small.h",
        "p/fast.cpython-314-wasm32-emscripten.so",
        "p-1.dist-info/METADATA",
        "p-1.dist-info/RECORD",
    }
    assert len(wheel.bundles) == 2  # of Python files, and of others


def test_record_names_the_files_that_are_there(wheel: LazyWheel) -> None:
    assert dict(wheel.members)["p-1.dist-info/RECORD"].decode().splitlines() == [
        "p/__init__.py,sha256=x,3",
        "p-1/RECORD,,",
        "p/__pycache__/__init__.cpython-314.pyc,,",
        "p/__pycache__/two.cpython-314.pyc,,",
    ]


def test_bytecode_that_no_first_collect_imports_has_a_bundle_of_its_own() -> None:
    names = ("pyspark/sql/a.py", "pyspark/ml/a.py", "pyspark/pandas/a.py")
    wheel = lazy_wheel([(name, b"") for name in names], {name: name.encode() for name in names})
    inside = {name for name, data in wheel.members if not PLACE.search(data)}
    assert inside == {"pyspark/sql/__pycache__/a.cpython-314.pyc"}
    assert set(wheel.bundles.values()) == {b"", b"pyspark/ml/a.py", b"pyspark/pandas/a.py"}


def test_a_stub_that_is_imported_says_what_is_missing() -> None:
    stub = STUB.format(bundle="0" * 16, offset=1, size=2)
    with pytest.raises(ImportError, match=r"fetched when it is read.*0000000001 0000000002"):
        exec(stub)


def test_the_page_knows_stubs_by_the_same_length() -> None:
    script = (SITE / "page" / "jupyterlite" / "pcw_lazy_files.js").read_text("utf-8")
    lengths = {len(STUB.format(bundle="f" * 16, offset=at, size=at)) for at in (0, 9_999_999_999)}
    assert lengths == {int(re.search(r"STUB_SIZE = (\d+);", script)[1])}  # type: ignore[index]
