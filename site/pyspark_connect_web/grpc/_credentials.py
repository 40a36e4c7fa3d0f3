"""Credentials. The browser holds the trust store; tokens travel as metadata of each call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple


class AuthMetadataContext(NamedTuple):
    """What a metadata plugin learns of a call."""

    service_url: str
    method_name: str


class AuthMetadataPluginCallback:
    """Base of what a plugin gets to hand its metadata to."""

    def __call__(
        self, metadata: Sequence[tuple[str, str | bytes]], error: Exception | None
    ) -> None:  # pragma: no cover - an interface
        """Take the metadata, or what went wrong."""
        raise NotImplementedError


class AuthMetadataPlugin:
    """Base of plugins for :func:`metadata_call_credentials`."""

    def __call__(
        self, context: AuthMetadataContext, callback: Callable[..., None]
    ) -> None:  # pragma: no cover - an interface
        """Call ``callback(metadata, error)``, before returning."""
        raise NotImplementedError


class MetadataPluginError(Exception):
    """A plugin failed; the text is grpcio's."""


Plugin = Callable[[AuthMetadataContext, Callable[..., None]], None]


@dataclass(frozen=True)
class CallCredentials:
    """Metadata that is made anew for each call."""

    plugins: tuple[Plugin, ...]

    def metadata(self, context: AuthMetadataContext) -> list[tuple[str, str | bytes]]:
        """What the plugins add to a call.

        Raises:
            MetadataPluginError: a plugin raised or reported an error, or did not call back.
        """
        return [pair for plugin in self.plugins for pair in _run(plugin, context)]


def _run(plugin: Plugin, context: AuthMetadataContext) -> Sequence[tuple[str, str | bytes]]:
    outcome: list[tuple[Sequence[tuple[str, str | bytes]], Exception | None]] = []
    try:
        plugin(context, lambda metadata, error: outcome.append((metadata, error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the call ends with it
        outcome.append(((), error))
    if not outcome:
        silent = "it must call back before it returns: there are no threads in a tab"
        outcome.append(((), RuntimeError(silent)))
    metadata, failure = outcome[0]
    if failure is not None:
        raise MetadataPluginError(f"Getting metadata from plugin failed with error: {failure}")
    return metadata


@dataclass(frozen=True)
class ChannelCredentials:
    """How a channel connects: by ``http`` or ``https``, and ``local`` to this machine only."""

    scheme: str
    call_credentials: CallCredentials | None = None
    local: bool = False


def ssl_channel_credentials(
    root_certificates: bytes | None = None,
    private_key: bytes | None = None,
    certificate_chain: bytes | None = None,
) -> ChannelCredentials:
    """TLS with the browser's trust store.

    Raises:
        NotImplementedError: certificates of one's own; a page cannot set them.
    """
    if root_certificates or private_key or certificate_chain:
        raise NotImplementedError(
            "ssl_channel_credentials: a page cannot bring its own certificates; install them in "
            "the browser or the operating system"
        )
    return ChannelCredentials("https")


def local_channel_credentials(*_: object) -> ChannelCredentials:
    """Plain text to this machine, and to no other."""
    return ChannelCredentials("http", local=True)


def metadata_call_credentials(metadata_plugin: Plugin, name: str | None = None) -> CallCredentials:
    """Call credentials of a plugin."""
    return CallCredentials((metadata_plugin,))


def access_token_call_credentials(access_token: str) -> CallCredentials:
    """A bearer token in the ``authorization`` header."""

    def bearer(_: AuthMetadataContext, callback: Callable[..., None]) -> None:
        callback((("authorization", f"Bearer {access_token}"),), None)

    return CallCredentials((bearer,))


def composite_call_credentials(*call_credentials: CallCredentials) -> CallCredentials:
    """Several call credentials in one."""
    return CallCredentials(tuple(p for one in call_credentials for p in one.plugins))


def composite_channel_credentials(
    channel_credentials: ChannelCredentials, *call_credentials: CallCredentials
) -> ChannelCredentials:
    """Channel credentials that add call credentials to each call."""
    own = channel_credentials.call_credentials
    parts = ((own,) if own else ()) + call_credentials
    return replace(channel_credentials, call_credentials=composite_call_credentials(*parts))
