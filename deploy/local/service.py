"""One long-running process of the stack: started, asked for its health, stopped."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import process
from deploy.shared.errors import StackError
from deploy.shared.ports import require_free

HEALTH_PAUSE_S = 0.1
_LOG_TAIL_BYTES = 32 * 1024
_TELLING_LINE = re.compile(r"error|exception|critical|fatal|refused|denied|cannot|needs", re.I)


@dataclass
class Service:
    name: str
    command: Sequence[str]
    state_dir: Path
    health: Callable[[], str]
    """Empty when the service answers, else what is wrong."""
    listens: Sequence[tuple[str, int, str]]
    """Address, port and the variable that changes it."""
    cwd: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    start_patience_s: float = 30.0
    stop_patience_s: float = 5.0
    user: str = ""
    """The account that it runs as, where root starts it; else who starts it."""

    @property
    def log(self) -> Path:
        return self.state_dir / f"{self.name}.log"

    @property
    def record(self) -> Path:
        return self.state_dir / f"{self.name}.json"

    @property
    def handle(self) -> process.Handle | None:
        return process.Handle.load(self.record)

    @property
    def pid(self) -> int | None:
        handle = self.handle
        return handle.pid if handle and handle.is_alive() else None

    def is_alive(self) -> bool:
        return self.pid is not None

    def problem(self) -> str:
        """Empty when the service runs and answers."""
        return self.health() if self.is_alive() else "not running"

    def start(self) -> None:
        """Starts the process; `wait_healthy` waits until it is of use."""
        if self.is_alive():
            return
        self.stop()  # what a crash may have left of its group
        self.require_ports()
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self.prepare()
        process.start(
            self.command,
            cwd=self.cwd or self.state_dir,
            environ=self.environ,
            log=self.log,
            record=self.record,
            stack=self.state_dir,
            user=self.user,
        )

    def require_ports(self) -> None:
        for address, port, variable in self.listens:
            require_free(address, port, variable)

    def wait_healthy(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Returns when the service answers; raises when it died or takes too long."""
        began = time.monotonic()
        while problem := self.problem():
            waited = time.monotonic() - began
            if not self.is_alive():
                raise StackError(
                    f"{self.name} ended at start: {self.last_words()} (log: {self.log})"
                )
            if waited > self.start_patience_s:
                raise StackError(
                    f"{self.name} did not answer within {self.start_patience_s:.0f} s "
                    f"({problem}): see {self.log}."
                )
            tell(f"waiting for {self.name} ({waited:.0f} s)")
            time.sleep(HEALTH_PAUSE_S)

    def stop(self) -> None:
        if handle := self.handle:
            process.stop(handle, self.stop_patience_s)
        with suppress(FileNotFoundError):
            self.record.unlink()

    def kill(self) -> None:
        """As a crash would: no goodbye. For tests of what the others do then."""
        if handle := self.handle:
            process.kill(handle)
        with suppress(FileNotFoundError):
            self.record.unlink()

    def last_words(self) -> str:
        """The log line that most likely says why."""
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(-min(_LOG_TAIL_BYTES, self.log.stat().st_size), os.SEEK_END)
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
            lines = [line for line in lines if line and not line.startswith(("at ", "..."))]
            telling = [line for line in lines if _TELLING_LINE.search(line)]
            if telling or lines:
                return (telling or lines)[-1]
        return "it wrote nothing"
