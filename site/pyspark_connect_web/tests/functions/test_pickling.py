"""cloudpickle for a server of another Python, and for one of the same."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyspark.cloudpickle import cloudpickle
from pyspark_connect_web.functions.pickling import (
    TAB_PYTHON,
    FunctionDoesNotTravelError,
    pickled_for,
)
from pyspark_connect_web.functions.source import keep_source

pytestmark = pytest.mark.usefixtures("adapted")
OTHER = (3, 9)


def defined(text: str, name: str = "<cell of a test>") -> dict[str, Any]:
    keep_source(name, text)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec", dont_inherit=True), names)
    return names


def loaded_elsewhere(pickled: bytes, call: str) -> str:
    """In a process that has nothing of this project."""
    program = f"import pickle, sys; f = pickle.load(sys.stdin.buffer); print({call})"
    folder = str(Path(cloudpickle.__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {folder!r}); {program}"],
        input=pickled,
        capture_output=True,
        check=True,
    )
    return ended.stdout.decode().strip()


def test_for_the_same_python_a_pickle_is_cloudpickles_own() -> None:
    f = defined("def f(x): return x + 1\n")["f"]
    with pickled_for(TAB_PYTHON):
        own = cloudpickle.dumps(f)
    with pickled_for(OTHER):
        travelling = cloudpickle.dumps(f)
    assert own == cloudpickle.dumps(f)
    assert f.__code__.co_code in own
    assert f.__code__.co_code not in travelling


def test_source_is_read_where_this_project_is_not() -> None:
    f = defined("def make(m):\n    def f(x):\n        return x * m\n    return f\nf = make(3)\n")[
        "f"
    ]
    with pickled_for(OTHER):
        assert loaded_elsewhere(cloudpickle.dumps(f), "f(4)") == "12"


def test_code_without_source_is_one_sentence_with_both_versions() -> None:
    names: dict[str, Any] = {}
    exec("def made(x): return x", names)
    with pickled_for(OTHER), pytest.raises(FunctionDoesNotTravelError) as caught:
        cloudpickle.dumps(names["made"])
    this = "{}.{}".format(*sys.version_info)
    assert "`made` has no source" in str(caught.value)
    assert f"this notebook is Python {this}, the server's Python is 3.9" in str(caught.value)


def test_it_travels_as_bytecode_where_the_server_may_never_read_it() -> None:
    names: dict[str, Any] = {}
    exec("def made(x): return x + 1", names)
    with pickled_for(OTHER, strict=False):
        assert pickle.loads(cloudpickle.dumps(names["made"]))(1) == 2


def test_syntax_that_the_server_does_not_know_is_refused_with_its_line() -> None:
    text = "def f(x):\n    match x:\n        case 1:\n            return 1\n"
    f = defined(text)["f"]
    with pickled_for((3, 10)):
        cloudpickle.dumps(f)
    with (
        pickled_for(OTHER),
        pytest.raises(FunctionDoesNotTravelError, match=r"3\.10.*line \d of <cell"),
    ):
        cloudpickle.dumps(f)


def test_pyspark_does_not_replace_the_sentence_by_its_own_words() -> None:
    assert not issubclass(FunctionDoesNotTravelError, pickle.PicklingError)
    assert issubclass(FunctionDoesNotTravelError, pickle.PickleError)
