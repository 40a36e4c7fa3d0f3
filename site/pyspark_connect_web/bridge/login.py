"""The login of the site's own origin, as a kernel sees it: whether there is one, and its end."""

from __future__ import annotations

from .connection import kernel_half
from .layout import WorkerName


def has_login() -> bool:
    """Whether people sign in at the site that this kernel's page came from."""
    import js

    return WorkerName.LOGIN in str(js.self.name).split()


def leave_to_sign_out() -> None:
    """Have the page end its sessions and go to where the login ends; this kernel goes with it."""
    kernel_half().signOut()
