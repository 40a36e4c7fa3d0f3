"""Ports nobody listens on, for a server that runs beside the real one."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

# Below the ports the kernel gives to outgoing connections (32768 and up on Linux): a proxy that
# tries to reach a stopped server from there can connect to itself, and so take its port.
FIRST, LAST = 20000, 32000


def free_ports(count: int) -> list[int]:
    """All held at once while choosing, so that they differ."""
    ports: list[int] = []
    with ExitStack() as held:
        for port in random.sample(range(FIRST, LAST), LAST - FIRST):
            if len(ports) == count:
                break
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    return ports
