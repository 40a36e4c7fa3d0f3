"""Starts again what ended without being stopped.

    python -m deploy.cluster.keeper <directory>

A service that is kept has a file `<name>.keep` beside its record: how it was started. Whoever
stops a service removes that first, so a file without a living process means a crash.
"""

from __future__ import annotations

import fcntl
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local import process
from deploy.local.service import Service
from deploy.shared.files import write_private

LOOK_EVERY_S = 0.5
LONGEST_PAUSE_S = 30.0
"""Between two starts of what ends again and again; it begins with one second and doubles."""
WELL_AFTER_S = 60.0


@dataclass(frozen=True)
class Kept:
    """How a service was started. Its environment may hold secrets, so its file is 0600."""

    command: list[str]
    cwd: str
    environ: dict[str, str]
    log: str

    def save(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Kept | None:
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None


class KeptService(Service):
    """A service that comes back when it crashes, where a keeper runs."""

    @property
    def kept(self) -> Path:
        return self.record.with_suffix(".keep")

    def start(self) -> None:
        if self.is_alive():
            return
        super().start()
        with deciding(self.state_dir):
            how = Kept(
                command=list(self.command),
                cwd=str(self.cwd or self.state_dir),
                environ=dict(self.environ),
                log=str(self.log),
            )
            how.save(self.kept)

    def stop(self) -> None:
        self.let_go()
        super().stop()

    def let_go(self) -> None:
        """From now on its end is no crash."""
        if self.state_dir.is_dir():
            with deciding(self.state_dir):
                self.kept.unlink(missing_ok=True)


@contextmanager
def deciding(folder: Path) -> Iterator[None]:
    """Between looking whether something is to run, and starting it, nobody changes that."""
    with (folder / "keeper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Keeper:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pause: dict[str, float] = {}
        self._started: dict[str, float] = {}

    def look(self) -> list[str]:
        """Starts what has crashed; returns its names."""
        restarted = []
        for path in sorted(self.folder.glob("*.keep")):
            if self._is_due(path.stem):
                with deciding(self.folder):
                    if self._restart(path):
                        restarted.append(path.stem)
        return restarted

    def _is_due(self, name: str) -> bool:
        now = time.monotonic()
        age = now - self._started.get(name, -WELL_AFTER_S)
        if age >= WELL_AFTER_S:
            self._pause.pop(name, None)
        return age >= self._pause.get(name, 0.0)

    def _restart(self, path: Path) -> bool:
        kept, record = Kept.load(path), path.with_suffix(".json")
        if kept is None:
            return False
        if handle := process.Handle.load(record):
            if handle.is_alive():
                return False
            process.kill(handle)  # what is left of its group
        log = Path(kept.log)
        with suppress(OSError):
            log.replace(log.with_suffix(".before"))  # its last words
        process.start(
            kept.command,
            cwd=Path(kept.cwd),
            environ=kept.environ,
            log=log,
            record=record,
            stack=self.folder,
        )
        name = path.stem
        self._started[name] = time.monotonic()
        self._pause[name] = min(2 * self._pause.get(name, 0.5), LONGEST_PAUSE_S)
        return True


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    keeper = Keeper(Path(arguments[0]))
    while True:
        for name in keeper.look():
            print(
                f"{time.strftime('%Y-%m-%d %H:%M:%S')} {name} had ended: started again", flush=True
            )
        time.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
