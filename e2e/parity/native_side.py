"""The reference: PySpark with grpcio and pyarrow, in a process and a time zone of its own.

As a program it reads keys of operations, a line each, and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from e2e.native_clients import native_session
from e2e.parity.canonical import outcome
from e2e.parity.registry import OPERATIONS, Operation, prepare

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240.0
"""For an answer; the slowest operation takes a few seconds."""


class NativeSide:
    """A native session in a process of its own."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        """``command`` runs :func:`main`; ``environ`` is added to its environment."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **(environ or {})},
            text=True,
            encoding="utf-8",
        )

    @classmethod
    def of_this_machine(
        cls, remote: str, timezone: str, environ: Mapping[str, str] | None = None
    ) -> NativeSide:
        """With the PySpark of these tools, unless `environ` has another PYTHONPATH."""
        command = [sys.executable, "-W", "ignore", "-m", "e2e.parity.native_side", remote]
        return cls(command, {"TZ": timezone, **(environ or {})})

    def outcome(self, operation: Operation) -> Any:
        """What an operation returns or raises, as JSON brings it back.

        Raises:
            RuntimeError: the process has ended, and said why on stderr; or it takes too long.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(operation.key + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE_S)[0]:
            raise RuntimeError(f"The native client does not answer {operation.key}.")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The native client ended at {operation.key} (its error is above).")
        return json.loads(line)

    def close(self) -> None:
        """End the session and the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)


def main(remote: str) -> None:
    """Answer until standard input ends."""
    import e2e.parity.operations  # noqa: F401

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What an operation prints must not get between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with native_session(remote) as spark:
        # What fails here fails in each operation as well, and is told there.
        outcome(prepare, spark)
        for line in sys.stdin:
            answer = outcome(OPERATIONS[line.strip()].run, spark)
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
