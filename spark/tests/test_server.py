"""The server's command line: what an environment variable changes, and what is refused."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from spark import server
from spark.java import Java, find_java

JAVA_17 = Java(Path("/opt/java/bin/java"), "17.0.1+1")


def settings(**environ: str) -> server.Settings:
    return server.Settings.from_environment(environ)


def conf_of(arguments: list[str]) -> dict[str, str]:
    pairs = [word.removeprefix("--conf=") for word in arguments if word.startswith("--conf=")]
    return dict(pair.split("=", 1) for pair in pairs)


def test_by_default_everything_is_on_loopback_and_fixed_ports() -> None:
    conf = conf_of(server.command(settings(), JAVA_17))
    assert conf["spark.connect.grpc.binding.address"] == "127.0.0.1"
    assert conf["spark.driver.bindAddress"] == "127.0.0.1"
    assert conf["spark.connect.grpc.binding.port"] == "15002"
    assert conf["spark.driver.port"] == "15003"
    assert conf["spark.driver.blockManager.port"] == "15004"


def test_the_other_ports_follow_the_first() -> None:
    chosen = settings(PCW_SPARK_PORT="25000", PCW_SPARK_BLOCK_PORT="26000")
    assert (chosen.port, chosen.driver_port, chosen.block_manager_port) == (25000, 25001, 26000)


def test_master_and_memory_are_the_deployments_choice() -> None:
    chosen = settings(SPARK_MASTER="spark://head:7077", SPARK_DRIVER_MEMORY="4g")
    arguments = server.command(chosen, JAVA_17)
    assert "-Xmx4g" in arguments
    conf = conf_of(arguments)
    assert conf["spark.master"] == "spark://head:7077"
    # Executors elsewhere must be able to reach the driver.
    assert "spark.driver.bindAddress" not in conf


def test_only_the_quick_profile_gives_up_the_optimising_compiler() -> None:
    assert "-XX:TieredStopAtLevel=1" not in server.command(settings(), JAVA_17)
    assert "-XX:TieredStopAtLevel=1" in server.command(settings(PCW_SPARK_JIT="quick"), JAVA_17)


@pytest.mark.spark
def test_the_quick_profile_has_as_much_room_for_compiled_code_as_the_full_one() -> None:
    def room(jit: str) -> int:
        flags = [*server.JIT_OPTIONS[jit], "-XX:+PrintFlagsFinal", "-version"]
        printed = subprocess.run(
            [str(find_java().executable), *flags], capture_output=True, text=True, check=True
        )
        found = re.search(r"ReservedCodeCacheSize\s*=\s*(\d+)", printed.stdout)
        assert found is not None
        return int(found[1])

    assert room("quick") >= room("full")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PCW_SPARK_PORT", "http"), ("PCW_SPARK_PORT", "0"), ("PCW_SPARK_DRIVER_PORT", "70000")],
)
def test_what_is_no_port_is_named(name: str, value: str) -> None:
    with pytest.raises(server.SettingError, match=f"{name} is '{value}'; a port is"):
        settings(**{name: value})


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(server.SettingError, match=r"PCW_SPARK_JIT is 'c3'; use one of .*quick"):
        settings(PCW_SPARK_JIT="c3")


def test_jars_are_sorted_because_the_class_archive_depends_on_their_order(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    for name in ("z.jar", "spark-connect_2.13-4.2.1.jar", "a.jar"):
        (tmp_path / "jars" / name).touch()
    names = [Path(jar).name for jar in server.class_path(tmp_path).split(os.pathsep)]
    assert names == ["a.jar", "spark-connect_2.13-4.2.1.jar", "z.jar"]


def test_a_spark_without_connect_is_refused(tmp_path: Path) -> None:
    with pytest.raises(server.SettingError, match="has no Spark Connect server"):
        server.class_path(tmp_path)


def test_abandoned_queries_are_reaped() -> None:
    text = (server.CONF_DIR / "spark-defaults.conf").read_text()
    conf = dict(line.split(None, 1) for line in text.splitlines() if line[:1] not in ("", "#"))
    assert conf["spark.connect.execute.reattachable.enabled"] == "true"
    assert conf["spark.connect.execute.manager.detachedTimeout"] == "10s"
    assert conf["spark.connect.execute.reattachable.senderMaxStreamDuration"] == "10s"
