"""``%pip install`` of what the site does not have says what to do."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import metadata
from typing import Any
from unittest.mock import patch

from ..errors import PcwError
from ..packages import SiteLock

_CLIENT = "pyspark-client"
_HAVE_PYSPARK = frozenset({"pyspark", "pyspark-connect"})
"""Distributions with the same package; of ``pyspark`` a tab has no use for the rest, a JVM's."""


class NotInSiteError(PcwError, ValueError):
    """A package that this site was built without."""


class CannotInstallError(PcwError, ValueError):
    """A wheel that is not there, is none, or is for another machine."""


def install_from_drive(module: Any) -> None:
    """Have a path of a wheel mean the file; it would be an address beside the page's.

    ``module`` is ``micropip``, which piplite calls too.
    """
    plain = module.install

    @wraps(plain)
    async def install(requirements: Any, *args: Any, **kwargs: Any) -> Any:
        several = [requirements] if isinstance(requirements, str) else list(requirements)
        wanted = [_as_file(one) for one in several]
        try:
            with _from_where_the_site_says(kwargs):
                return await plain(wanted, *args, **kwargs)
        except PcwError:
            raise
        except (ValueError, OSError, zipfile.BadZipFile) as error:
            raise CannotInstallError(
                f"{', '.join(several)} could not be installed: {str(error).rstrip('.')}. "
                "A tab takes wheels of pure Python (py3-none-any) and those built for its Pyodide."
            ) from None

    module.install = install


@contextmanager
def _from_where_the_site_says(arguments: dict[str, Any]) -> Iterator[None]:
    """What piplite may not ask, micropip alone does not ask either, unless an index is named."""
    piplite = sys.modules.get("piplite.piplite")
    if arguments.get("index_urls") or not getattr(piplite, "_PIPLITE_DISABLE_PYPI", False):
        yield
        return
    with patch("micropip.package_index.query_package", piplite._query_package):  # type: ignore[union-attr]
        yield


def _as_file(requirement: str) -> str:
    """Raises :class:`CannotInstallError` where a path leads to no file."""
    path = requirement.strip().removeprefix("emfs:")
    if not path.endswith(".whl") or ":" in path or "@" in path:
        return requirement
    if not os.path.isfile(path):
        raise CannotInstallError(
            f"There is no file {path} in {os.getcwd()}: drop the wheel into the file browser "
            "there, and write its name as it is shown."
        )
    return f"emfs:{os.path.abspath(path)}"


def take_client_for_pyspark(module: Any) -> None:
    """A wheel that demands ``pyspark`` gets the site's ``pyspark-client``: the same package.

    ``module`` is ``micropip.transaction``.
    """
    plain = module.Transaction.add_requirement_inner

    @wraps(plain)
    async def add(self: Any, requirement: Any) -> None:
        if requirement.name.lower() in _HAVE_PYSPARK and not _is_installed(requirement.name):
            requirement.name = _CLIENT
        await plain(self, requirement)

    module.Transaction.add_requirement_inner = add


def _is_installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def explain_missing_packages(module: Any) -> None:
    """``module`` is ``piplite.piplite``, whose own error is a ValueError too."""
    plain = module._query_package

    @wraps(plain)
    async def query(name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return await plain(name, *args, **kwargs)
        except module.PiplitePyPIDisabled:
            has = SiteLock.of_this_kernel().versions(name).get(name)
            if has is not None:
                raise NotInSiteError(
                    f"This site has {name} {has}, not the version that is asked for, and its "
                    "notebooks install from nowhere else: drop a wheel of that version into the "
                    "file browser and run %pip install ./FILE.whl, or take the site's."
                ) from None
            raise NotInSiteError(
                f"This site was built without the package {name}, and its notebooks install from "
                "nowhere else: drop a wheel of it into the file browser and run "
                "%pip install ./FILE.whl, or have the site built with it."
            ) from None

    module._query_package = query
