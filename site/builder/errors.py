"""The one error a user of the builder sees: a sentence that names the cause and the cure."""

from __future__ import annotations


class BuildError(Exception):
    """Stops the build; its text is printed as it is, without a traceback."""


class SourceUnavailable(Exception):
    """A source cannot be asked now (no network, no tool); the next source is tried."""
