"""The services of a cluster: what each runs, with which settings, and how its health is asked."""

from __future__ import annotations

import shlex
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy import java
from deploy.cluster import conf
from deploy.cluster.conf import LOOPBACK, ClusterConfig, ServerPorts
from deploy.cluster.keeper import KeptService
from deploy.cluster.launcher import JARS_VARIABLE, JVM_VARIABLE
from deploy.java import Jar
from deploy.local import health
from deploy.local.service import Service
from deploy.local.services import SPARK_START_PATIENCE_S, SPARK_STOP_PATIENCE_S, unix_socket
from deploy.shared.config import ROOT, WORK_DIR_VARIABLE
from deploy.shared.errors import StackError
from deploy.shared.files import write_private
from spark.server import LOG4J_VARIABLE

PORT_VARIABLE = "PCW_CLUSTER_FIRST_PORT"
LOG4J = Path(__file__).resolve().parent / "log4j2.properties"
OWN_JAR = Jar("pcw-cluster.jar", Path(__file__).resolve().parent / "java")
METRICS_SOCKET = "metrics.sock"
_ANSWER_TIMEOUT_S = 2.0
_DEPLOY = "org.apache.spark.deploy"


@dataclass
class SparkService(KeptService):
    """A JVM. What it says goes into `<name>.log`, which rolls; `<name>.out` is what it prints."""

    @property
    def log(self) -> Path:
        return self.state_dir / f"{self.name}.out"

    @property
    def rolling_log(self) -> Path:
        return self.state_dir / f"{self.name}.log"

    def last_words(self) -> str:
        said = super().last_words()
        if said != "it wrote nothing" or not self.rolling_log.exists():
            return said
        return self.rolling_log.read_text(errors="replace").strip().rpartition("\n")[2] or said


def written_log(service: Service) -> Path:
    """Where a service writes while it works."""
    return service.rolling_log if isinstance(service, SparkService) else service.log


@dataclass
class ConnectServer(SparkService):
    """One of the servers that people's sessions are on."""

    ports: ServerPorts = field(kw_only=True)

    @property
    def address(self) -> tuple[str, int]:
        return LOOPBACK, self.ports.grpc

    @property
    def remote(self) -> str:
        """For native clients: gRPC without Envoy, on loopback only."""
        return f"sc://{LOOPBACK}:{self.ports.grpc}"

    @property
    def folder(self) -> Path:
        return self.state_dir / self.name


def keeper(config: ClusterConfig) -> Service:
    return Service(
        name="keeper",
        command=[sys.executable, "-m", "deploy.cluster.keeper", str(config.state_dir)],
        cwd=ROOT,
        state_dir=config.state_dir,
        health=lambda: "",
        listens=[],
    )


def master(config: ClusterConfig) -> SparkService:
    ports = config.ports
    place = ["--host", LOOPBACK, "--port", str(ports.master), "--webui-port", str(ports.master_ui)]
    return _daemon(
        config,
        "master",
        f"{_DEPLOY}.master.Master",
        place,
        conf.master,
        listens=[ports.master, ports.master_ui],
        health=lambda: health.http(f"http://{LOOPBACK}:{ports.master_ui}/json/"),
    )


def worker(config: ClusterConfig, index: int) -> SparkService:
    name, ports = f"worker-{index}", config.ports
    port, ui = ports.worker(index), ports.worker_ui(index)
    place = ["--host", LOOPBACK, "--port", str(port), "--webui-port", str(ui)]
    size = ["--cores", str(config.worker_cores), "--memory", config.worker_memory]
    folder = config.state_dir / name
    return _daemon(
        config,
        name,
        f"{_DEPLOY}.worker.Worker",
        [*place, *size, "--work-dir", str(folder / "work"), config.master_url],
        conf.worker,
        listens=[port, ui],
        health=lambda: health.http(f"http://{LOOPBACK}:{ui}/json/"),
        environ={"SPARK_LOCAL_DIRS": str(folder / "local")},
    )


def history(config: ClusterConfig) -> SparkService:
    ui = config.ports.history_ui
    return _daemon(
        config,
        "history",
        f"{_DEPLOY}.history.HistoryServer",
        [],
        conf.history,
        heap="512m",
        listens=[ui],
        health=lambda: health.http(f"http://{LOOPBACK}:{ui}/api/v1/version"),
    )


def metastore(config: ClusterConfig) -> SparkService:
    """The catalog of saved tables, which one process alone may have open."""
    options = {
        "javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={config.catalog};create=true",
        "hive.metastore.warehouse.dir": str(config.warehouse),
        "hive.metastore.schema.verification": "false",
        "datanucleus.schema.autoCreateAll": "true",
        "derby.stream.error.file": str(config.state_dir / "metastore" / "derby.log"),
    }
    service = _daemon(
        config,
        "metastore",
        "pcw.cluster.Metastore",
        [str(config.ports.metastore)],
        lambda _config: {},
        listens=[config.ports.metastore],
        health=lambda: _listening(config.ports.metastore),
        environ={
            JVM_VARIABLE: " ".join(
                shlex.quote(f"-D{name}={value}") for name, value in options.items()
            ),
            JARS_VARIABLE: str(_own_jar(config)),
        },
    )
    service.start_patience_s = SPARK_START_PATIENCE_S
    return service


def connect(config: ClusterConfig, generation: int, slot: int, index: int) -> ConnectServer:
    name, ports = f"connect-{generation}-{index}", config.ports.server(slot, index)
    folder, settings = config.state_dir / name, config.state_dir / name / "server.conf"

    def prepare() -> None:
        _require_python(config)
        for name_of_before in ("drain", "before", "sessions"):
            (folder / name_of_before).unlink(missing_ok=True)
        _link(metrics_socket(config, slot, index), folder / METRICS_SOCKET)
        write_private(settings, conf.properties(conf.server(config, name, ports)))

    return ConnectServer(
        name=name,
        ports=ports,
        command=[str(config.spark_python), "-m", "spark.launcher"],
        cwd=ROOT,
        state_dir=config.state_dir,
        health=lambda: _server_health(ports.grpc, folder),
        listens=_listens([ports.grpc, ports.driver, ports.block, ports.ui]),
        environ={
            **_environ(config, name),
            "PCW_SPARK_BIND": LOOPBACK,
            "PCW_SPARK_PORT": str(ports.grpc),
            "PCW_SPARK_DRIVER_PORT": str(ports.driver),
            "PCW_SPARK_BLOCK_PORT": str(ports.block),
            WORK_DIR_VARIABLE: str(folder),
            "PCW_SPARK_CONF": str(settings),
            "PCW_SPARK_JARS": ",".join(map(str, [_own_jar(config), *config.jars])),
            "SPARK_MASTER": config.master_url,
            "SPARK_DRIVER_MEMORY": config.server_memory,
        },
        prepare=prepare,
        start_patience_s=SPARK_START_PATIENCE_S,
        stop_patience_s=SPARK_STOP_PATIENCE_S,
    )


def metrics_socket(config: ClusterConfig, slot: int, index: int) -> Path:
    """Where the server that has these ports tells its metrics, whatever its generation.

    A link into its work folder; nothing is there unless its settings say `unix:metrics.sock`.
    """
    return unix_socket(config.state_dir / f"metrics-{slot}-{index}.sock")


def _link(path: Path, target: Path) -> None:
    news = path.with_name(f"{path.name}.new")
    news.unlink(missing_ok=True)
    news.symlink_to(target)
    news.replace(path)


def _daemon(
    config: ClusterConfig,
    name: str,
    main_class: str,
    arguments: Sequence[str],
    settings: Callable[[ClusterConfig], Mapping[str, str]],
    *,
    listens: Sequence[int],
    health: Callable[[], str],
    environ: Mapping[str, str] | None = None,
    heap: str = "256m",
) -> SparkService:
    folder = config.state_dir / name
    file = folder / "spark.conf"

    def prepare() -> None:
        _require_python(config)
        write_private(file, conf.properties(settings(config)))

    spark = main_class.startswith(_DEPLOY)
    return SparkService(
        name=name,
        command=[
            *(str(config.spark_python), "-m", "deploy.cluster.launcher"),
            *(main_class, heap, str(folder)),
            *(["--properties-file", str(file)] if spark else []),
            *arguments,
        ],
        cwd=ROOT,
        state_dir=config.state_dir,
        health=health,
        listens=_listens(listens),
        environ={**_environ(config, name), **(environ or {})},
        prepare=prepare,
        start_patience_s=SPARK_START_PATIENCE_S,
        stop_patience_s=SPARK_STOP_PATIENCE_S,
    )


def _environ(config: ClusterConfig, name: str) -> dict[str, str]:
    return {
        "SPARK_LOCAL_IP": LOOPBACK,  # where the web pages listen, too
        "PCW_LOG": str(config.state_dir / f"{name}.log"),
        LOG4J_VARIABLE: str(LOG4J),
        "PYTHONUNBUFFERED": "1",
        **config.environ,
    }


def _listens(ports: Sequence[int]) -> list[tuple[str, int, str]]:
    return [(LOOPBACK, port, PORT_VARIABLE) for port in ports]


def _own_jar(config: ClusterConfig) -> Path:
    return config.state_dir / "jars" / OWN_JAR.name


def make_own_jar(config: ClusterConfig) -> None:
    """Where the services look for it.

    Raises:
        BuildError: there is no Java compiler, or no Spark.
    """
    _require_python(config)
    java.build(OWN_JAR, _own_jar(config).parent, java.spark_home(config.spark_python))


def _require_python(config: ClusterConfig) -> None:
    if not config.spark_python.exists():
        raise StackError(
            f"The Spark environment is missing ({config.spark_python}): run `make env`, "
            f"or set PCW_SPARK_PYTHON to a Python that has pyspark[connect]."
        )


def _listening(port: int) -> str:
    try:
        with socket.create_connection((LOOPBACK, port), _ANSWER_TIMEOUT_S):
            return ""
    except OSError as error:
        return f"nothing answers at port {port} ({error.strerror or error})"


def _server_health(port: int, folder: Path) -> str:
    """A server that is drained, or wants a token, refuses a stranger's question, and so answers."""
    problem = health.spark(port)
    refused = (folder / "drain").exists() and "is being replaced" in problem
    return "" if refused or problem.startswith("UNAUTHENTICATED") else problem
