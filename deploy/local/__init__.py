"""The stack as plain processes: Spark Connect, Envoy and the site's static server."""

from deploy.local.config import Config, Ports
from deploy.local.stack import Stack

__all__ = ["Config", "Ports", "Stack"]
