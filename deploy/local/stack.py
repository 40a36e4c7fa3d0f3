"""The three processes as one thing.

with Stack(Config(state_dir=tmp_path, site_dir=dist, ports=Ports.free())) as stack:
    urlopen(stack.site_url)
    stack.spark.kill()
    stack.spark.start()
    stack.spark.wait_healthy()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import services, together
from deploy.local.archive import ensure_archive
from deploy.local.service import Service
from deploy.shared.config import Config
from deploy.shared.lock import alone
from deploy.shared.progress import Tell, silently


class Stack:
    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        # Spark first: it takes longest, the others start while it does.
        self.spark: Service = services.spark(self.config)
        self.site: Service = services.site(self.config)
        self.envoy: Service = services.envoy(self.config)

    @property
    def sparks(self) -> tuple[Service, ...]:
        """The Spark Connect servers that run here."""
        return (self.spark,)

    @property
    def services(self) -> tuple[Service, ...]:
        return *self.sparks, self.site, self.envoy

    @property
    def site_url(self) -> str:
        return self.config.site_url

    @property
    def grpcweb_url(self) -> str:
        return self.config.grpcweb_url

    @property
    def grpcweb_remote(self) -> str:
        return self.config.grpcweb_remote

    @property
    def spark_remote(self) -> str:
        return self.config.spark_remote

    def __enter__(self) -> Stack:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self, tell: Tell = silently, with_archive: bool = True) -> list[Service]:
        """Starts what does not run and waits until all of it answers; returns what it started.

        When it cannot, or is interrupted, whatever it started is stopped again.
        """
        with self._alone():
            missing = [service for service in self.services if not service.is_alive()]
            if len(missing) == len(self.services):
                together.end_strays(self.config.state_dir)
            for service in missing:
                service.stop()  # what a crash may have left
            for service in missing:
                service.require_ports()  # all of them, before anything starts
            if with_archive and any(spark in missing for spark in self.sparks):
                ensure_archive(self.config, tell)
            with together.or_none(missing, tell):
                together.start(missing, tell)
                self.wait_healthy(tell)
        return missing

    def wait_healthy(self, tell: Tell = silently) -> None:
        together.wait_healthy(reversed(self.services), tell)  # the quick ones first

    def down(self, tell: Tell = silently) -> list[str]:
        """Stops everything, recorded or not; returns the names of what it ended."""
        with self._alone():
            ended = together.stop(reversed(self.services), tell)
            return [*ended, *together.end_strays(self.config.state_dir)]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One `up` or `down` at a time per stack."""
        with alone(self.config.state_dir, "stack"):
            yield
