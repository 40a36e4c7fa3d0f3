"""``%pip install`` of what the site does not have says what to do."""

from __future__ import annotations

import os
import zipfile
from functools import wraps
from typing import Any

from ..errors import PcwError
from ..packages import SiteLock


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
            return await plain(wanted, *args, **kwargs)
        except PcwError:
            raise
        except (ValueError, OSError, zipfile.BadZipFile) as error:
            raise CannotInstallError(
                f"{', '.join(several)} could not be installed: {str(error).rstrip('.')}. "
                "A tab takes wheels of pure Python (py3-none-any) and those built for its Pyodide."
            ) from None

    module.install = install


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
