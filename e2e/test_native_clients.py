"""A process that has native clients ends, though their server was stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import e2e.parity.operations  # noqa: F401
from e2e.parity.native_side import NativeSide
from e2e.parity.registry import OPERATIONS
from spark.ports import free_ports

pytestmark = pytest.mark.any_stack

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 120
"""For a Python that starts and imports PySpark on a busy machine; PySpark itself has 600."""

START = """
__file__ = "program"  # PySpark takes a main module without a file for a doctest run
from e2e.command import exit_code_of
from e2e.native_clients import do_not_wait_for_stopped_servers, native_session
do_not_wait_for_stopped_servers()
from pyspark.sql import SparkSession
"""
LEFT_OPEN = "SparkSession.builder.remote({remote!r}).create()"
ASKED = f"""
from pyspark.errors import PySparkException
try:
    {LEFT_OPEN}.range(1).collect()
except PySparkException:
    pass
"""
FAILED = "with native_session({remote!r}) as spark: raise SystemExit(7)"
RELEASING = """
from pyspark.sql.connect.client.reattach import ExecutePlanResponseReattachableIterator as Rows
client = SparkSession.builder.remote({remote!r}).create().client
request = client._execute_plan_request_with_metadata()
Rows(request, client._stub, client._retrying, client._builder.metadata()).close()
"""
SIGNALLED = """
import os, signal
def command():
    with native_session({remote!r}):
        os.kill(os.getpid(), signal.{signal.name})
raise SystemExit(exit_code_of(command))
"""


@pytest.fixture
def remote() -> str:
    """Where nothing answers (any more)."""
    [port] = free_ports(1)
    return f"sc://127.0.0.1:{port}"


def exit_code(source: str) -> int:
    """Of a program, once it has ended.

    Raises:
        subprocess.TimeoutExpired: it does not end.
    """
    command = [sys.executable, "-W", "ignore", "-c", source]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False
    ).returncode


@pytest.mark.parametrize(
    "source",
    [LEFT_OPEN, ASKED, RELEASING],
    ids=["made", "asked", "releasing a result"],
)
def test_a_program_ends_though_its_client_is_open_and_nothing_answers(
    remote: str, source: str
) -> None:
    assert exit_code(START + source.format(remote=remote)) == 0


def test_a_program_that_fails_ends_with_its_own_exit_code(remote: str) -> None:
    assert exit_code(START + FAILED.format(remote=remote)) == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_command_that_is_told_to_stop_ends(remote: str, number: signal.Signals) -> None:
    source = START + SIGNALLED.format(remote=remote, signal=number)
    assert exit_code(source) == 128 + number


def test_a_client_registers_nothing_for_the_exit(remote: str) -> None:
    count = "atexit._ncallbacks()"
    source = f"import atexit\nbefore = {count}\n{LEFT_OPEN}\nassert {count} == before"
    assert exit_code(START + source.format(remote=remote)) == 0


def test_the_native_side_of_the_comparisons_ends(remote: str) -> None:
    native = NativeSide.of_this_machine(remote, "UTC")
    assert "UNAVAILABLE" in json.dumps(native.outcome(OPERATIONS["actions.collect_range"]))
    native.close()
