"""Messages of the pure Python protobuf, copied and encoded in a way that costs a tab less.

Where protobuf is compiled, nothing here is used.
"""

from .classes import quicken

__all__ = ["quicken"]
