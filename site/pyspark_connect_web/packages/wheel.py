"""Installs one wheel of the site into this interpreter."""

from __future__ import annotations

import hashlib
import importlib
import io
import re
import sys
import sysconfig
import time
import zipfile
from collections.abc import Callable, Sequence

from ..bridge import SabSyncChannel
from ..errors import PcwError
from .lock import Wheel

HTTP_OK = 200


_FOR_THE_PAGE = re.compile(r"[^/]+\.data/data/")
"""JupyterLab's half of a package, which the site has elsewhere: megabytes of a kernel's memory."""


class WheelError(PcwError):
    """A wheel of the site could not be fetched, or is not the one that its lock names."""


SAID_AFTER_SECONDS = 2.0


def install_wheels(wheels: Sequence[Wheel], installed: Callable[[str], None]) -> None:
    """Install wheels in this order, and call ``installed`` with the name of each.

    Raises:
        WheelError: as :func:`install_wheel`.
    """
    begun = time.monotonic()
    said = False
    for number, wheel in enumerate(wheels, 1):
        if not said and time.monotonic() - begun > SAID_AFTER_SECONDS:
            said = True
            print(
                f"Loading {wheels[-1].name} ({number} of {len(wheels)} wheels) ...", file=sys.stderr
            )
        install_wheel(wheel)
        installed(wheel.name)


def install_wheel(wheel: Wheel) -> None:
    """Fetch, check and unpack a wheel; blocks.

    Raises:
        WheelError: not there, or of other bytes than the lock says.
    """
    response = SabSyncChannel(wheel.url).unary("", method="GET")
    if response.status != HTTP_OK:
        raise WheelError(f"{wheel.url} answered HTTP {response.status}; rebuild the site.")
    if hashlib.sha256(response.body).hexdigest() != wheel.sha256:
        raise WheelError(
            f"{wheel.url} is not the file that pyodide-lock.json names (sha256 differs); rebuild "
            "the site, or reload the page without the browser's cache."
        )
    with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
        members = [name for name in archive.namelist() if not _FOR_THE_PAGE.match(name)]
        archive.extractall(sysconfig.get_paths()["purelib"], members)
    importlib.invalidate_caches()
