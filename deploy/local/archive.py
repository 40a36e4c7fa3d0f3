"""What is made before Spark's first start: jars are fetched, its class archive is written."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

from deploy.local.process import MARK
from deploy.shared.config import ROOT, WORK_DIR_VARIABLE, Config
from deploy.shared.errors import StackError
from deploy.shared.interrupts import uninterrupted

UNUSABLE_SETTING = 2
"""The launcher's exit code; its last line says which."""


def ensure_archive(config: Config, tell: Callable[[str], None]) -> None:
    """Without an archive Spark starts all the same, so a failure is told and not raised.

    Raises:
        StackError: a setting of Spark cannot be used.
    """
    if not config.spark_python.exists():
        return  # starting Spark says so, with the cure
    with uninterrupted():
        process = _start(config)
    try:
        assert process.stdout is not None
        line = ""
        for line in process.stdout:
            tell(line.strip())
        if process.wait() == UNUSABLE_SETTING:
            raise StackError(line.strip())
    except BaseException:
        with uninterrupted():
            # The launcher and the JVM it records: a half-written archive is never used.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def _start(config: Config) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(config.spark_python), "-m", "spark.launcher", "--archive"],
        cwd=ROOT,
        env={
            **os.environ,
            WORK_DIR_VARIABLE: str(config.spark_work_dir),
            **config.environ,
            MARK: str(config.state_dir),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches it through us, once
    )
