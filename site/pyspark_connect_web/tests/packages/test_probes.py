# ruff: noqa: E501
"""A library's import is a probe where its code goes on without what it imports."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from pyspark_connect_web.packages.probes import is_probe

LIBRARY = sysconfig.get_paths()["purelib"] + "/library/module.py"
STDLIB = sysconfig.get_paths()["stdlib"] + "/importlib/__init__.py"

TRIED = {
    "a pass": "try:\n    ask()\nexcept ImportError:\n    pass",
    "a narrower class": "try:\n    ask()\nexcept ModuleNotFoundError:\n    found = False",
    "any exception": "try:\n    ask()\nexcept Exception as error:\n    found = error",
    "a bare except": "try:\n    ask()\nexcept:\n    found = False",
    "one class of several": "try:\n    ask()\nexcept (KeyError, ImportError):\n    pass",
    "the second clause": "try:\n    ask()\nexcept KeyError:\n    raise\nexcept ImportError:\n    pass",
    "an outer try": "try:\n    try:\n        ask()\n    finally:\n        x = 1\nexcept ImportError:\n    x = 2",
    "a with block inside": "try:\n    with manager():\n        ask()\nexcept ImportError:\n    pass",
    "suppress": "from contextlib import suppress\nwith suppress(ImportError):\n    ask()",
    "a loop": "for i in range(2):\n    try:\n        ask()\n        break\n    except ImportError:\n        continue",
}
MEANT = {
    "no try": "ask()",
    "another class": "try:\n    ask()\nexcept KeyError:\n    pass",
    "only a finally": "try:\n    ask()\nfinally:\n    x = 1",
    "a better error": "try:\n    ask()\nexcept ImportError as error:\n    raise ImportError('install it') from error",
    "a raise": "try:\n    ask()\nexcept ImportError:\n    x = 1\n    raise",
    "the handler of something else": "try:\n    raise KeyError\nexcept KeyError:\n    ask()",
    "another with block": "with manager():\n    ask()",
    "suppress of another class": "from contextlib import suppress\nwith suppress(KeyError):\n    ask()",
    "another with block beside suppress": "from contextlib import suppress\nwith suppress(ImportError):\n    x = 1\nwith manager():\n    ask()",
    "after the try": "try:\n    x = 1\nexcept ImportError:\n    pass\nask()",
}


class Manager:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def asked(source: str, file: str = LIBRARY, module: str = "library", name: str = "wheel") -> bool:
    """What a finder would be told that was asked from within that source."""
    answers: list[bool] = []
    _run(source, file, module, ask=lambda: answers.append(is_probe(name, sys._getframe(1))))
    return answers[0]


def _run(source: str, file: str, module: str, **names: Any) -> dict[str, Any]:
    code: CodeType = compile(source, file, "exec")
    namespace = {"__name__": module, "__file__": file, "manager": Manager, **names}
    exec(code, namespace)
    return namespace


@pytest.mark.parametrize("source", TRIED.values(), ids=TRIED)
def test_what_a_library_tries_is_a_probe(source: str) -> None:
    assert asked(source)


@pytest.mark.parametrize("source", MEANT.values(), ids=MEANT)
def test_what_a_library_cannot_do_without_is_meant(source: str) -> None:
    assert not asked(source)


@pytest.mark.parametrize("source", [*TRIED.values(), *MEANT.values()], ids=[*TRIED, *MEANT])
@pytest.mark.parametrize("module", ["__main__", "helper"])
def test_what_the_user_writes_is_always_meant(source: str, module: str) -> None:
    assert not asked(source, "/drive/helper.py", module)


@pytest.mark.parametrize(
    ("source", "probe"), [(TRIED["a pass"], True), (MEANT["a better error"], False)]
)
def test_the_module_that_a_library_tries_imports_what_is_tried(source: str, probe: bool) -> None:
    inner: Callable[[], bool] = lambda: asked("ask()")  # noqa: E731
    answers: list[bool] = []
    _run(source, LIBRARY, "library.outer", ask=lambda: answers.append(inner()))
    # The test's own frames lie between the two modules, and are the user's.
    assert answers == [False]
    nested = compile("ask()", LIBRARY, "exec")
    names = {"__name__": "library.inner", "__file__": LIBRARY}
    names["ask"] = lambda: answers.append(is_probe("wheel", sys._getframe(1)))  # type: ignore[assignment]
    _run(
        source.replace("ask()", "exec(nested, names)"),
        LIBRARY,
        "library",
        nested=nested,
        names=names,
    )
    assert answers[-1] is probe


def test_what_a_function_of_a_library_is_called_for_is_the_functions_own_affair() -> None:
    source = "def plot():\n    ask()\ntry:\n    plot()\nexcept ImportError:\n    pass"
    assert not asked(source)


@pytest.mark.parametrize(("errors", "probe"), [("raise", False), ("ignore", True), ("warn", True)])
def test_pandas_says_by_an_argument_what_it_means(errors: str, probe: bool) -> None:
    source = (
        "def import_optional_dependency(errors):\n"
        "    try:\n        ask()\n    except ImportError as error:\n"
        "        if errors == 'raise':\n            raise ImportError('missing') from error\n"
        f"import_optional_dependency({errors!r})"
    )
    assert asked(source, module="pandas.compat._optional") is probe


def test_the_style_of_a_frame_is_meant_though_pandas_asks_quietly() -> None:
    source = (
        "def import_optional_dependency(errors):\n    ask()\n"
        "def style():\n    import_optional_dependency('ignore')\nstyle()"
    )
    assert not asked(source, module="pandas.core.frame", name="jinja2")


def test_the_magic_for_plots_means_matplotlib_though_it_tries_first() -> None:
    source = TRIED["a pass"]
    assert not asked(source, module="IPython.core.pylabtools", name="matplotlib")
    assert asked(source, module="IPython.core.display", name="matplotlib")


def test_pyspark_means_pandas_though_it_catches_the_error_first() -> None:
    source = TRIED["any exception"]
    assert not asked(source, module="pyspark.sql.pandas.utils", name="pandas")
    assert asked(source, module="pyspark.ml.util", name="torch")


def test_pyspark_means_plotly_and_plotly_means_numpy() -> None:
    source = TRIED["any exception"]
    assert not asked(source, module="pyspark.sql.plot.core", name="plotly")
    assert not asked(source, module="_plotly_utils.optional_imports", name="numpy")
    assert asked(source, module="_plotly_utils.optional_imports", name="scipy")


def test_a_real_pyarrow_is_pandas_own_too() -> None:
    assert not asked(TRIED["a narrower class"], module="pandas.compat.pyarrow", name="pyarrow")
    assert asked(TRIED["a narrower class"], module="pandas.compat.pyarrow", name="numba")


def test_the_zones_are_meant_whoever_asks() -> None:
    assert not asked(TRIED["a pass"], name="tzdata")
