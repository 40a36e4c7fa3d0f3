"""What a cluster is made of: sizes, ports, Spark's settings, the secret of its services."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.shared.config import HIGHEST_PORT, ROOT
from deploy.shared.errors import StackError
from deploy.shared.files import write_private
from spark.ports import free_ports
from spark.server import JIT_OPTIONS

LOOPBACK = "127.0.0.1"
SLOTS = 2
"""Generations of Connect servers that can run at the same time: one that works, one that ends."""
_FIXED = 4
_PER_WORKER = 2
_PER_SERVER = 4
_DEFAULT_FIRST_PORT = 15100
_SECRET_BYTES = 32


@dataclass(frozen=True)
class ServerPorts:
    """Of one Connect server."""

    grpc: int
    driver: int
    block: int
    ui: int


@dataclass(frozen=True)
class ClusterPorts:
    """All on loopback. Browsers reach those called ``ui`` through the login only."""

    numbers: tuple[int, ...]
    workers: int
    servers: int

    @staticmethod
    def count(workers: int, servers: int) -> int:
        return _FIXED + _PER_WORKER * workers + SLOTS * _PER_SERVER * servers

    @classmethod
    def beginning_at(cls, first: int, workers: int, servers: int) -> ClusterPorts:
        last = first + cls.count(workers, servers)
        if last > HIGHEST_PORT:
            raise StackError(f"Ports {first} to {last} are asked for; {HIGHEST_PORT} is the last.")
        return cls(tuple(range(first, last)), workers, servers)

    @classmethod
    def free(cls, workers: int, servers: int) -> ClusterPorts:
        """A row of them that nobody has now."""
        count = cls.count(workers, servers)
        while True:
            [first] = free_ports(1)
            if all(_is_free(port) for port in range(first, first + count)):
                return cls.beginning_at(first, workers, servers)

    @property
    def master(self) -> int:
        return self.numbers[0]

    @property
    def master_ui(self) -> int:
        return self.numbers[1]

    @property
    def history_ui(self) -> int:
        return self.numbers[2]

    @property
    def metastore(self) -> int:
        return self.numbers[3]

    def worker(self, index: int) -> int:
        return self.numbers[_FIXED + _PER_WORKER * index]

    def worker_ui(self, index: int) -> int:
        return self.numbers[_FIXED + _PER_WORKER * index + 1]

    def server(self, slot: int, index: int) -> ServerPorts:
        before = slot * self.servers + index
        first = _FIXED + _PER_WORKER * self.workers + _PER_SERVER * before
        return ServerPorts(*self.numbers[first : first + _PER_SERVER])


@dataclass(frozen=True)
class ClusterConfig:
    """One cluster. Its servers' settings are those of the next generation that starts."""

    state_dir: Path = ROOT / ".run" / "cluster"
    workers: int = 2
    servers: int = 2
    worker_cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    worker_memory: str = "2g"
    executor_cores: int = 1
    executor_memory: str = "1g"
    executors_kept: int = 1
    """Per server, when nothing runs: the first query of the morning need not wait for one."""
    server_memory: str = "1g"
    idle_executor_s: int = 60
    ports: ClusterPorts = field(
        default_factory=lambda: ClusterPorts.beginning_at(_DEFAULT_FIRST_PORT, 2, 2)
    )
    spark_python: Path = ROOT / ".venv-spark" / "bin" / "python"
    conf: Mapping[str, str] = field(default_factory=dict)
    """More settings of Spark for the Connect servers, such as those of an identity check."""
    interceptors: tuple[str, ...] = ()
    """Classes that see each call before the cluster's own, the outermost first."""
    jars: tuple[Path, ...] = ()
    """More jars for the Connect servers."""
    pages_url: str = ""
    """https://host:port of a proxy that shows Spark's pages, the master's below /master/ and the
    history below /history/; empty: there is none."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Passed on to all services, on top of this process's own environment."""

    def __post_init__(self) -> None:
        for name in ("workers", "servers", "worker_cores", "executor_cores"):
            if getattr(self, name) < 1:
                raise StackError(f"{name} is {getattr(self, name)}; a cluster has at least one.")
        if (self.workers, self.servers) != (self.ports.workers, self.ports.servers):
            raise StackError(
                f"The ports are for {self.ports.workers} workers and {self.ports.servers} servers, "
                f"the cluster has {self.workers} and {self.servers}: make them for these numbers."
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> ClusterConfig:
        workers = _number(environ, "PCW_CLUSTER_WORKERS", cls.workers)
        servers = _number(environ, "PCW_CLUSTER_SERVERS", cls.servers)
        first = _number(environ, "PCW_CLUSTER_FIRST_PORT", _DEFAULT_FIRST_PORT)
        chosen = environ.get("PCW_CLUSTER_STATE_DIR")
        return cls(
            state_dir=Path(chosen).absolute() if chosen else cls.state_dir,
            workers=workers,
            servers=servers,
            worker_cores=_number(environ, "PCW_CLUSTER_WORKER_CORES", os.cpu_count() or 1),
            worker_memory=environ.get("PCW_CLUSTER_WORKER_MEMORY") or cls.worker_memory,
            executor_memory=environ.get("PCW_CLUSTER_EXECUTOR_MEMORY") or cls.executor_memory,
            server_memory=environ.get("SPARK_DRIVER_MEMORY") or cls.server_memory,
            ports=ClusterPorts.beginning_at(first, workers, servers),
            spark_python=Path(environ.get("PCW_SPARK_PYTHON") or cls.spark_python),
        )

    @property
    def master_url(self) -> str:
        return f"spark://{LOOPBACK}:{self.ports.master}"

    @property
    def executors_at_most(self) -> int:
        """Per server: those of all workers, but one for each of the other servers."""
        all_of_them = self.workers * max(1, self.worker_cores // self.executor_cores)
        return max(1, all_of_them - self.executors_kept * (self.servers - 1))

    @property
    def warehouse(self) -> Path:
        return self.state_dir / "warehouse"

    @property
    def catalog(self) -> Path:
        return self.state_dir / "catalog"

    @property
    def events(self) -> Path:
        return self.state_dir / "events"

    @property
    def secret_file(self) -> Path:
        return self.state_dir / "cluster.secret"

    def secret(self) -> str:
        """What Spark's services prove to each other that they are of this cluster."""
        if not self.secret_file.exists():
            write_private(self.secret_file, secrets.token_urlsafe(_SECRET_BYTES))
        return self.secret_file.read_text().strip()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) != 0


def _jit(config: ClusterConfig) -> str:
    """Executors have the servers' choice, whose value the servers check."""
    chosen = {**os.environ, **config.environ}.get("PCW_SPARK_JIT") or "full"
    return chosen if chosen in JIT_OPTIONS else "full"


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not int(text):
        raise StackError(f"{name} is {text!r}; write a whole number from 1 on.")
    return int(text)


def properties(values: Mapping[str, str]) -> str:
    """In the form of spark-defaults.conf, where a backslash is written twice."""
    return "".join(f"{name} {_doubled(value)}\n" for name, value in values.items())


def _doubled(value: str) -> str:
    return value.replace("\\", 2 * "\\")


def common(config: ClusterConfig) -> dict[str, str]:
    """Of every service of Spark's: who may talk to whom, and that nobody listens in.

    Not `spark.io.encryption.enabled`: in Spark 4.2.1 a server with it answers no createDataFrame
    of more than 1 MB. What executors write to disk is as safe as their disk.
    """
    return {
        "spark.authenticate": "true",
        "spark.authenticate.secret": config.secret(),
        "spark.network.crypto.enabled": "true",
        "spark.network.crypto.authEngineVersion": "2",
        "spark.network.crypto.cipher": "AES/GCM/NoPadding",
        # Whoever may look at a page of Spark's may not end other people's work with it.
        "spark.ui.killEnabled": "false",
        "spark.master.ui.decommission.allow.mode": "DENY",
        "spark.ui.showConsoleProgress": "false",
    }


def _shown_by_the_master(config: ClusterConfig) -> dict[str, str]:
    """Pages of workers and servers, to one who reaches the master's only."""
    if not config.pages_url:
        return {}
    return {"spark.ui.reverseProxy": "true", "spark.ui.reverseProxyUrl": "/master"}


def _redirects(config: ClusterConfig) -> dict[str, str]:
    """Go to where the proxy is. Not the master's: it would add its own place to those of others."""
    return {"spark.ui.proxyRedirectUri": config.pages_url} if config.pages_url else {}


def master(config: ClusterConfig) -> dict[str, str]:
    return {
        **common(config),
        **_shown_by_the_master(config),
        "spark.master.rest.enabled": "false",  # else anybody can have programs started, on 6066
        # A master that is started again knows its workers and servers.
        "spark.deploy.recoveryMode": "FILESYSTEM",
        "spark.deploy.recoveryDirectory": str(config.state_dir / "master" / "recovery"),
        "spark.worker.timeout": "30",
    }


def worker(config: ClusterConfig) -> dict[str, str]:
    return {
        **common(config),
        **_shown_by_the_master(config),
        **_redirects(config),
        # What an application that has ended leaves, and what executors say.
        "spark.worker.cleanup.enabled": "true",
        "spark.worker.cleanup.appDataTtl": "86400",
    }


def history(config: ClusterConfig) -> dict[str, str]:
    return {
        **common(config),
        "spark.history.fs.logDirectory": config.events.as_uri(),
        "spark.history.ui.port": str(config.ports.history_ui),
        "spark.history.fs.update.interval": "10s",
        "spark.history.fs.cleaner.enabled": "true",
        "spark.history.fs.cleaner.maxAge": "14d",
        "spark.history.fs.eventLog.rolling.maxFilesToRetain": "10",
        **_redirects(config),
    }


def server(config: ClusterConfig, name: str, ports: ServerPorts) -> dict[str, str]:
    """Of one Connect server, on top of the project's own settings."""
    own = "pcw.cluster.Draining"  # Spark calls the last of the list first
    return {
        **common(config),
        **_shown_by_the_master(config),
        **_redirects(config),
        "spark.app.name": name,
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.sql.warehouse.dir": str(config.warehouse),
        "spark.hadoop.hive.metastore.uris": f"thrift://{LOOPBACK}:{config.ports.metastore}",
        "spark.executor.cores": str(config.executor_cores),
        "spark.executor.memory": config.executor_memory,
        "spark.executor.extraJavaOptions": " ".join(JIT_OPTIONS[_jit(config)]),
        "spark.executor.logs.rolling.strategy": "size",
        "spark.executor.logs.rolling.maxSize": str(10 << 20),
        "spark.executor.logs.rolling.maxRetainedFiles": "3",
        "spark.dynamicAllocation.enabled": "true",
        "spark.dynamicAllocation.shuffleTracking.enabled": "true",
        # Results of a shuffle keep an executor, but not for ever.
        "spark.dynamicAllocation.shuffleTracking.timeout": "30min",
        "spark.executor.instances": str(config.executors_kept),
        "spark.dynamicAllocation.minExecutors": str(config.executors_kept),
        "spark.dynamicAllocation.maxExecutors": str(config.executors_at_most),
        "spark.dynamicAllocation.executorIdleTimeout": f"{config.idle_executor_s}s",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": config.events.as_uri(),
        "spark.eventLog.rolling.enabled": "true",
        "spark.eventLog.rolling.maxFileSize": "128m",
        "spark.eventLog.compress": "true",
        "spark.ui.enabled": "true",
        "spark.ui.port": str(ports.ui),
        "spark.connect.grpc.interceptor.classes": ",".join([own, *reversed(config.interceptors)]),
        "spark.pcw.drain": str(config.state_dir / name),
        **config.conf,
    }
