"""``grpc_status.rpc_status``: reads ``google.rpc.Status`` from a call's trailing metadata.

https://github.com/grpc/grpc/blob/master/src/python/grpcio_status/grpc_status/rpc_status.py
"""

from __future__ import annotations

from typing import Any

GRPC_DETAILS_METADATA_KEY = "grpc-status-details-bin"


def from_call(call: Any) -> Any:
    """The call's ``google.rpc.status_pb2.Status``, or None where it carries none.

    Raises:
        ValueError: code or message of the rich status are not those of the call.
    """
    from google.rpc import status_pb2

    for key, value in call.trailing_metadata() or ():
        if key != GRPC_DETAILS_METADATA_KEY:
            continue
        status = status_pb2.Status.FromString(value)
        if call.code().value[0] != status.code:
            raise ValueError(
                f"Code in Status proto ({status.code}) doesn't match status code ({call.code()})"
            )
        if call.details() != status.message:
            raise ValueError(
                f"Message in Status proto ({status.message}) doesn't match status details "
                f"({call.details()})"
            )
        return status
    return None


__all__ = ["from_call"]
