"""Starts and stops processes that outlive this one, and never touches somebody else's.

A process is known by its pid and its start time together (a pid alone is used again), and every
one we start carries the stack's directory in its environment, so that one whose record was lost
is still found. Where psutil is not installed (`down` works without any package) a recorded process
is known by that mark instead, and those without a record are not looked for.
"""

from __future__ import annotations

import importlib
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.shared.interrupts import uninterrupted

if TYPE_CHECKING:
    import psutil

MARK = "PCW_STACK"
POLL_S = 0.05
KILL_PATIENCE_S = 5.0


@dataclass(frozen=True)
class Handle:
    """A process we started; it leads a session, and so a group, of its own."""

    pid: int
    started: float | None
    """Seconds after the machine's own start, which no change of its clock moves; None where it was
    started without psutil."""
    stack: str
    """The directory in its environment."""
    command: str

    def is_alive(self) -> bool:
        _reap(self.pid)
        if self.started is None or not _has_psutil():
            return _stack_of(self.pid) == self.stack
        return start_time(self.pid) == self.started

    def save(self, path: Path) -> None:
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(self)))
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Handle | None:
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None


def start(
    command: Sequence[str],
    *,
    cwd: Path,
    environ: Mapping[str, str],
    log: Path,
    record: Path,
    stack: Path,
    user: str = "",
) -> Handle:
    """``user`` is an account of this machine, for root: who has started it reads its log alone."""
    with log.open("wb") as output, uninterrupted():
        if user:
            os.fchmod(output.fileno(), 0o600)
        # Not managed by this object: the process is to live on when this one ends.
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **environ, MARK: str(stack)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **as_account(user),
        )
        process.returncode = 0  # else Popen warns that the child still runs
        handle = Handle(process.pid, start_time(process.pid), str(stack), command[0])
        handle.save(record)
    return handle


def as_account(user: str) -> dict[str, Any]:
    """What `subprocess` is told to run a command as that account, and with no other rights."""
    if not user:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": (), "umask": 0o077}


def stop(handle: Handle, patience_s: float) -> None:
    """TERM to the leader, which knows how to stop; KILL to what is left of its group."""
    with uninterrupted():
        ours = handle.is_alive()
        if ours:
            with suppress(ProcessLookupError):
                os.kill(handle.pid, signal.SIGTERM)
            wait_until_gone(handle, patience_s)
        kill(handle, ours)


def kill(handle: Handle, ours: bool = False) -> None:
    """KILL to its group, which outlives its leader; ``ours``: the leader was seen just now.

    The kernel gives a number to no new process as long as a group has it.
    """
    if not handle.is_alive() and _pid_is_taken(handle.pid):
        return  # the pid is somebody else's now
    if handle.is_alive() or ours or _group_is_ours(handle.pid):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(handle.pid, signal.SIGKILL)
        give_up = time.monotonic() + KILL_PATIENCE_S
        while _is_left(handle.pid) and time.monotonic() < give_up:
            time.sleep(POLL_S)  # a dying member still holds its port


def wait_until_gone(handle: Handle, patience_s: float) -> bool:
    give_up = time.monotonic() + patience_s
    while handle.is_alive():
        if time.monotonic() >= give_up:
            return False
        time.sleep(POLL_S)
    return True


def marked(stack: Path) -> Iterator[int]:
    """Pids of live processes that belong to this stack, recorded or not."""
    for process in _processes():
        if process.pid != os.getpid() and _is_live(process) and _mark_of(process) == str(stack):
            yield process.pid


def kill_marked(stack: Path) -> list[int]:
    """Ends what no record knows of; returns what was found."""
    found = list(marked(stack))
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    give_up = time.monotonic() + KILL_PATIENCE_S
    while any(map(_pid_is_taken, found)) and time.monotonic() < give_up:
        time.sleep(POLL_S)
        for pid in found:
            _reap(pid)
    return found


def start_time(pid: int) -> float | None:
    """In seconds after the machine's start; None if there is none, or only a zombie of it."""
    if not _has_psutil():
        return None
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if _is_live(process):
            return float(round(process.create_time() - psutil.boot_time(), 2))
    return None


def _has_psutil() -> bool:
    try:
        importlib.import_module("psutil")
    except ImportError:
        return False
    return True


def _processes() -> Iterator[psutil.Process]:
    if _has_psutil():
        import psutil

        yield from psutil.process_iter()


def _is_live(process: psutil.Process) -> bool:
    """No zombie. But a JVM's first thread can be one while the others still hold its ports."""
    import psutil

    with suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    return False


def _mark_of(process: psutil.Process) -> str | None:
    """Of what is not ours to look at, none."""
    import psutil

    with suppress(psutil.Error, OSError):
        mark: str | None = process.environ().get(MARK)
        return mark
    return None


def _stack_of(pid: int) -> str | None:
    """The mark of a live process, without psutil; `ps` has it where there is no /proc."""
    if sys.platform.startswith("linux"):
        try:
            entries = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return None
    else:
        ps = ["ps", "eww", "-o", "command=", "-p", str(pid)]
        entries = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.split()
    marks = [entry.partition("=")[2] for entry in entries if entry.startswith(f"{MARK}=")]
    return marks[-1] if marks else None


def _pid_is_taken(pid: int) -> bool:
    """By a live process, whosever it is."""
    if _has_psutil():
        return start_time(pid) is not None
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return _stack_of(pid) is not None
    return False


def _group_is_ours(group: int) -> bool:
    """The leader is gone: does a member of its group still carry a stack's mark?"""
    return any(_mark_of(member) is not None for member in _members(group))


def _members(group: int) -> Iterator[psutil.Process]:
    """Live processes of a group; none are known without psutil."""
    _reap(group)
    for process in _processes():
        with suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and _is_live(process):
                yield process


def _is_left(group: int) -> bool:
    """Whether anything of a group that was killed still lives."""
    if _has_psutil():
        return any(True for _ in _members(group))
    _reap(group)
    return _pid_is_taken(group)


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
