"""How the commands of this folder end."""

from __future__ import annotations

import sys
from collections.abc import Callable

from deploy.shared.cli import EXIT_FAILED
from deploy.shared.cli import exit_code_of as exit_code_of_a_stack_command
from e2e.browser import BrowserMissing


def exit_code_of(command: Callable[[], int]) -> int:
    """Run a command; what stops it, or is missing, is said in one sentence."""
    try:
        return exit_code_of_a_stack_command(command)
    except BrowserMissing as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_FAILED
