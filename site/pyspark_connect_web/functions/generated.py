"""Keeps the source that dataclasses and named tuples are generated from, as of any other code."""

from __future__ import annotations

import builtins
import itertools
from types import CodeType, ModuleType
from typing import Any

from .source import keep_source

_counted = itertools.count(1)


def keep_source_of_exec(module: ModuleType) -> None:
    """What the module runs by `exec` has source from now on; ``module`` is ``dataclasses``."""
    vars(module)["exec"] = _exec


def keep_source_of_eval(module: ModuleType) -> None:
    """What the module makes by `eval` has source from now on; ``module`` is ``collections``."""
    vars(module)["eval"] = _eval


def _exec(text: str, *namespaces: dict[str, Any]) -> None:
    builtins.exec(_compiled(text, "exec"), *namespaces)


def _eval(text: str, *namespaces: dict[str, Any]) -> Any:
    return builtins.eval(_compiled(text, "eval"), *namespaces)


def _compiled(text: str, mode: str) -> CodeType:
    name = f"<generated {next(_counted)}>"
    keep_source(name, text)
    code: CodeType = compile(text, name, mode, dont_inherit=True)
    return code
