"""Which Python the server has is asked once, and told beside each function."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.cloudpickle import cloudpickle
from pyspark.errors.exceptions.connect import SparkConnectGrpcException
from pyspark.sql.connect.expressions import PythonUDF
from pyspark.sql.connect.proto import ExecutePlanRequest
from pyspark.sql.types import LongType
from pyspark_connect_web.client import server_python, travelling
from pyspark_connect_web.client.server_python import TAB_PYTHON
from pyspark_connect_web.functions.pickling import adapt_pickler

REFUSAL = (
    "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that in driver: "
    "3.14, PySpark cannot run with different minor versions."
)


class Client:
    """A client whose server answers a question, or refuses it."""

    def __init__(self, refusal: str | None = None) -> None:
        self.asked: list[ExecutePlanRequest] = []
        self._refusal = refusal

    def _execute_plan_request_with_metadata(self) -> ExecutePlanRequest:
        return ExecutePlanRequest()

    def _execute(self, request: ExecutePlanRequest) -> None:
        self.asked.append(request)
        if self._refusal:
            raise SparkConnectGrpcException(self._refusal)


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(
        cloudpickle.Pickler, "reducer_override", cloudpickle.Pickler.reducer_override
    )
    adapt_pickler(cloudpickle)
    kind = type("PythonUDF", (PythonUDF,), {})
    travelling.adapt_expressions(SimpleNamespace(PythonUDF=kind))  # type: ignore[arg-type]
    return kind


def test_a_server_that_answers_has_the_tabs_python() -> None:
    client = Client()
    assert server_python.server_python(client) == TAB_PYTHON
    assert client.asked[0].plan.root.project.expressions


def test_the_refusal_names_the_version_and_is_asked_for_once() -> None:
    client = Client(REFUSAL)
    assert [server_python.server_python(client) for _ in range(3)] == [(3, 9)] * 3
    assert len(client.asked) == 1


def test_a_server_that_fails_otherwise_is_asked_again_next_time() -> None:
    client = Client("no Python on this cluster")
    assert [server_python.server_python(client) for _ in range(2)] == [TAB_PYTHON] * 2
    assert len(client.asked) == 2


def test_a_function_for_another_python_says_so_and_has_no_bytecode(functions: Any) -> None:
    function = functions(LongType(), 100, lambda x: x + 1, "3.14")
    message = function.to_plan(Client(REFUSAL))
    assert message.python_ver == "3.9"
    assert b"lambda x: x + 1" in message.command


def test_a_function_for_the_same_python_is_pysparks_own_message(functions: Any) -> None:
    function = functions(LongType(), 100, lambda x: x + 1, "3.14")
    message = function.to_plan(Client())
    assert message.python_ver == "{}.{}".format(*TAB_PYTHON)
    assert b"lambda x: x + 1" not in message.command
