"""The three services: what each runs, with which settings, and how its health is asked."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from deploy.local import health, media_types, mounted, static_site
from deploy.local.service import Service
from deploy.shared.config import PORT_VARIABLES, ROOT, WORK_DIR_VARIABLE, Config
from deploy.shared.errors import StackError

LOOPBACK = "127.0.0.1"
READY_PATH = "/.well-known/pcw/ready"  # answered by Envoy itself
SPARK_START_PATIENCE_S = 180.0  # a cold start on a busy small machine takes 30 s
SPARK_STOP_PATIENCE_S = 15.0
TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
_UNIX_SOCKET_PATH_LIMIT = 100  # the kernel's is 108, macOS's 104


def spark(config: Config) -> Service:
    ports = config.ports

    def require_environment() -> None:
        if not config.spark_python.exists():
            raise StackError(
                f"The Spark environment is missing ({config.spark_python}): run `make up`, "
                f"which installs it, or set PCW_SPARK_PYTHON to a Python that has pyspark[connect]."
            )

    return Service(
        name="spark",
        command=[str(config.spark_python), "-m", "spark.launcher"],
        cwd=ROOT,  # the launcher moves to its work directory itself
        state_dir=config.state_dir,
        health=lambda: health.spark(ports.spark, config.environ.get(TOKEN_VARIABLE)),
        listens=[
            (LOOPBACK, ports.spark, PORT_VARIABLES["spark"]),
            (LOOPBACK, ports.spark_driver, PORT_VARIABLES["spark_driver"]),
            (LOOPBACK, ports.spark_block, PORT_VARIABLES["spark_block"]),
        ],
        environ={
            "PCW_SPARK_BIND": LOOPBACK,
            "PCW_SPARK_PORT": str(ports.spark),
            "PCW_SPARK_DRIVER_PORT": str(ports.spark_driver),
            "PCW_SPARK_BLOCK_PORT": str(ports.spark_block),
            WORK_DIR_VARIABLE: str(config.spark_work_dir),
            "PYTHONUNBUFFERED": "1",
            **config.environ,
        },
        prepare=require_environment,
        start_patience_s=SPARK_START_PATIENCE_S,
        stop_patience_s=SPARK_STOP_PATIENCE_S,
    )


def site(config: Config) -> Service:
    port = config.ports.static

    def require_site() -> None:
        if not config.site_dir.is_dir():
            raise StackError(f"The site is not built ({config.site_dir}): run `make site`.")
        notebooks = config.notebooks
        if notebooks and not (ROOT / notebooks).is_dir():
            raise StackError(f"PCW_NOTEBOOKS={notebooks} is no folder: name one that exists.")

    return Service(
        name="site",
        command=[
            str(config.python),
            *("-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"),
            *("--host", LOOPBACK, "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "8", "--workers-kill-timeout", "2"),
            "deploy.local.static_site:create",
        ],
        cwd=ROOT,  # where `deploy` is importable from
        state_dir=config.state_dir,
        health=lambda: health.http(f"http://{LOOPBACK}:{port}{static_site.READY_PATH}"),
        listens=[(LOOPBACK, port, PORT_VARIABLES["static"])],
        environ={
            static_site.SITE_DIR_VARIABLE: str(config.site_dir),
            mounted.NOTEBOOKS_VARIABLE: config.notebooks,
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(media_types.SEARCH_PATH), os.environ.get("PYTHONPATH")])
            ),
            **config.environ,
        },
        prepare=require_site,
    )


def envoy(config: Config) -> Service:
    ports = config.ports
    settings = config.state_dir / "envoy.yaml"
    variables = {
        **config.environ,
        "ENVOY_BIND": config.bind,
        "SITE_PORT": str(ports.site),
        "GRPCWEB_PORT": str(ports.grpcweb),
        "ADMIN_SOCKET": str(admin_socket(config.state_dir)),
        "SPARK_HOST": LOOPBACK,
        "SPARK_PORT": str(ports.spark),
        "SITE_HOST": LOOPBACK,
        "SITE_UPSTREAM_PORT": str(ports.static),
    }
    return Service(
        name="envoy",
        command=[
            str(config.python.parent / "envoy"),  # becomes the real binary, same pid
            *("--config-path", str(settings)),
            *("--disable-hot-restart", "--concurrency", "1"),
            *("--log-level", "warning"),
        ],
        state_dir=config.state_dir,
        health=lambda: health.http(f"http://{_reachable(config)}:{ports.site}{READY_PATH}"),
        listens=[
            (config.bind, ports.site, PORT_VARIABLES["site"]),
            (config.bind, ports.grpcweb, PORT_VARIABLES["grpcweb"]),
        ],
        environ=config.environ,
        prepare=lambda: _render(variables, settings),
    )


def _reachable(config: Config) -> str:
    return LOOPBACK if config.bind == "0.0.0.0" else config.bind


def admin_socket(state_dir: Path) -> Path:
    return unix_socket(state_dir / "envoy-admin.sock")


def unix_socket(path: Path) -> Path:
    """The same path; one below /tmp where it is too long for a socket."""
    if len(str(path)) <= _UNIX_SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pcw-{name}.sock"


def _render(variables: dict[str, str], target: Path) -> None:
    answer = subprocess.run(
        ["sh", str(ROOT / "envoy" / "render.sh")],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise StackError(answer.stderr.strip() or "The Envoy configuration could not be made.")
    target.write_text(answer.stdout)
