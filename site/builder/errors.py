"""What stops a build, or only one source of its files: sentences that name the cause."""

from __future__ import annotations


class BuildError(Exception):
    """Stops the build; its text, a cause and its cure, is printed as it is, without a traceback."""


class SourceUnavailable(Exception):
    """A source cannot be asked now (no network, no tool); the next source is tried."""
