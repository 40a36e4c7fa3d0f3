"""Processes are started, found and ended; those of others are left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local import process
from deploy.shared.interrupts import Interrupted, interruptible, uninterrupted

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /proc")
PATIENCE_S = 10.0
Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], process.Handle]]:
    """Starts a shell script as a service would be."""

    def start(script: str) -> process.Handle:
        return process.start(
            ["sh", "-c", script],
            cwd=tmp_path,
            environ={},
            log=tmp_path / "log",
            record=tmp_path / "record.json",
            stack=tmp_path,
        )

    yield start
    process.kill_marked(tmp_path)


def test_a_started_process_is_recorded_and_leads_its_own_session(
    run: Callable[[str], process.Handle], tmp_path: Path
) -> None:
    handle = run("sleep 1000")
    assert process.Handle.load(tmp_path / "record.json") == handle
    assert handle.is_alive()
    assert os.getsid(handle.pid) == handle.pid != os.getsid(0)


def test_a_pid_that_is_somebody_elses_now_is_not_ours_and_not_killed(
    run: Callable[[str], process.Handle],
) -> None:
    stranger = run("sleep 1000")
    ours = replace(stranger, started=0.01)
    assert not ours.is_alive()
    process.stop(ours, PATIENCE_S)
    process.kill(ours)
    assert stranger.is_alive()


def test_children_end_with_their_leader(
    run: Callable[[str], process.Handle], tmp_path: Path, eventually: Eventually
) -> None:
    handle = run("sleep 1000 & sleep 1000 & wait")
    eventually(lambda: len(list(process.marked(tmp_path))) == 3)
    process.stop(handle, PATIENCE_S)
    assert list(process.marked(tmp_path)) == []


def test_children_of_a_crashed_leader_end_too(
    run: Callable[[str], process.Handle], tmp_path: Path, eventually: Eventually
) -> None:
    handle = run("sleep 1000 & wait")
    eventually(lambda: len(list(process.marked(tmp_path))) == 2)
    os.kill(handle.pid, signal.SIGKILL)
    eventually(lambda: not handle.is_alive())
    process.stop(handle, PATIENCE_S)
    eventually(lambda: not list(process.marked(tmp_path)))


def test_a_process_without_record_is_found_by_its_mark(
    run: Callable[[str], process.Handle], tmp_path: Path, eventually: Eventually
) -> None:
    handle = run("exec sleep 1000")
    (tmp_path / "record.json").unlink()
    # While it becomes another program its environment cannot be read.
    eventually(lambda: psutil.Process(handle.pid).cmdline()[:1] == ["sleep"])
    eventually(lambda: list(process.marked(tmp_path)) == [handle.pid])
    assert process.kill_marked(tmp_path) == [handle.pid]
    assert not handle.is_alive()


def test_another_stacks_processes_are_not_found(
    run: Callable[[str], process.Handle], tmp_path: Path
) -> None:
    run("sleep 1000")
    assert list(process.marked(tmp_path / "other")) == []


def test_a_name_with_brackets_and_spaces_has_a_start_time(tmp_path: Path) -> None:
    odd = tmp_path / "odd) S (name"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "1000"]) as running:
        try:
            assert process.start_time(running.pid)
        finally:
            running.kill()
    assert process.start_time(running.pid) is None


def test_an_interrupt_waits_for_the_end_of_what_must_not_be_cut() -> None:
    finished = False

    def work() -> None:
        nonlocal finished
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGTERM)
            finished = True

    with interruptible(), pytest.raises(Interrupted) as caught:
        work()
    assert finished
    assert caught.value.exit_code == 128 + signal.SIGTERM
