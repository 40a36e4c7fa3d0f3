"""Wheels of the site that load when they are first imported."""

from .ahead import fetch_ahead
from .finder import load_on_import
from .lock import SiteLock

__all__ = ["SiteLock", "fetch_ahead", "load_on_import"]
