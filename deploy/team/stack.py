"""A team's stack as one thing: Spark Connect, the site, Envoy, and in a demonstration a provider.

with TeamStack(TeamConfig.demonstration(tmp_path, dist, {})) as stack:
    stack.site_url           # https://localhost:…
    stack.authority          # trust this certificate
    stack.envoy.kill()
"""

from __future__ import annotations

from pathlib import Path

from deploy.local import services as local
from deploy.local.service import Service
from deploy.local.stack import Stack
from deploy.team import services
from deploy.team.config import TeamConfig


class TeamStack(Stack):
    """`up`, `down` and `wait_healthy` are the small stack's."""

    def __init__(self, config: TeamConfig) -> None:
        self.team = config
        self.config = config.local
        settings = config.settings
        self.site: Service = local.site(self.config)
        self.provider: Service | None = services.provider(config) if settings.demo else None
        self.envoy: Service = services.envoy(config, self.provider)
        self.spark: Service = services.spark(config, self.provider)
        self._own_spark = not settings.spark_servers

    @property
    def services(self) -> tuple[Service, ...]:
        """The provider first, whom Spark and Envoy are told of."""
        provider = (self.provider,) if self.provider else ()
        spark = (self.spark,) if self._own_spark else ()
        return *provider, *spark, self.site, self.envoy

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
