"""The cluster as one thing: up, down, and its Connect servers by number."""

from __future__ import annotations

from deploy.cluster import services
from deploy.cluster.conf import ClusterConfig
from deploy.cluster.generations import Generation, Generations
from deploy.cluster.routing import Routing
from deploy.cluster.services import ConnectServer
from deploy.local import together
from deploy.local.archive import ensure_archive
from deploy.local.service import Service
from deploy.shared.config import Config
from deploy.shared.errors import StackError
from deploy.shared.lock import alone
from deploy.shared.progress import Tell, silently


class Cluster:
    def __init__(self, config: ClusterConfig | None = None) -> None:
        self.config = config or ClusterConfig()
        self.routing = Routing(self.config.state_dir)
        self.keeper = services.keeper(self.config)
        self.master = services.master(self.config)
        self.metastore = services.metastore(self.config)
        self.history = services.history(self.config)
        self.workers = [services.worker(self.config, i) for i in range(self.config.workers)]

    def __enter__(self) -> Cluster:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    @property
    def generations(self) -> Generations:
        """As recorded; before the first start, what that would be."""
        recorded = Generations.load(self.config.state_dir)
        return recorded or Generations(Generation.of(1, self.config))

    def servers_of(self, generation: Generation | None) -> list[ConnectServer]:
        if generation is None:
            return []
        config = generation.config(self.config)
        number, slot = generation.number, generation.slot
        return [services.connect(config, number, slot, i) for i in range(generation.servers)]

    @property
    def servers(self) -> list[ConnectServer]:
        """Those that get new sessions."""
        return self.servers_of(self.generations.current)

    def server(self, index: int) -> ConnectServer:
        return self.servers[index]

    @property
    def shared(self) -> list[Service]:
        """What all Connect servers use."""
        return [self.metastore, self.master, *self.workers, self.history]

    @property
    def services(self) -> list[Service]:
        draining = self.servers_of(self.generations.draining)
        return [*self.shared, *self.servers, *draining, self.keeper]

    @property
    def web_pages(self) -> dict[str, int]:
        """Name and port of each page of Spark's, to be put behind a login."""
        ports = self.config.ports
        pages = {"master": ports.master_ui, "history": ports.history_ui}
        pages |= {f"worker-{i}": ports.worker_ui(i) for i in range(self.config.workers)}
        return pages | {server.name: server.ports.ui for server in self.servers}

    def up(self, tell: Tell = silently) -> list[str]:
        """Starts what does not run and waits until all of it answers; returns what it started.

        When it cannot, or is interrupted, whatever it started is stopped again.
        """
        with alone(self.config.state_dir, "cluster"):
            if not any(service.is_alive() for service in self.services):
                together.end_strays(self.config.state_dir)
                self._begin_anew()
            missing = [service for service in self.services if not service.is_alive()]
            for service in missing:
                service.stop()
                service.require_ports()
            for folder in (self.config.events, self.config.warehouse):
                folder.mkdir(parents=True, exist_ok=True)
            services.make_own_jar(self.config)
            if missing:
                self._make_archive(tell)
            with together.or_none(missing, tell):
                self._start(missing, tell)
            self.generations.save(self.config.state_dir)
            self.publish()
        return [service.name for service in missing]

    def _make_archive(self, tell: Tell) -> None:
        """Of Spark's classes, once: every service starts in half the time with it."""
        config = self.config
        local = Config(
            state_dir=config.state_dir, spark_python=config.spark_python, environ=config.environ
        )
        ensure_archive(local, tell)

    def _begin_anew(self) -> None:
        """Nothing runs: the servers get the settings of now, and no session is waited for."""
        known = self.generations
        self.require_as_strict()
        asked = Generation.of(known.current.number, self.config)
        before = known.before if asked == known.current else known.current
        if asked != known.current:
            asked = Generation.of(known.current.number + 1, self.config)
        Generations(asked, None, before if before != asked else None).save(self.config.state_dir)

    def _start(self, missing: list[Service], tell: Tell) -> None:
        """Master and catalog first: the servers end at once where they do not answer."""
        first = [service for service in missing if service in (self.metastore, self.master)]
        then = [service for service in missing if service not in first]
        for some in (first, then):
            together.start(some, tell)
            together.wait_healthy(some, tell)

    def publish(self) -> None:
        """Tells Envoy where the servers are."""
        self.routing.write([server.address for server in self.servers])

    def down(self, tell: Tell = silently) -> list[str]:
        """Stops everything, recorded or not; returns the names of what it ended."""
        with alone(self.config.state_dir, "cluster"):
            ended = together.stop([self.keeper, *reversed(self.services)], tell)
            for kept in self.config.state_dir.glob("*.keep"):
                kept.unlink()  # of services that others put beside these
            return [*ended, *together.end_strays(self.config.state_dir)]

    def require_as_strict(self) -> None:
        """Servers that check who calls are not followed by ones that let everybody in."""
        known = self.generations.current.interceptors
        if known and not self.config.interceptors:
            raise StackError(
                f"The servers of {self.config.state_dir} check who calls ({', '.join(known)}), and "
                f"new ones would not: a team's cluster is started and upgraded by `make team` and "
                f"`make team-upgrade`."
            )

    def require_up(self) -> None:
        stopped = [service.name for service in self.services if not service.is_alive()]
        if stopped:
            raise StackError(
                f"Not running: {', '.join(stopped)}. Start the cluster first, with `up`."
            )
