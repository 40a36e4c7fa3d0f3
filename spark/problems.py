"""What can be wrong with what a deployment chose, told in one sentence."""

from __future__ import annotations


class SettingError(ValueError):
    """A setting of the server that cannot be used; the message says which, why and what to do."""
