"""What crashed comes back, what was stopped does not."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from deploy.cluster.keeper import Keeper, KeptService


@pytest.fixture
def service(tmp_path: Path):
    service = KeptService(
        name="sleeper",
        command=[sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"],
        state_dir=tmp_path,
        health=lambda: "",
        listens=[],
        environ={"A_SECRET": "of-mine"},
    )
    service.start()
    yield service
    service.stop()


def crash(service: KeptService) -> int:
    pid = service.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    while service.is_alive():
        time.sleep(0.01)
    return pid


def test_what_crashed_is_started_again_as_it_was(service: KeptService) -> None:
    gone = crash(service)
    assert Keeper(service.state_dir).look() == ["sleeper"]
    assert service.pid not in (None, gone)
    assert b"A_SECRET=of-mine" in Path(f"/proc/{service.pid}/environ").read_bytes()


def test_its_last_words_are_kept(service: KeptService) -> None:
    while "here" not in service.log.read_text():
        time.sleep(0.01)
    crash(service)
    Keeper(service.state_dir).look()
    assert "here" in service.log.with_suffix(".before").read_text()


def test_what_runs_is_left_alone(service: KeptService) -> None:
    pid = service.pid
    assert Keeper(service.state_dir).look() == []
    assert service.pid == pid


def test_what_was_stopped_stays_stopped(service: KeptService) -> None:
    service.stop()
    assert Keeper(service.state_dir).look() == []
    assert service.pid is None


def test_what_crashes_again_at_once_is_waited_for(service: KeptService) -> None:
    keeper = Keeper(service.state_dir)
    crash(service)
    assert keeper.look() == ["sleeper"]
    crash(service)
    assert keeper.look() == []


def test_how_it_was_started_is_its_owners_alone(service: KeptService) -> None:
    assert service.kept.stat().st_mode & 0o777 == 0o600
