"""Where the stack lives and which ports it takes: environment variables in, one object out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from deploy.shared.errors import StackError
from spark.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
HIGHEST_PORT = 65535
WORK_DIR_VARIABLE = "PCW_SPARK_WORK_DIR"


@dataclass(frozen=True)
class Ports:
    """Every port of the stack; a browser sees only the first two."""

    site: int = 8000
    grpcweb: int = 8081
    spark: int = 15002
    spark_driver: int = 15003
    spark_block: int = 15004
    static: int = 15005

    @classmethod
    def free(cls) -> Ports:
        return cls(*free_ports(len(fields(cls))))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Ports:
        spark = _port(environ, "PCW_SPARK_PORT", cls.spark)
        return cls(
            site=_port(environ, PORT_VARIABLES["site"], cls.site),
            grpcweb=_port(environ, PORT_VARIABLES["grpcweb"], cls.grpcweb),
            spark=spark,
            spark_driver=_port(environ, PORT_VARIABLES["spark_driver"], spark + 1),
            spark_block=_port(environ, PORT_VARIABLES["spark_block"], spark + 2),
            static=_port(environ, PORT_VARIABLES["static"], spark + 3),
        )


PORT_VARIABLES = {
    "site": "PCW_SITE_PORT",
    "grpcweb": "PCW_GRPCWEB_PORT",
    "spark": "PCW_SPARK_PORT",
    "spark_driver": "PCW_SPARK_DRIVER_PORT",
    "spark_block": "PCW_SPARK_BLOCK_PORT",
    "static": "PCW_STATIC_PORT",
}


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise StackError(f"{name} is {text!r}; a port is a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def spark_python(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("PCW_SPARK_PYTHON") or ROOT / ".venv-spark" / "bin" / "python")


@dataclass(frozen=True)
class Config:
    """One stack. Tests make their own, with a directory and ports of their own."""

    state_dir: Path = ROOT / ".run"
    site_dir: Path = ROOT / "site" / "dist"
    ports: Ports = field(default_factory=Ports)
    bind: str = "127.0.0.1"
    spark_python: Path = ROOT / ".venv-spark" / "bin" / "python"
    python: Path = Path(sys.executable)
    notebooks: str = ""
    """A folder that the file browser shows, relative to the project or absolute."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Passed on to all services, on top of this process's own environment."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        return cls(
            state_dir=Path(environ.get("PCW_STATE_DIR") or cls.state_dir).absolute(),
            site_dir=Path(environ.get("PCW_SITE_DIR") or cls.site_dir).absolute(),
            ports=Ports.from_environment(environ),
            bind=environ.get("BIND") or cls.bind,
            spark_python=spark_python(environ),
            notebooks=environ.get("PCW_NOTEBOOKS") or cls.notebooks,
        )

    @property
    def spark_work_dir(self) -> Path:
        """Saved tables, their catalog, and Spark's scratch files."""
        return self.state_dir / "spark"

    @property
    def host(self) -> str:
        """A name by which this machine reaches what is bound to `bind`."""
        if self.bind in ("127.0.0.1", "0.0.0.0", "::", "::1"):
            return "localhost"
        return self.bind

    @property
    def site_url(self) -> str:
        return f"http://{self.host}:{self.ports.site}/"

    @property
    def grpcweb_url(self) -> str:
        return f"http://{self.host}:{self.ports.grpcweb}/"

    @property
    def grpcweb_remote(self) -> str:
        return f"sc://{self.host}:{self.ports.grpcweb}/;transport=grpcweb"

    @property
    def spark_remote(self) -> str:
        """For native clients: gRPC without Envoy, on loopback only."""
        return f"sc://127.0.0.1:{self.ports.spark}"
