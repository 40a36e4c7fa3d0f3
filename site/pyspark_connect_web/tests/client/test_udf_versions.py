"""Spark's own words about a Python version mismatch become one sentence."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from pyspark_connect_web.client.udf_versions import explain_mismatches, mismatch_sentence

MISMATCH = (
    "An exception was thrown from the Python worker: Traceback (most recent call last):\n"
    "pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in "
    "worker has different version: 3.11 than that in driver: 3.14, PySpark cannot run with "
    "different minor versions.\nPlease check environment variables PYSPARK_PYTHON"
)


def test_both_versions_and_a_cure_are_named() -> None:
    sentence = mismatch_sentence(MISMATCH)
    assert sentence is not None
    assert "this kernel is Python 3.14, the server's Python is 3.11" in sentence
    assert "Use a server with Python 3.14" in sentence


@pytest.mark.parametrize("message", ["", "ZeroDivisionError: division by zero"])
def test_another_error_of_a_udf_is_left_as_it_is(message: str) -> None:
    assert mismatch_sentence(message) is None


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
