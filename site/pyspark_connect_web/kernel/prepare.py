"""``prepare()``: once in a kernel's life, before the first cell or by ``install()``."""

from __future__ import annotations

from functools import cache

from .. import packages


@cache
def prepare() -> None:
    """Make the wheels of the site importable; again does nothing."""
    packages.load_on_import(packages.SiteLock.of_this_kernel())
