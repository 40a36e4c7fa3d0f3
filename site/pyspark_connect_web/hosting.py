"""Which Spark a notebook of this site talks to, so that no notebook has to name it."""

from __future__ import annotations

from typing import Any

from .bridge import check_page_half, in_browser, read_site
from .errors import EnvironmentUnsupportedError, NoRemoteError
from .install import install

ADDON_HOST = "jupyterlite"
"""What the JupyterLite addon writes into the site's file where our own builder names a host."""

DEFAULT_PORTS = {"http:": "80", "https:": "443"}


def default_remote() -> str:
    """The address for ``SparkSession.builder.remote()`` that the site was built with.

    A site built for Envoy without one is its own endpoint: Envoy answers for Spark there.

    Raises:
        EnvironmentUnsupportedError: not in a page of a site.
        NoRemoteError: this site has none.
    """
    if not in_browser():
        raise EnvironmentUnsupportedError(
            "pcw.default_remote() is what a site was built with, and this Python runs in no page; "
            "here pass the address to SparkSession.builder.remote(...)."
        )
    check_page_half()
    site = read_site()
    if site.get("remote"):
        return str(site["remote"])
    if site.get("sparkOnOrigin"):
        return _own_origin()
    raise NoRemoteError(
        "This site was built without the address of a Spark server: pass one, as in "
        "SparkSession.builder.remote('sc://localhost:8081/;transport=grpcweb'), or build the site "
        f"with `{_build_command(site.get('host'))}`."
    )


def session() -> Any:
    """The ``SparkSession`` of :func:`default_remote`; installs first if that was not done.

    Raises:
        PcwError: as :func:`pyspark_connect_web.install` and :func:`default_remote` do.
    """
    install()
    from pyspark.sql import SparkSession

    return SparkSession.builder.remote(default_remote()).getOrCreate()


def _build_command(host: str | None) -> str:
    """What gives such a site an endpoint."""
    if host == ADDON_HOST:
        return "jupyter lite build --PysparkConnectWebAddon.remote=sc://..."
    return f"make site {f'HOST={host} ' if host else ''}SPARK_REMOTE=sc://..."


def _own_origin() -> str:
    """With the port always: without one PySpark takes 15002."""
    import js

    location = js.location
    port = location.port or DEFAULT_PORTS[location.protocol]
    tls = "use_ssl=true;" if location.protocol == "https:" else ""
    return f"sc://{location.hostname}:{port}/;{tls}transport=grpcweb"
