"""Opens the catalog of a server that starts, so that nobody's first table waits for it.

    python -m spark.open_catalog <port> <pid of the server>

Hive's client and its database take seconds to open, and Spark opens them when they are first
asked for. Runs beside the server and ends with the answer, or with the server.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

PATIENCE_S = 120.0
PAUSE_S = 0.1
FIRST_THE_OTHERS_S = 1.0
"""On few cores the opening slows down whoever waits for the server's first answer."""


def start_beside(port: int) -> None:
    """For a process that is about to become the server: a grandchild, which it need not reap."""
    command = [sys.executable, "-m", "spark.open_catalog", str(port), str(os.getpid())]
    subprocess.run(["sh", "-c", '"$@" &', "sh", *command], stdin=subprocess.DEVNULL, check=False)


def main(port: int, server: int) -> None:
    began = time.monotonic()
    while not _listens(port):
        if not _lives(server) or time.monotonic() - began > PATIENCE_S:
            return
        time.sleep(PAUSE_S)
    time.sleep(FIRST_THE_OTHERS_S)
    from spark import health  # its imports cost what the server needs for its start

    problem = health.open_catalog("127.0.0.1", port, PATIENCE_S)
    # A server that knows its users opens it itself, and lets nobody in who brings no token.
    if problem and not problem.startswith("UNAUTHENTICATED") and _lives(server):
        print(f"The catalog of saved tables cannot be opened: {problem}", file=sys.stderr)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
