"""Starts and stops processes that outlive this one, and never touches somebody else's.

A process is known by its pid and its start time together (a pid alone is used again), and every
one we start carries the stack's directory in its environment, so that one whose record was lost
is still found.
"""

from __future__ import annotations

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
from typing import Any

from deploy.shared.interrupts import uninterrupted

MARK = "PCW_STACK"
POLL_S = 0.05
KILL_PATIENCE_S = 5.0
_PROC = Path("/proc")


@dataclass(frozen=True)
class Handle:
    """A process we started; it leads a session, and so a group, of its own."""

    pid: int
    started: str
    command: str

    def is_alive(self) -> bool:
        _reap(self.pid)
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
        handle = Handle(process.pid, start_time(process.pid) or "", command[0])
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
        if handle.is_alive():
            with suppress(ProcessLookupError):
                os.kill(handle.pid, signal.SIGTERM)
            wait_until_gone(handle, patience_s)
        kill(handle)


def kill(handle: Handle) -> None:
    if not handle.is_alive() and start_time(handle.pid) is not None:
        return  # the pid is somebody else's now
    if handle.is_alive() or _group_is_ours(handle.pid):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(handle.pid, signal.SIGKILL)
        give_up = time.monotonic() + KILL_PATIENCE_S
        while any(_members(handle.pid)) and time.monotonic() < give_up:
            time.sleep(POLL_S)  # a dying member still holds its port


def wait_until_gone(handle: Handle, patience_s: float) -> bool:
    give_up = time.monotonic() + patience_s
    while handle.is_alive():
        if time.monotonic() >= give_up:
            return False
        time.sleep(POLL_S)
    return True


def marked(stack: Path) -> Iterator[int]:
    """Pids of live processes that belong to this stack, recorded or not (Linux only)."""
    wanted = f"{MARK}={stack}".encode()
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                pid = int(folder.name)
                if pid != os.getpid() and start_time(pid) is not None:
                    yield pid


def kill_marked(stack: Path) -> list[int]:
    """Ends what no record knows of; returns what was found."""
    found = list(marked(stack))
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    give_up = time.monotonic() + KILL_PATIENCE_S
    while any(start_time(pid) for pid in found) and time.monotonic() < give_up:
        time.sleep(POLL_S)
        for pid in found:
            _reap(pid)
    return found


def start_time(pid: int) -> str | None:
    """When the process started, as text to compare; None if there is none, or only a zombie."""
    if not sys.platform.startswith("linux"):
        return _start_time_by_ps(pid)
    try:
        # The second field, the name, may hold spaces and brackets; the rest does not.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, ticks_since_boot = fields[0], fields[19]
    if state in "ZX" and not _has_other_threads(pid):
        return None
    return f"{_boot_id()}/{ticks_since_boot}"


def _has_other_threads(pid: int) -> bool:
    """A JVM's first thread can be gone while the others still hold its ports."""
    try:
        return len(os.listdir(_PROC / str(pid) / "task")) > 1
    except OSError:
        return False


def _boot_id() -> str:
    """A start time counts from boot, so one from before a reboot must not match."""
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def _start_time_by_ps(pid: int) -> str | None:
    ps = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    answer = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()
    return None if not answer or answer.startswith("Z") else answer.partition(" ")[2].strip()


def _group_is_ours(group: int) -> bool:
    """The leader is gone: does a member of its group still carry a stack's mark?"""
    for pid in _members(group):
        with suppress(OSError):
            if f"{MARK}=".encode() in (_PROC / str(pid) / "environ").read_bytes():
                return True
    return False


def _members(group: int) -> Iterator[int]:
    """Live processes of a group; without /proc only its leader is known."""
    _reap(group)
    folders = _PROC.glob("[0-9]*")
    for pid in [int(folder.name) for folder in folders] or [group]:
        with suppress(ProcessLookupError):
            if os.getpgid(pid) == group and start_time(pid):
                yield pid


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
