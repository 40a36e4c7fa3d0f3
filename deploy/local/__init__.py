"""The stack as plain processes: Spark Connect, Envoy and the site's static server."""

from deploy.local.stack import Stack
from deploy.shared.config import Config, Ports

__all__ = ["Config", "Ports", "Stack"]
