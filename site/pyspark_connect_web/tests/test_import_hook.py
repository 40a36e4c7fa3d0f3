"""Code runs around the execution of a package's modules, and of no others."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from pyspark_connect_web.import_hook import around_imports

PACKAGE = "pcw_hooked"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("value = 1\n")
    (folder / "part.py").write_text("value = 2\n")
    (tmp_path / f"{PACKAGE}_not.py").write_text("value = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


def recording(log: list[tuple[str, str, object]]) -> None:
    @contextmanager
    def around(module: ModuleType) -> Iterator[None]:
        log.append(("before", module.__name__, getattr(module, "value", None)))
        yield
        log.append(("after", module.__name__, getattr(module, "value", None)))

    around_imports(PACKAGE, around)


def test_each_module_of_the_package_is_executed_within() -> None:
    log: list[tuple[str, str, object]] = []
    recording(log)
    importlib.import_module(f"{PACKAGE}.part")
    assert log == [
        ("before", PACKAGE, None),
        ("after", PACKAGE, 1),
        ("before", f"{PACKAGE}.part", None),
        ("after", f"{PACKAGE}.part", 2),
    ]


def test_a_package_that_only_begins_with_the_name_is_left_alone() -> None:
    log: list[tuple[str, str, object]] = []
    recording(log)
    importlib.import_module(f"{PACKAGE}_not")
    assert log == []


def test_the_loader_still_gives_the_source() -> None:
    recording([])
    module = importlib.import_module(f"{PACKAGE}.part")
    assert module.__spec__ is not None
    assert module.__spec__.loader.get_source(module.__name__) == "value = 2\n"  # type: ignore[union-attr]


def test_the_same_hook_a_second_time_changes_nothing() -> None:
    @contextmanager
    def around(module: ModuleType) -> Iterator[None]:
        yield

    around_imports(PACKAGE, around)
    once = list(sys.meta_path)
    around_imports(PACKAGE, around)
    assert sys.meta_path == once


def test_several_hooks_of_one_package_have_their_turn_each() -> None:
    first: list[tuple[str, str, object]] = []
    second: list[tuple[str, str, object]] = []
    recording(first)
    recording(second)
    importlib.import_module(PACKAGE)
    assert [what for what, _, _ in first] == [what for what, _, _ in second] == ["before", "after"]
