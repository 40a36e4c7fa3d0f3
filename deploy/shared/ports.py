"""Checks that ports are free before anything starts, and says who holds one that is not."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from deploy.shared.errors import StackError

_LISTEN = "0A"  # the state column of /proc/net/tcp
_PROC = Path("/proc")
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
    """`pid 123 (nginx: master)` where it can be read, else `another process`."""
    for pid in _pids_listening(port):
        return f"pid {pid} ({_command(pid)})"
    return "another process"


def listening_addresses(pid: int) -> set[tuple[str, int]]:
    """The (address, port) pairs the process `pid` listens on; addresses as in /proc/net."""
    own = _open_files(pid)
    return {(address, port) for address, port, socket_ in _listening() if socket_ in own}


def _pids_listening(port: int) -> list[int]:
    if not sys.platform.startswith("linux"):
        return []
    wanted = {socket_ for _, its_port, socket_ in _listening() if its_port == port}
    folders = _PROC.glob("[0-9]*") if wanted else ()
    return [int(folder.name) for folder in folders if _open_files(int(folder.name)) & wanted]


def _listening() -> list[tuple[str, int, str]]:
    """Address, port and `socket:[inode]` of every listening TCP socket of this machine."""
    found = []
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                local, state, inode = columns[1], columns[3], columns[9]
                if state == _LISTEN:
                    address, _, port = local.rpartition(":")
                    found.append((address, int(port, 16), f"socket:[{inode}]"))
    return found


def _open_files(pid: int) -> set[str]:
    """What the process has open now; it may open, close and end while this looks."""
    targets = set()
    with suppress(OSError):
        for descriptor in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                targets.add(os.readlink(descriptor))
    return targets


def _command(pid: int) -> str:
    with suppress(OSError):
        words = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        text = b" ".join(words).decode(errors="replace").strip()
        return text if len(text) <= _COMMAND_LENGTH else text[:_COMMAND_LENGTH] + "…"
    return "command not readable"
