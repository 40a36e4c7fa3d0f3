"""The command line of the Spark Connect server: what to run, with which settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from spark.java import Java

CONF_DIR = Path(__file__).resolve().parent / "conf"
MAIN_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"

JIT_OPTIONS = {
    # Both compilers: starts a little slower on few cores, long queries run at full speed.
    "full": (),
    # Only the quick compiler: for tests and demos, where start-up is most of the work.
    "quick": ("-XX:TieredStopAtLevel=1",),
}

# Spark's own list (org.apache.spark.launcher.JavaModuleOptions) but for the incubating vector
# module, which would switch the class archive off and which small JREs do not have.
_OPENED = (
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.security.action",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)
_MODULE_OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
    "-Djdk.reflect.useDirectMethodHandle=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
)
_SINCE_JAVA_24 = ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")
_LOCAL_SHUFFLE_PARTITIONS = 8  # one machine, small results: 200 tasks would only cost time


class SettingError(ValueError):
    """A setting of the server that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose; every field has its environment variable."""

    bind: str = "127.0.0.1"
    port: int = 15002
    driver_port: int = 15003
    block_manager_port: int = 15004
    master: str = "local[*]"
    driver_memory: str = "1g"
    jit: str = "full"
    work_dir: Path = Path("spark-work")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        default = cls()
        port = _port(environ, "PCW_SPARK_PORT", default.port)
        settings = cls(
            bind=environ.get("PCW_SPARK_BIND") or default.bind,
            port=port,
            driver_port=_port(environ, "PCW_SPARK_DRIVER_PORT", port + 1),
            block_manager_port=_port(environ, "PCW_SPARK_BLOCK_PORT", port + 2),
            master=environ.get("SPARK_MASTER") or default.master,
            driver_memory=environ.get("SPARK_DRIVER_MEMORY") or default.driver_memory,
            jit=environ.get("PCW_SPARK_JIT") or default.jit,
            work_dir=Path(environ.get("PCW_SPARK_WORK_DIR") or default.work_dir).absolute(),
        )
        if settings.jit not in JIT_OPTIONS:
            raise SettingError(f"PCW_SPARK_JIT is {settings.jit!r}; use one of {[*JIT_OPTIONS]}.")
        return settings

    @property
    def is_local(self) -> bool:
        """Driver and executors are this one process."""
        return self.master.startswith("local")

    def make_directories(self) -> None:
        for name in ("tmp", "local", "warehouse"):
            (self.work_dir / name).mkdir(parents=True, exist_ok=True)

    def in_directory(self, work_dir: Path) -> Settings:
        return replace(self, work_dir=work_dir)

    def on_ports(self, port: int, driver_port: int, block_manager_port: int) -> Settings:
        return replace(
            self, port=port, driver_port=driver_port, block_manager_port=block_manager_port
        )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise SettingError(f"{name} is {text!r}; a port is a number from 1 to 65535.")
    return int(text)


def spark_home() -> Path:
    """The pyspark package of this environment: its jars are the server."""
    if chosen := os.environ.get("SPARK_HOME"):
        return Path(chosen)
    import pyspark

    return Path(pyspark.__file__).parent


def class_path(home: Path) -> str:
    """Every jar, sorted: `jars/*` has the file system's order, and the archive depends on it."""
    jars = sorted((home / "jars").glob("*.jar"))
    if not any(jar.name.startswith("spark-connect_") for jar in jars):
        raise SettingError(
            f"{home} has no Spark Connect server: install `pyspark[connect]` 4 or newer "
            f"into {sys.prefix}, or set SPARK_HOME to a Spark 4 distribution."
        )
    return os.pathsep.join(map(str, jars))


def environment(settings: Settings, home: Path, java: Java) -> dict[str, str]:
    return {
        **os.environ,
        "CLASSPATH": class_path(home),  # not -cp: 277 jars would drown the command line
        "JAVA_HOME": str(java.home),
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(CONF_DIR),
        **({"SPARK_LOCAL_IP": "127.0.0.1"} if settings.is_local else {}),
        "SPARK_LOCAL_DIRS": str(settings.work_dir / "local"),
        "PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON") or sys.executable,
    }


def command(settings: Settings, java: Java, *jvm_options: str) -> list[str]:
    modules = (*_MODULE_OPTIONS, *(_SINCE_JAVA_24 if java.major >= 24 else ()))
    return [
        str(java.executable),
        f"-Xmx{settings.driver_memory}",
        "-XX:+UseSerialGC",  # smaller and quicker to start; the heap of a driver is small
        "-XX:+ExitOnOutOfMemoryError",  # a dead server is restarted, a half-dead one is not
        *JIT_OPTIONS[settings.jit],
        *jvm_options,
        *modules,
        "-Dlog4j2.configurationFile=" + str(CONF_DIR / "log4j2.properties"),
        "-Djava.io.tmpdir=" + str(settings.work_dir / "tmp"),
        "org.apache.spark.deploy.SparkSubmit",
        "--properties-file",
        str(CONF_DIR / "spark-defaults.conf"),
        *(f"--conf={name}={value}" for name, value in spark_conf(settings).items()),
        "--class",
        MAIN_CLASS,
        "spark-internal",
    ]


def spark_conf(settings: Settings) -> dict[str, str]:
    """What cannot be in spark-defaults.conf, because it differs from place to place."""
    conf = {
        "spark.app.name": "pyspark-connect-web",
        "spark.master": settings.master,
        "spark.driver.memory": settings.driver_memory,
        "spark.connect.grpc.binding.address": settings.bind,
        "spark.connect.grpc.binding.port": str(settings.port),
        "spark.connect.grpc.port.maxRetries": "0",  # the port that was asked for, or an error
        "spark.port.maxRetries": "0",
        "spark.driver.port": str(settings.driver_port),
        "spark.blockManager.port": str(settings.block_manager_port),
        "spark.sql.warehouse.dir": str(settings.work_dir / "warehouse"),
    }
    if settings.is_local:
        conf["spark.driver.host"] = conf["spark.driver.bindAddress"] = "127.0.0.1"
        conf["spark.sql.shuffle.partitions"] = str(_LOCAL_SHUFFLE_PARTITIONS)
    return conf
