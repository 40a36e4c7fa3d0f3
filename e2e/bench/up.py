"""`make up`, everything built, beside a start of Spark alone."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from deploy.local.archive import ensure_archive
from deploy.local.stack import Stack
from deploy.shared.config import PORT_VARIABLES, ROOT, Config, Ports
from deploy.shared.errors import StackError
from e2e.bench.lines import Line, Probe, Sample, Samples
from e2e.bench.stage import Stage
from e2e.bench.turns import in_turn
from e2e.native_clients import native_session

COMMAND = ("make", "--no-print-directory", "up", "STACK=local")
PATIENCE_S = 120

UP = Line(
    "make-up", "`make up`, everything built, to the first answer", "a start of Spark alone", 1.2
)


def _up(stage: Stage, turn: int) -> Samples:
    stage.own_stack()  # with it everything is built
    up, bare = in_turn(turn, lambda: _whole(_new_stack(stage)), lambda: _bare(_new_stack(stage)))
    assert up is not None
    return {UP.name: Sample(up, bare)}


def _new_stack(stage: Stage) -> Stack:
    state = Path(stage.folder) / "up"
    return Stack(Config(state_dir=state, ports=Ports.free()))


def _whole(stack: Stack) -> float:
    """Seconds of the command and of a first query."""
    config = stack.config
    environ = {**os.environ, "PCW_STATE_DIR": str(config.state_dir)}
    for name, variable in PORT_VARIABLES.items():
        environ[variable] = str(getattr(config.ports, name))
    try:
        begin = time.perf_counter()
        done = subprocess.run(
            COMMAND,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if done.returncode:
            raise StackError(f"`{' '.join(COMMAND)}` failed: {done.stdout[-500:]}")
        _ask(stack)
        return time.perf_counter() - begin
    finally:
        stack.down()


def _bare(stack: Stack) -> float:
    """Seconds of Spark's own start and of a first query."""
    ensure_archive(stack.config, lambda _: None)
    try:
        begin = time.perf_counter()
        stack.spark.start()
        stack.spark.wait_healthy()
        _ask(stack)
        return time.perf_counter() - begin
    finally:
        stack.down()


def _ask(stack: Stack) -> None:
    with native_session(stack.spark_remote) as spark:
        spark.range(1).collect()


PROBES = (Probe((UP,), _up),)
