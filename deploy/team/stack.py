"""A team's stack as one thing: Spark Connect, the site, Envoy, and in a demonstration a provider.

with TeamStack(TeamConfig.demonstration(tmp_path, dist, {})) as stack:
    stack.site_url           # https://localhost:…
    stack.authority          # trust this certificate
    stack.envoy.kill()
"""

from __future__ import annotations

import json
from pathlib import Path

from deploy.local import services as local
from deploy.local import together
from deploy.local.service import Service
from deploy.local.stack import Stack
from deploy.shared.errors import StackError
from deploy.shared.progress import Tell, silently
from deploy.team import services
from deploy.team.cluster import NO_CLUSTER, TeamCluster, cluster_of
from deploy.team.config import TeamConfig
from deploy.team.edge.groups import cluster_of_group
from deploy.team.own_spark import refuse_jars, with_own_settings
from deploy.team.spark.conf import Identity
from deploy.team.watching import prometheus

_PREFIX = cluster_of_group("")


def groups_of_records(state_dir: Path) -> tuple[str, ...]:
    """Whose servers were started there and not stopped."""
    groups = sorted(folder.name for folder in (state_dir / "groups").glob("*/"))
    return tuple(each for each in groups if (state_dir / f"{_PREFIX}{each}.json").exists())


class TeamStack(Stack):
    """`up`, `down` and `wait_healthy` are the small stack's."""

    def __init__(self, config: TeamConfig) -> None:
        self.team = config
        self.config = config.local
        settings = config.settings
        self.site: Service = local.site(self.config)
        self.provider: Service | None = services.provider(config) if settings.demo else None
        self.cluster = cluster_of(config, self._identity)
        self.envoy: Service = services.envoy(config, self.provider, self.cluster)
        self.prometheus: Service | None = prometheus(config)
        self._sparks = () if self.cluster else services.sparks(config, self.provider)

    @property
    def sparks(self) -> tuple[Service, ...]:
        """Those that run here without a cluster: one that all share, or one for each group."""
        return self._sparks

    @property
    def services(self) -> tuple[Service, ...]:
        """The provider first, whom Spark and Envoy are told of; not a cluster's."""
        provider = (self.provider,) if self.provider else ()
        watching = (self.prometheus,) if self.prometheus else ()
        return *provider, *self.sparks, self.site, self.envoy, *watching

    def refuse_other_groups(self) -> None:
        """A running Envoy knows the groups that it was started with, and no others.

        Raises:
            StackError: they are not those of the settings.
        """
        if not self.envoy.is_alive():
            return
        known = json.loads(services.envoy_file(self.team).read_text())["static_resources"][
            "clusters"
        ]
        names = [each["name"] for each in known]
        running = [n.removeprefix(_PREFIX) for n in names if n.startswith(_PREFIX)]
        if running != list(self.team.settings.groups):
            raise StackError(
                f"A deployment with {' and '.join(running) or 'no groups'} runs in "
                f"{self.team.state_dir}, and PCW_TEAM_GROUPS is "
                f"{' '.join(self.team.settings.groups) or 'empty'}: `make team-down` first."
            )

    def _identity(self) -> Identity:
        """Of a cluster's servers."""
        endpoints = services.endpoints_of(self.team, self.provider)
        work = self.require_cluster().work_dir
        refuse_jars(self.team.spark_jars, "the servers of a cluster")
        identity = services.identity_of(self.team.settings, endpoints, work, metrics="")
        return with_own_settings(identity, self.team.spark_conf)

    @property
    def all_services(self) -> tuple[Service, ...]:
        """A cluster's too."""
        return *self.services, *(self.cluster.services if self.cluster else ())

    def up(self, tell: Tell = silently, with_archive: bool = True) -> list[Service]:
        if not self.cluster:
            return super().up(tell, with_archive)
        self.cluster.announce()
        started = super().up(tell, with_archive)
        with together.or_none(started, tell):
            return [*started, *self.cluster.up(tell)]

    def down(self, tell: Tell = silently) -> list[str]:
        """A cluster first: where one is being upgraded, nothing is stopped."""
        ended = self.cluster.down(tell) if self.cluster else []
        return [*ended, *super().down(tell)]

    def require_cluster(self) -> TeamCluster:
        if not self.cluster:
            raise StackError(NO_CLUSTER)
        return self.cluster

    @property
    def site_url(self) -> str:
        return self.team.site_url

    @property
    def native_remote(self) -> str:
        """For native clients, which add `;token=<bearer JWT>`."""
        settings = self.team.settings
        return f"sc://{settings.host}:{settings.port}/;use_ssl=true"

    @property
    def metrics_url(self) -> str:
        return f"http://127.0.0.1:{self.team.settings.metrics_port}/metrics"

    @property
    def access_log(self) -> Path:
        """A line of JSON for each request."""
        return self.team.state_dir / "access.log"

    @property
    def authority(self) -> Path:
        """The certificate to trust, of a demonstration."""
        return self.team.belongings.authority

    @property
    def password(self) -> str:
        """What everybody signs in with, in a demonstration."""
        return self.team.belongings.password.read_text()
