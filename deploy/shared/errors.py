"""What can go wrong, each told in one sentence."""

from __future__ import annotations


class StackError(RuntimeError):
    """The stack cannot do what was asked; the message says why and what to do."""
