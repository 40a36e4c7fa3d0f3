"""Wheels that are on their way before an import asks for them."""

from __future__ import annotations

from .lock import SiteLock


def fetch_ahead(module: str) -> None:
    """Have the browser fetch the wheels that ``import module`` still needs, with low priority.

    They go into its cache, not into the kernel: the import asks whether they have changed. What
    fails is fetched by the import. Who saves data (``navigator.connection``) is spared.
    """
    import js

    network = getattr(js.navigator, "connection", None)
    if getattr(network, "saveData", False):
        return
    for wheel in SiteLock.of_this_kernel().wheels_for(module):
        request = js.fetch(wheel.url, js.JSON.parse('{"priority": "low"}'))
        # It is kept once it has been read.
        request.then(lambda response: response.blob()).catch(lambda _: None)
