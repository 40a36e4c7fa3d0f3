"""One real Envoy with our configuration, between a client and two small upstreams."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from envoy_upstreams import FakeSite, FakeSpark

from deploy.local import services
from deploy.local.service import Service
from deploy.shared.config import Config, Ports


@dataclass
class Door:
    """Envoy, its two ports and what is behind it."""

    config: Config
    envoy: Service
    spark: FakeSpark
    site: FakeSite
    site_port: int
    grpcweb_port: int


@contextmanager
def open_door(**environ: str) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        ports = Ports.free()
        config = Config(state_dir=Path(folder), ports=ports, environ=environ)
        envoy = services.envoy(config)
        spark, site = FakeSpark(ports.spark), FakeSite(ports.static)
        try:
            envoy.start()
            envoy.wait_healthy()
            yield Door(config, envoy, spark, site, ports.site, ports.grpcweb)
        finally:
            envoy.stop()
            site.stop()
            spark.stop()


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    with open_door() as opened:
        yield opened


@pytest.fixture(scope="session")
def door_of() -> Callable[..., object]:
    """A door with settings of its own: `with door_of(PCW_ALLOWED_ORIGINS=...) as door`."""
    return open_door
