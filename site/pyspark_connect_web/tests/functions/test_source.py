"""The source of a code object is found, and is the one that it was made from."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import functools
import inspect
import linecache
import traceback
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from pyspark_connect_web.functions import generated, on_server
from pyspark_connect_web.functions.source import LAMBDA, NoSourceError, source_of


def functions_of(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_flags & inspect.CO_OPTIMIZED and not is_comprehension(const):
                yield const
            yield from functions_of(const)


def is_comprehension(code: CodeType) -> bool:
    return code.co_name.startswith("<") and code.co_name != LAMBDA


@pytest.mark.parametrize(
    "module", [argparse, collections, dataclasses, functools, inspect, typing], ids=str
)
def test_every_function_of_a_module_is_found_and_compiles_to_its_own_code(
    module: ModuleType,
) -> None:
    assert module.__file__ is not None
    text = Path(module.__file__).read_text()
    found = list(functions_of(compile(text, module.__file__, "exec", dont_inherit=True)))
    assert found
    for code in found:
        source_of(code)


def defined(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "cell.py"
    file.write_text(text)
    linecache.checkcache(str(file))
    names: dict[str, Any] = {}
    exec(compile(text, str(file), "exec", dont_inherit=True), names)
    return names


def remade(function: Callable[..., Any]) -> CodeType:
    return on_server.make_code(*source_of(function.__code__).arguments)


def test_lambdas_on_one_line_are_told_apart(tmp_path: Path) -> None:
    names = defined(tmp_path, "a, b = (lambda x: x + 1), (lambda x: x * 2)\n")
    assert [FunctionType(remade(names[name]), {})(5) for name in "ab"] == [6, 10]


def test_what_exec_made_has_no_source() -> None:
    names: dict[str, Any] = {}
    exec("def made(x): return x", names)
    with pytest.raises(NoSourceError, match="`made` has no source: it was made by `exec`"):
        source_of(names["made"].__code__)


@pytest.mark.parametrize("now", ["def f(x): return x + 2\n", "def g(x): return x + 1\n", "x = (\n"])
def test_a_file_that_has_changed_since_is_not_sent(tmp_path: Path, now: str) -> None:
    names = defined(tmp_path, "def f(x): return x + 1\n")
    (tmp_path / "cell.py").write_text(now)
    linecache.clearcache()
    with pytest.raises(NoSourceError, match="has changed since; define it again"):
        source_of(names["f"].__code__)


@pytest.fixture
def kept() -> Iterator[None]:
    generated.keep_source_of_exec(dataclasses)
    generated.keep_source_of_eval(collections)
    yield
    del vars(dataclasses)["exec"], vars(collections)["eval"]


@pytest.mark.usefixtures("kept")
def test_generated_dataclasses_and_named_tuples_have_source() -> None:
    made = dataclasses.make_dataclass("Made", ["x", "y"])
    pair = collections.namedtuple("pair", "a b")
    for function in (made.__init__, made.__eq__, pair.__new__):
        source_of(function.__code__)
    assert made(1, 2) == made(1, 2)
    assert pair(1, 2) == (1, 2)


def test_a_traceback_shows_the_line_where_the_file_is_not(tmp_path: Path) -> None:
    text = '"""A cell."""\n\ndef f(x):\n    y = 0\n    return x / y  # here\n'
    arguments = source_of(defined(tmp_path, text)["f"].__code__).arguments
    (tmp_path / "cell.py").unlink()
    linecache.clearcache()
    f = FunctionType(on_server.make_code(*arguments), {})
    with pytest.raises(ZeroDivisionError) as caught:
        f(1)
    shown = traceback.format_exception(caught.value)
    assert f'File "{tmp_path / "cell.py"}", line 5, in f' in shown[-2]
    assert "return x / y  # here" in shown[-2]
