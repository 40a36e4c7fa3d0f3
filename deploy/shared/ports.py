"""Checks that ports are free before anything starts, and says who holds one that is not."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from typing import Any

from deploy.shared.errors import StackError

_COMMAND_LENGTH = 80


def require_free(bind: str, port: int, variable: str) -> None:
    """Raises one sentence: which port, who holds it, which variable moves ours."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a port in TIME_WAIT after our own last run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StackError(
                    f"Port {port} is taken by {holder(port)}: stop it, "
                    f"or choose another port with {variable}=<port>."
                ) from error
            raise StackError(
                f"Cannot listen on {bind}:{port} ({error.strerror}): "
                f"choose another port with {variable}=<port>, or another address with BIND=…"
            ) from error


def holder(port: int) -> str:
    """`pid 123 (nginx: master)` where it can be known, else `another process`."""
    try:
        import psutil
    except ImportError:  # where nothing is installed yet
        return "another process"
    try:
        found = psutil.net_connections("tcp")
        [pid, *_] = [c.pid for c in found if _listens(c, port) and c.pid]
    except (psutil.Error, ValueError):
        return "another process"
    return f"pid {pid} ({_command(pid)})"


def listening_addresses(pid: int) -> set[tuple[str, int]]:
    """The (address, port) pairs the process `pid` listens on; none of one that has ended."""
    import psutil

    with suppress(psutil.Error):
        connections = psutil.Process(pid).net_connections("tcp")
        return {(c.laddr.ip, c.laddr.port) for c in connections if _listens(c)}
    return set()


def _listens(connection: Any, port: int = 0) -> bool:
    import psutil

    return connection.status == psutil.CONN_LISTEN and port in (0, connection.laddr.port)


def _command(pid: int) -> str:
    import psutil

    with suppress(psutil.Error):
        text = " ".join(psutil.Process(pid).cmdline())
        return text if len(text) <= _COMMAND_LENGTH else text[:_COMMAND_LENGTH] + "…"
    return "command not readable"
