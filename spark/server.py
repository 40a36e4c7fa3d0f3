"""The command line of the Spark Connect server: what to run, with which settings."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from spark import catalog, own_conf
from spark.jars import VARIABLE as JARS_VARIABLE
from spark.jars import Jars, scala_version
from spark.jars import parse as parse_jars
from spark.java import Java
from spark.own_conf import OwnConf
from spark.problems import SettingError
from spark.runs_with import RUNS_WITH

CONF_DIR = Path(__file__).resolve().parent / "conf"
SUBMIT = "org.apache.spark.deploy.SparkSubmit"
MAIN_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"

LOG4J_VARIABLE = "PCW_SPARK_LOG4J"
"""A configuration of log4j in place of the project's, which writes to stderr."""

JIT_OPTIONS = {
    # Both compilers: starts a little slower on few cores, long queries run at full speed.
    "full": (),
    # Only the quick compiler: for tests and demos, where start-up is most of the work.
    # Alone it is given 48 MB for what it compiles; Spark outgrows that in minutes, and is then
    # interpreted and compiled over and over. So it has what the two have.
    "quick": ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"),
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
_SCRATCH = ("tmp", "local", "artifacts")
_LOCAL_SHUFFLE_PARTITIONS = 8  # one machine, small results: 200 tasks would only cost time


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
    own: OwnConf = field(default_factory=OwnConf)
    jars: Jars = field(default_factory=Jars)

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
        return settings.with_own(environ)

    def with_own(self, environ: Mapping[str, str]) -> Settings:
        """With the settings and jars that the deployment brings."""
        own, jars = self.own, self.jars
        if file := environ.get(own_conf.VARIABLE):
            own = own_conf.read(Path(file), self.is_local)
        if listed := environ.get(JARS_VARIABLE):
            jars = parse_jars(listed, scala_version(class_path(spark_home())))
        return replace(self, own=own, jars=jars)

    def without_own(self) -> Settings:
        return replace(self, own=OwnConf(), jars=Jars())

    @property
    def is_local(self) -> bool:
        """Driver and executors are this one process."""
        return self.master.startswith("local")

    @property
    def warehouse(self) -> str:
        """A folder, or an address such as s3a://bucket/warehouse."""
        return self.own.values.get(catalog.WAREHOUSE) or str(self.work_dir / "warehouse")

    @property
    def runs_with(self) -> str:
        """What to tell people who ask the server: no setting's value, which may be a secret."""
        where = catalog.description(self.own.values, self.work_dir)
        names = ", ".join(sorted(self.own.values))
        settings = f"{self.own.file} ({names})" if self.own.file else "the stack's"
        jars = ", ".join(self.jars.names) or "Spark's"
        return f"catalog: {where}; settings: {settings}; jars: {jars}"

    @property
    def properties_file(self) -> Path:
        return self.work_dir / "spark.conf"

    def drop_scratch(self) -> None:
        """What a killed server left, for one who has the folder to himself."""
        for name in _SCRATCH:
            shutil.rmtree(self.work_dir / name, ignore_errors=True)

    def make_directories(self) -> None:
        for name in (*_SCRATCH, "warehouse", "catalog"):
            (self.work_dir / name).mkdir(parents=True, exist_ok=True)

    def write_properties(self) -> None:
        """The project's settings and the deployment's, where the same name's last value wins.

        A file, since other users of the machine can read a command line.
        """
        common = (CONF_DIR / "spark-defaults.conf").read_text(encoding="utf-8")
        self.properties_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self.properties_file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(f"{common}\n{self.own.text}\n")

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


def module_options(java: Java) -> tuple[str, ...]:
    """What Spark needs opened of Java's own modules."""
    return (*_MODULE_OPTIONS, *(_SINCE_JAVA_24 if java.major >= 24 else ()))


def jvm(java: Java, memory: str, jit: str, scratch: Path, *options: str) -> list[str]:
    """A JVM that can run any of Spark's services, without its class; ``memory`` is its heap."""
    log4j = os.environ.get(LOG4J_VARIABLE) or str(CONF_DIR / "log4j2.properties")
    return [
        str(java.executable),
        f"-Xmx{memory}",
        "-XX:+UseSerialGC",  # smaller and quicker to start; the heap of a driver is small
        "-XX:+ExitOnOutOfMemoryError",  # a dead server is restarted, a half-dead one is not
        *JIT_OPTIONS[jit],
        *options,
        *module_options(java),
        f"-Dlog4j2.configurationFile={log4j}",
        f"-Djava.io.tmpdir={scratch}",
    ]


def command(
    settings: Settings, java: Java, *jvm_options: str, more: Mapping[str, str] | None = None
) -> list[str]:
    """What to run; ``more`` are settings of Spark on top, such as the jars that were fetched."""
    return [
        *jvm(java, settings.driver_memory, settings.jit, settings.work_dir / "tmp", *jvm_options),
        *catalog.jvm_options(settings.work_dir),
        SUBMIT,
        "--properties-file",
        str(settings.properties_file),
        *(f"--conf={name}={value}" for name, value in spark_conf(settings, more or {}).items()),
        "--class",
        MAIN_CLASS,
        "spark-internal",
    ]


def resolving(settings: Settings, java: Java, asked: Mapping[str, str]) -> list[str]:
    """A command that has Spark fetch the jars of ``spark.jars.packages``, and ends then."""
    return [
        str(java.executable),
        "-XX:TieredStopAtLevel=1",
        SUBMIT,
        *("--properties-file", str(settings.properties_file), "--master", "local"),
        *(f"--conf={name}={value}" for name, value in asked.items()),
        *("--class", SUBMIT, "spark-internal", "--version"),  # a class that does little
    ]


def spark_conf(settings: Settings, more: Mapping[str, str]) -> dict[str, str]:
    """What cannot be in spark-defaults.conf, because it differs from place to place."""
    own = settings.own.values
    conf = {
        "spark.app.name": "pyspark-connect-web",
        "spark.master": settings.master,
        "spark.driver.memory": settings.driver_memory,
        "spark.connect.grpc.binding.address": settings.bind,
        "spark.connect.grpc.binding.port": str(settings.port),
        "spark.connect.grpc.port.maxRetries": "0",  # the port that was asked for, or an error
        "spark.port.maxRetries": "0",
        "spark.driver.port": str(settings.driver_port),
        # The driver's alone: several executors of a cluster may be on one machine.
        "spark.driver.blockManager.port": str(settings.block_manager_port),
        catalog.WAREHOUSE: settings.warehouse,
        RUNS_WITH: settings.runs_with.encode().hex(),
    }
    if settings.is_local:
        conf["spark.driver.host"] = conf["spark.driver.bindAddress"] = "127.0.0.1"
        conf["spark.sql.shuffle.partitions"] = str(_LOCAL_SHUFFLE_PARTITIONS)
    if catalog.is_beside_the_warehouse(own):
        conf |= catalog.conf(settings.work_dir)
    # The deployment's file was refused if it names one of those without which nothing works.
    return {name: value for name, value in conf.items() if name not in own} | dict(more)
