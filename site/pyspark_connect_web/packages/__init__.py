"""Wheels of the site that load when they are first imported."""

from .finder import load_on_import
from .lock import SiteLock

__all__ = ["SiteLock", "load_on_import"]
