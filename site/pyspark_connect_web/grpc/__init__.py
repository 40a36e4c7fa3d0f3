"""The client part of the public ``grpc`` API, over grpc-web.

:func:`pyspark_connect_web.install` makes it importable as ``grpc``. Names and behaviour are those
of grpcio (https://grpc.github.io/grpc/python/grpc.html); a name that is missing raises
NotImplementedError and says so.
"""

from __future__ import annotations

from typing import NoReturn

from ..errors import MissingNameError
from ._call import Call, Future, FutureCancelledError, FutureTimeoutError, RpcContext
from ._channel import Channel, insecure_channel, secure_channel
from ._compression import Compression
from ._credentials import (
    AuthMetadataContext,
    AuthMetadataPlugin,
    AuthMetadataPluginCallback,
    CallCredentials,
    ChannelCredentials,
    access_token_call_credentials,
    composite_call_credentials,
    composite_channel_credentials,
    local_channel_credentials,
    metadata_call_credentials,
    ssl_channel_credentials,
)
from ._interceptor import (
    ClientCallDetails,
    StreamStreamClientInterceptor,
    StreamUnaryClientInterceptor,
    UnaryStreamClientInterceptor,
    UnaryUnaryClientInterceptor,
    intercept_channel,
)
from ._multicallable import (
    StreamStreamMultiCallable,
    StreamUnaryMultiCallable,
    UnaryStreamMultiCallable,
    UnaryUnaryMultiCallable,
)
from ._status import RpcError, StatusCode

__version__ = "1.85.1"
"""The release of grpcio whose API this follows; generated stubs and PySpark compare it."""

__all__ = [
    "AuthMetadataContext",
    "AuthMetadataPlugin",
    "AuthMetadataPluginCallback",
    "Call",
    "CallCredentials",
    "Channel",
    "ChannelCredentials",
    "ClientCallDetails",
    "Compression",
    "Future",
    "FutureCancelledError",
    "FutureTimeoutError",
    "RpcContext",
    "RpcError",
    "StatusCode",
    "StreamStreamClientInterceptor",
    "StreamStreamMultiCallable",
    "StreamUnaryClientInterceptor",
    "StreamUnaryMultiCallable",
    "UnaryStreamClientInterceptor",
    "UnaryStreamMultiCallable",
    "UnaryUnaryClientInterceptor",
    "UnaryUnaryMultiCallable",
    "access_token_call_credentials",
    "composite_call_credentials",
    "composite_channel_credentials",
    "insecure_channel",
    "intercept_channel",
    "local_channel_credentials",
    "metadata_call_credentials",
    "secure_channel",
    "ssl_channel_credentials",
]


def __getattr__(name: str) -> NoReturn:
    raise MissingNameError(f"grpc.{name} is not available in a browser tab", name=name)
