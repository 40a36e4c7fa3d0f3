"""Where a channel's calls go, and what it lets through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ..bridge import Exchange, SabSyncChannel, Upload, gather
from ._credentials import AuthMetadataContext, CallCredentials, ChannelCredentials
from ._metadata import to_headers
from ._outage import Outage
from ._protocol import request_headers
from .cell_metadata import cell_headers
from .delivery import RecordedRequest

DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024
"""gRPC's default for ``grpc.max_receive_message_length``."""

UNLIMITED = -1
_KNOWN_OPTIONS = {
    "grpc.max_receive_message_length": "max_receive_bytes",
    "grpc.max_send_message_length": "max_send_bytes",
    "grpc.primary_user_agent": "user_agent",
}
_TARGET_SCHEMES = ("dns:///", "dns:", "ipv4:", "ipv6:")


@dataclass(frozen=True)
class Endpoint:
    """A target and the options of its channel; sizes in bytes."""

    origin: str
    secure: bool = False
    call_credentials: CallCredentials | None = None
    max_receive_bytes: int = DEFAULT_MAX_RECEIVE_BYTES
    max_send_bytes: int = UNLIMITED
    user_agent: str | None = None
    outage: Outage = field(default_factory=Outage)

    def open(self, call: OutgoingCall, timeout: float | None) -> Exchange:
        """Send a call; ``timeout`` in seconds from now.

        Raises:
            InvalidMetadataError: HTTP cannot carry its metadata.
            MetadataPluginError: a plugin of its credentials failed.
        """
        limit = 2**31 - 1 if self.max_receive_bytes == UNLIMITED else self.max_receive_bytes
        headers = self._headers(call, timeout) + cell_headers(self.origin)
        channel = SabSyncChannel(self.origin)
        return channel.open(call.path, call.body, headers, timeout, max_message_bytes=limit)

    def gather(self, frames: Iterable[bytes]) -> bytes | Upload:
        """One body of many frames."""
        return gather(frames)

    def send(self, call: OutgoingCall, delay: float) -> None:
        """Send a call whose answer nobody reads, ``delay`` seconds from now."""
        headers = self._headers(call, None) + cell_headers(self.origin)
        SabSyncChannel(self.origin).send(call.path, call.body, headers, delay)

    def record(self, call: OutgoingCall) -> RecordedRequest:
        """What sending the call would send.

        Raises:
            TypeError: its requests are so long a stream that they have left Python's memory.
        """
        if not isinstance(call.body, bytes):
            raise TypeError(f"{call.path}: so long a stream of requests cannot be recorded")
        return RecordedRequest(self.origin + call.path, self._headers(call, None), call.body)

    def _headers(self, call: OutgoingCall, timeout: float | None) -> list[tuple[str, str]]:
        metadata = list(call.metadata)
        service, _, method = call.path.rpartition("/")
        # As in gRPC's core, which leaves the usual port out.
        host = self.origin.removesuffix(":443") if self.origin.startswith("https:") else self.origin
        context = AuthMetadataContext(host + service, method)
        for credentials in (self.call_credentials, call.credentials):
            if credentials is not None:
                metadata += credentials.metadata(context)
        return request_headers(timeout, self.user_agent) + to_headers(metadata)


@dataclass(frozen=True)
class OutgoingCall:
    """What one call sends, and until when: ``body`` is framed already.

    ``deadline`` is a time of ``time.monotonic()``.
    """

    path: str
    body: bytes | Upload
    metadata: Sequence[tuple[str, str | bytes]] = ()
    credentials: CallCredentials | None = None
    deadline: float | None = None
    wait_for_ready: bool = False

    def discard(self) -> None:
        """It will not be sent again."""
        if isinstance(self.body, Upload):
            self.body.close()


def make_endpoint(
    target: str,
    credentials: ChannelCredentials | None,
    options: Sequence[tuple[str, Any]] | None,
) -> Endpoint:
    """An endpoint of a gRPC target; options that a browser decides about are left to it.

    Raises:
        ValueError: local credentials for another machine: tokens would go there unencrypted.
    """
    for prefix in _TARGET_SCHEMES:
        target = target.removeprefix(prefix)
    known = {_KNOWN_OPTIONS[k]: value for k, value in options or () if k in _KNOWN_OPTIONS}
    if credentials is None:
        return Endpoint(f"http://{target}", **known)
    origin = f"{credentials.scheme}://{target}"
    if credentials.local and not is_loopback(urlsplit(origin).hostname or ""):
        raise ValueError(
            f"local_channel_credentials() are for this machine, and {target} is another one: "
            "use ssl_channel_credentials()"
        )
    return Endpoint(origin, True, credentials.call_credentials, **known)


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
