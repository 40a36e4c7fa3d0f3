"""The stacks that tests can stand on, whichever way they run."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import psutil

from deploy.local.service import Service as Process
from deploy.mode import mode
from deploy.shared.config import Config

BASE_URL_VARIABLE = "E2E_BASE_URL"
TAB_PYTHON = "3.14"
DEFAULT_GRPCWEB_PORT = 8081
DEFAULT_SPARK_PORT = 15002


class Service(Protocol):
    """One of the three: a process or a container."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def wait_healthy(self) -> None: ...


class RunningStack(Protocol):
    """Addresses of a stack that answers."""

    @property
    def site_url(self) -> str: ...
    @property
    def grpcweb_url(self) -> str: ...
    @property
    def grpcweb_remote(self) -> str: ...
    @property
    def spark_remote(self) -> str: ...


class Stack(RunningStack, Protocol):
    """A stack that tests may stop and start."""

    @property
    def spark(self) -> Service: ...
    @property
    def envoy(self) -> Service: ...
    @property
    def site(self) -> Service: ...

    def up(self) -> object: ...
    def down(self) -> object: ...


@dataclass(frozen=True)
class ForeignStack:
    """Somebody else's stack, named by `E2E_BASE_URL`; tests use it and stop nothing."""

    site_url: str
    grpcweb_url: str
    spark_remote: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> ForeignStack | None:
        """None without `E2E_BASE_URL`; the other two default to its host and the usual ports."""
        base = environ.get(BASE_URL_VARIABLE)
        if not base:
            return None
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{BASE_URL_VARIABLE}={base} is no address: write http://host:port.")
        host = parts.hostname
        usual = f"{parts.scheme}://{host}:{DEFAULT_GRPCWEB_PORT}"
        return cls(
            site_url=base.rstrip("/") + "/",
            grpcweb_url=(environ.get("E2E_GRPCWEB_URL") or usual).rstrip("/") + "/",
            spark_remote=environ.get("E2E_SPARK_REMOTE") or f"sc://{host}:{DEFAULT_SPARK_PORT}",
        )

    @property
    def grpcweb_remote(self) -> str:
        return f"sc://{urlsplit(self.grpcweb_url).netloc}/;transport=grpcweb"


@functools.cache
def stack_mode() -> str:
    """`compose`, `local`, or `foreign`: what the tests stand on.

    Raises:
        ValueError: STACK or E2E_BASE_URL cannot be read.
    """
    return "foreign" if ForeignStack.from_environment() else mode()


@functools.cache
def workers_python() -> str:
    """The minor version of the Python that runs functions in a stack of processes."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = [str(Config.from_environment().spark_python), "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def cpu_seconds(service: Service) -> float:
    """User and system time that a service has used."""
    own = getattr(service, "cpu_seconds", None)
    if own is not None:
        return float(own())
    assert isinstance(service, Process)
    used = psutil.Process(service.pid).cpu_times()
    return float(used.user + used.system)


def stat_seconds(stat: str) -> float:
    """The same of a line of proc(5), /proc/pid/stat fields 14 and 15, where psutil does not see."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
