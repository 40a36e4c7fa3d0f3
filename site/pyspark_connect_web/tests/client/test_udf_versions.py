"""Spark's own words about a Python version mismatch become one sentence."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from pyspark_connect_web.client.udf_versions import (
    explain_mismatches,
    mismatch_sentence,
    missing_module_sentence,
)

MISMATCH = (
    "An exception was thrown from the Python worker: Traceback (most recent call last):\n"
    "pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in "
    "worker has different version: 3.11 than that in driver: 3.14, PySpark cannot run with "
    "different minor versions.\nPlease check environment variables PYSPARK_PYTHON"
)


def test_both_versions_and_a_cure_are_named() -> None:
    sentence = mismatch_sentence(MISMATCH)
    assert sentence is not None
    assert "sent for Python 3.14, and the server's Python is 3.11" in sentence
    assert "start a new session" in sentence


def test_source_that_the_server_cannot_compile_is_its_own_sentence() -> None:
    said = (
        "`f` cannot run on this server: the server's Python 3.11 cannot compile it, (line 3 of x)"
    )
    message = (
        f'An exception\n  File "on_server", line 44, in make_code\nSyntaxError: {said}\n SQLSTATE'
    )
    assert mismatch_sentence(message) == said


@pytest.mark.parametrize("message", ["", "ZeroDivisionError: division by zero"])
def test_another_error_of_a_udf_is_left_as_it_is(message: str) -> None:
    assert mismatch_sentence(message) is None


@pytest.mark.parametrize(
    ("file", "sent"),
    [
        ("/drive/helper.py", "'/drive/helper.py'"),
        ("/drive/helper/__init__.py", "make a zip file of its folder"),
    ],
)
def test_a_module_that_only_the_notebook_has_is_to_be_sent(
    monkeypatch: pytest.MonkeyPatch, file: str, sent: str
) -> None:
    module = ModuleType("helper")
    module.__file__ = file
    monkeypatch.setitem(sys.modules, "helper", module)
    sentence = missing_module_sentence("ModuleNotFoundError: No module named 'helper.part'\n")
    assert sentence is not None
    assert sent in sentence
    assert "pyfile=True" in sentence


@pytest.mark.parametrize("name", ["json", "pytest", "there_is_none"])
def test_of_a_library_that_the_server_lacks_nothing_is_said(name: str) -> None:
    assert missing_module_sentence(f"ModuleNotFoundError: No module named '{name}'") is None


def test_the_exception_keeps_its_message_and_carries_the_sentence() -> None:
    class SparkConnectGrpcException(Exception):
        def __init__(self, message: str) -> None:
            super().__init__(message)
            self._message = message

    module: Any = ModuleType("exceptions")
    module.SparkConnectGrpcException = SparkConnectGrpcException
    explain_mismatches(module)
    error = module.SparkConnectGrpcException(MISMATCH)
    assert str(error) == MISMATCH
    assert error.__notes__ == [mismatch_sentence(MISMATCH)]
    assert not hasattr(module.SparkConnectGrpcException("other"), "__notes__")
