"""``%pip install`` of what the site does not have says what to do."""

from __future__ import annotations

import os
from functools import wraps
from typing import Any

from ..errors import PcwError


class NotInSiteError(PcwError, ValueError):
    """A package that this site was built without."""


def install_from_drive(module: Any) -> None:
    """Have a path of a wheel mean the file; it would be an address beside the page's.

    ``module`` is ``piplite.piplite``.
    """
    plain = module._install

    @wraps(plain)
    async def install(requirements: Any, *args: Any, **kwargs: Any) -> Any:
        several = [requirements] if isinstance(requirements, str) else list(requirements)
        return await plain([_as_file(one) for one in several], *args, **kwargs)

    module._install = install


def _as_file(requirement: str) -> str:
    path = requirement.strip()
    if path.endswith(".whl") and ":" not in path and os.path.isfile(path):
        return f"emfs:{os.path.abspath(path)}"
    return requirement


def explain_missing_packages(module: Any) -> None:
    """``module`` is ``piplite.piplite``, whose own error is a ValueError too."""
    plain = module._query_package

    @wraps(plain)
    async def query(name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return await plain(name, *args, **kwargs)
        except module.PiplitePyPIDisabled:
            raise NotInSiteError(
                f"This site was built without the package {name}, and its notebooks install from "
                "nowhere else: drop a wheel of it into the file browser and run "
                "%pip install ./FILE.whl, or have the site built with it."
            ) from None

    module._query_package = query
