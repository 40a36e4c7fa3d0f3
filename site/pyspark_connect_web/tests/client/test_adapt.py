"""Which PySpark is accepted, and what is prepared in it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from concurrent.futures import Future
from importlib import metadata
from types import ModuleType

import pytest
from pyspark_connect_web.client.executor import DetachedExecutor
from pyspark_connect_web.errors import UnsupportedPySparkError
from pyspark_connect_web.grpc._call import _InactiveRpcError
from pyspark_connect_web.grpc._detached import is_detached
from pyspark_connect_web.grpc._status import Status, StatusCode

# Its package exports the function of the same name, which hides the module from `from … import`.
adapt_module = importlib.import_module("pyspark_connect_web.client.adapt")
Install = Callable[..., None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Install:
    def install(**versions: str) -> None:
        def version(name: str) -> str:
            if name not in versions:
                raise metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(adapt_module.metadata, "version", version)

    monkeypatch.setattr(adapt_module, "around_imports", lambda *_: None)
    return install


@pytest.mark.parametrize("version", ["4.0.0", "4.1.3", "4.2.0", "4.3.0.dev1"])
def test_supported_release_lines_are_accepted(installed: Install, version: str) -> None:
    installed(**{"pyspark-client": version})
    adapt_module.adapt({})


@pytest.mark.parametrize("version", ["3.5.6", "4.4.0", "5.0.0"])
def test_another_pyspark_is_refused_with_both_versions_named(
    installed: Install, version: str
) -> None:
    installed(**{"pyspark-client": version})
    with pytest.raises(UnsupportedPySparkError, match=rf"{version}.*4\.0 - 4\.3"):
        adapt_module.adapt({})


def test_a_missing_pyspark_is_refused_with_what_to_add(installed: Install) -> None:
    installed()
    with pytest.raises(UnsupportedPySparkError, match="pyspark-client"):
        adapt_module.adapt({})


def test_main_gets_a_file_so_that_pyspark_does_not_exit(
    installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(pyspark="4.2.0")
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    adapt_module.adapt({})
    assert sys.modules["__main__"].__file__


def test_a_task_runs_detached_and_its_future_is_done() -> None:
    future = DetachedExecutor().submit(is_detached)
    assert isinstance(future, Future)
    assert future.done()
    assert future.result() is True
    assert not is_detached()


def test_pyspark_makes_its_pool_for_releases_without_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyspark.sql.connect.client import reattach

    iterator = reattach.ExecutePlanResponseReattachableIterator
    monkeypatch.setattr(reattach, "ThreadPoolExecutor", reattach.ThreadPoolExecutor)
    monkeypatch.setattr(iterator, "_release_thread_pool_instance", None)
    adapt_module._use_detached_release(reattach)
    assert isinstance(object.__new__(iterator)._release_thread_pool, DetachedExecutor)


def test_a_failing_task_keeps_its_error_in_the_future() -> None:
    future = DetachedExecutor().submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        future.result()


def test_an_error_of_this_package_is_shown_as_one_sentence_by_ipython() -> None:
    (line,) = UnsupportedPySparkError("cause and cure")._render_traceback_()
    assert line == "UnsupportedPySparkError: cause and cure"


class GrpcException(Exception):
    """Keeps its message as PySpark's does."""

    def __init__(self, status: Status) -> None:
        self._message = str(_InactiveRpcError(status, ()))


@pytest.fixture
def grpc_exception() -> type[GrpcException]:
    module = ModuleType("errors")
    module.SparkConnectGrpcException = type("SparkConnectGrpcException", (GrpcException,), {})
    adapt_module._show_sentences(module)
    return module.SparkConnectGrpcException


def test_a_fault_that_this_package_explains_is_shown_as_one_sentence(
    grpc_exception: type[GrpcException],
) -> None:
    error = grpc_exception(Status(StatusCode.UNAVAILABLE, "Cause; cure.", sentence=True))
    assert error._render_traceback_() == ["SparkConnectGrpcException: Cause; cure."]


def test_an_error_of_the_server_keeps_its_traceback(grpc_exception: type[GrpcException]) -> None:
    error = grpc_exception(Status(StatusCode.INTERNAL, "a bug"))
    assert not hasattr(error, "_render_traceback_")
