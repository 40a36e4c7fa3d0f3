"""Which PySpark is accepted, and what is prepared in it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from concurrent.futures import Future
from importlib import metadata
from types import ModuleType

import pytest
from pyspark_connect_web import grpc
from pyspark_connect_web.client.one_way_executor import OneWayExecutor
from pyspark_connect_web.errors import UnsupportedPySparkError
from pyspark_connect_web.grpc.delivery import Awaited, OneWay, current_delivery, deliver
from pyspark_connect_web.tests.grpc.scripted import End, Failure, Record, Wire, head, wire

# Its package exports the function of the same name, which hides the module from `from … import`.
adapt_module = importlib.import_module("pyspark_connect_web.client.adapt")
Install = Callable[..., None]
__all__ = ["wire"]


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


def test_a_task_sends_one_way_and_its_future_is_done() -> None:
    future = OneWayExecutor().submit(current_delivery)
    assert isinstance(future, Future)
    assert future.done()
    assert future.result() == OneWay()
    assert current_delivery() == Awaited()


def test_a_task_keeps_the_delay_that_was_chosen_around_it() -> None:
    with deliver(OneWay(delay=2.0)):
        future = OneWayExecutor().submit(current_delivery)
    assert future.result() == OneWay(delay=2.0)


def test_pyspark_makes_its_pool_for_releases_without_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyspark.sql.connect.client import reattach

    iterator = reattach.ExecutePlanResponseReattachableIterator
    monkeypatch.setattr(reattach, "ThreadPoolExecutor", reattach.ThreadPoolExecutor)
    monkeypatch.setattr(iterator, "_release_thread_pool_instance", None)
    adapt_module._release_one_way(reattach)
    assert isinstance(object.__new__(iterator)._release_thread_pool, OneWayExecutor)


def test_a_failing_task_keeps_its_error_in_the_future() -> None:
    future = OneWayExecutor().submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        future.result()


def test_an_error_of_this_package_is_shown_as_one_sentence_by_ipython() -> None:
    (line,) = UnsupportedPySparkError("cause and cure")._render_traceback_()
    assert line == "UnsupportedPySparkError: cause and cure"


class GrpcException(Exception):
    """Keeps its message as PySpark's does."""

    def __init__(self, error: grpc.RpcError) -> None:
        self._message = str(error)


@pytest.fixture
def grpc_exception() -> type[GrpcException]:
    module = ModuleType("errors")
    module.SparkConnectGrpcException = type("SparkConnectGrpcException", (GrpcException,), {})
    adapt_module._show_sentences(module)
    return module.SparkConnectGrpcException


def failed_call(wire: Wire, *records: Record) -> grpc.RpcError:
    wire.will_answer(*records)
    with pytest.raises(grpc.RpcError) as caught:
        grpc.insecure_channel("host:1").unary_unary("/pkg.Service/Method")(b"")
    return caught.value


def test_a_fault_that_this_package_explains_is_shown_as_one_sentence(
    grpc_exception: type[GrpcException], wire: Wire
) -> None:
    error = grpc_exception(failed_call(wire, Failure("cors", "")))
    [line] = error._render_traceback_()
    assert line.startswith("SparkConnectGrpcException: http://host:1 answers, but refuses")


def test_an_error_of_the_server_keeps_its_traceback(
    grpc_exception: type[GrpcException], wire: Wire
) -> None:
    a_bug = head(("grpc-status", "13"), ("grpc-message", "a bug"))
    error = grpc_exception(failed_call(wire, a_bug, End()))
    assert not hasattr(error, "_render_traceback_")
