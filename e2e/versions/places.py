"""Whether each client's places that depend on the platform are those of the list.

The unit tests compare the list with the client that is installed; the others are here, where their
wheels are made anyway.
"""

from __future__ import annotations

from pathlib import Path

import pyspark
from pyspark_connect_web.tests.client.platform_entries import gone, unlisted
from pyspark_connect_web.tests.client.platform_names import uses_of_package
from pyspark_connect_web.tests.client.platform_uses import ENTRIES

from e2e.versions.clients import Client, unpack


def complaints(client: Client, folder: Path) -> list[str]:
    """A sentence for each place that is not listed, or listed and not there.

    ``folder`` is where a client that is not installed is unpacked, in a folder of its own.
    """
    line = ".".join(client.version.split(".")[:2])
    found = uses_of_package(_sources(client, folder), "pyspark")
    new = [
        f"{client.version}: {place} uses {name}, which depends on the platform: say in "
        "tests/client/platform_uses.py what becomes of it in a tab."
        for place, name in unlisted(ENTRIES, found, line)
    ]
    old = [
        f"{client.version}: {name} is in tests/client/platform_uses.py and not in this release."
        for name in gone(ENTRIES, found, line)
    ]
    return [*new, *old]


def _sources(client: Client, folder: Path) -> Path:
    wheel = client.wheel()
    if wheel is None:
        return Path(pyspark.__file__).parent
    target = folder / client.version
    if not target.exists():
        unpack(wheel, target)
    return target / "pyspark"
