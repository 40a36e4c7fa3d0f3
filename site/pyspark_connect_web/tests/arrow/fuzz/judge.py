"""Real `pyarrow` reading mutated streams in a process of its own, which may die of it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from dataclasses import astuple
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from .reading import Batch, Reading, failed, read

CPU_LIMIT_S = 20.0  # of processor time for one input, then the process is ended
ADDRESS_SPACE = 4 << 30  # more than the process has when it starts
DIED = "died"
MODULE = "pyspark_connect_web.tests.arrow.fuzz.judge"  # pytest calls it by another name
SITE = Path(__file__).resolve().parents[4]


class Judge:
    """Asks the process."""

    def __init__(self) -> None:
        self.deaths = 0
        self._mine, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, str(theirs.fileno())],
            env={**os.environ, "PYTHONPATH": str(SITE)},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def ask(self, inputs: list[bytes]) -> None:
        """Hand over inputs; `answers` gives what was read."""
        self._asked = inputs
        self._mine.send(inputs)

    def answers(self) -> list[Reading | None]:
        """Per input what `pyarrow` reads; None where it died, or did not end."""
        answers: list[Reading | None] = []
        while len(answers) < len(self._asked):
            answer = self._mine.recv()
            if answer == DIED:
                self.deaths += 1
                answers.append(None)
                self._mine.send(self._asked[len(answers) :])
            else:
                answers.append(answer and _unpacked(answer))
        return answers

    def stop(self) -> None:
        """End the process, whose children end with it."""
        self._mine.close()
        self._process.wait()


def serve(connection: Connection) -> None:
    """The process: it has `pyarrow` loaded and forks the one that reads, again when that died."""
    limit_memory(ADDRESS_SPACE)
    pa.set_cpu_count(1)
    while True:
        if (child := os.fork()) == 0:
            _read_until_closed(connection)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return
        connection.send(DIED)


def _read_until_closed(connection: Connection) -> None:
    """Lists of inputs in, a reading each out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what C++ says when it dies is not of interest
    while True:
        try:
            inputs = connection.recv()
        except (EOFError, ConnectionError):
            return
        for data in inputs:
            signal.setitimer(signal.ITIMER_VIRTUAL, CPU_LIMIT_S)
            answer = _judged(data)
            connection.send(answer and astuple(answer))


def _unpacked(answer: Any) -> Reading:
    schema, batches, end, unchecked = answer
    return Reading(schema, [Batch(*b) for b in batches], end, unchecked and Batch(*unchecked))


def _judged(data: bytes) -> Reading | None:
    try:
        found = read(pa, data, lambda _: True, validate=True)
    except BaseException as error:  # noqa: BLE001 - a panic of the other side is an answer, too
        return Reading(end=failed("open", error))
    return None if "MemoryError" in found.end else found


def limit_memory(more: int) -> None:
    """Allow this process `more` bytes of address space than it has now."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
