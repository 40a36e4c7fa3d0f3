"""Status codes and the errors that carry them.

Names, values and texts are those of grpcio: https://grpc.github.io/grpc/python/grpc.html
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from ..errors import Sentence

if TYPE_CHECKING:
    from ._metadata import Metadata


@enum.unique
class StatusCode(enum.Enum):
    """gRPC status codes, https://github.com/grpc/grpc/blob/master/doc/statuscodes.md."""

    OK = (0, "ok")
    CANCELLED = (1, "cancelled")
    UNKNOWN = (2, "unknown")
    INVALID_ARGUMENT = (3, "invalid argument")
    DEADLINE_EXCEEDED = (4, "deadline exceeded")
    NOT_FOUND = (5, "not found")
    ALREADY_EXISTS = (6, "already exists")
    PERMISSION_DENIED = (7, "permission denied")
    RESOURCE_EXHAUSTED = (8, "resource exhausted")
    FAILED_PRECONDITION = (9, "failed precondition")
    ABORTED = (10, "aborted")
    OUT_OF_RANGE = (11, "out of range")
    UNIMPLEMENTED = (12, "unimplemented")
    INTERNAL = (13, "internal")
    UNAVAILABLE = (14, "unavailable")
    DATA_LOSS = (15, "data loss")
    UNAUTHENTICATED = (16, "unauthenticated")


_BY_NUMBER = {code.value[0]: code for code in StatusCode}


def status_code(number: int) -> StatusCode:
    """The code of a number; one that the specification does not know is UNKNOWN."""
    return _BY_NUMBER.get(number, StatusCode.UNKNOWN)


class Status:
    """How a call ended.

    ``sentence`` is set where this client can say what is wrong and what to do: it is then all that
    ``str()`` of the error says. True means that the details are that sentence.
    """

    def __init__(
        self,
        code: StatusCode,
        details: str,
        trailing_metadata: Metadata = (),
        *,
        sentence: bool | str = False,
    ) -> None:
        self.code = code
        self.details = details
        self.trailing_metadata = trailing_metadata
        self.sentence = sentence

    def describe(self, class_name: str) -> str:
        """The text of an error, in grpcio's form."""
        if self.sentence:
            return Sentence(self.details if self.sentence is True else self.sentence)
        return (
            f"<{class_name} of RPC that terminated with:\n"
            f"\tstatus = {self.code}\n"
            f'\tdetails = "{self.details}"\n'
            f'\tdebug_error_string = "{self.debug_error_string()}"\n>'
        )

    def debug_error_string(self) -> str:
        """The transport's own account of an error."""
        return f"grpc-web status {self.code.value[0]}: {self.details}"


class RpcError(Exception):
    """Raised to indicate that a call did not end with OK."""
