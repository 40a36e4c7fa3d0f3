"""Installs one wheel of the site into this interpreter."""

from __future__ import annotations

import hashlib
import importlib
import io
import sysconfig
import zipfile

from ..bridge import SabSyncChannel
from ..errors import PcwError
from .lock import Wheel

HTTP_OK = 200


class WheelError(PcwError):
    """A wheel of the site could not be fetched, or is not the one that its lock names."""


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
        archive.extractall(sysconfig.get_paths()["purelib"])
    importlib.invalidate_caches()
