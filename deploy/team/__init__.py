"""The deployment for a team as processes: TLS and login before the site and Spark Connect."""

from deploy.team.config import TeamConfig
from deploy.team.stack import TeamStack

__all__ = ["TeamConfig", "TeamStack"]
