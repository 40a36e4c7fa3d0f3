"""What all command lines have alike: their commands, exit codes and sentences."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.shared.cli import CommandLine, chosen, exit_code_of
from deploy.shared.config import ROOT
from deploy.shared.errors import StackError

WAYS = ["local", "compose", "cluster", "team", "team.compose"]


def frame() -> CommandLine[str]:
    line = CommandLine("python -m deploy.x", "Words.", "More.", lambda _options: "the stack")
    line.add_up(lambda stack, _options: print(stack) or 0)
    return line


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_run_has_the_same_four_commands(way: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", f"deploy.{way}", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0
    assert asked.stdout.startswith(f"usage: python -m deploy.{way} ")
    assert "up|down|status|logs" in asked.stdout
    assert "exit code 3 unless all answers" in " ".join(asked.stdout.split())


@pytest.mark.parametrize("target", ["status", "team-status"])
def test_make_fails_alike_where_nothing_runs(target: str, tmp_path: Path) -> None:
    asked = subprocess.run(
        ["make", target, "STACK=local"],
        cwd=ROOT,
        env={**os.environ, "PCW_STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "spark" in asked.stdout
    assert "not running" in asked.stdout
    assert asked.stderr.endswith(f"{target}] Error 3\n")
    assert asked.returncode == 2


def test_a_command_is_given_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame().main(["up"]) == 0
    assert capsys.readouterr().out == "the stack\n"


def test_what_is_wrong_is_one_sentence_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_stack: str, _options: argparse.Namespace) -> int:
        raise StackError("The site is not built: run `make site`.")

    line = frame()
    line.add_down(fail)
    assert line.main(["down"]) == 1
    assert capsys.readouterr().err == "The site is not built: run `make site`.\n"


def test_ctrl_c_is_the_signals_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def wait() -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 0

    assert exit_code_of(wait) == 128 + signal.SIGINT
    assert capsys.readouterr().err == "\nInterrupted (SIGINT).\n"


def test_without_a_name_all_services_are_chosen_and_an_unknown_one_is_named() -> None:
    assert chosen([], ["spark", "site"]) == ["spark", "site"]
    assert chosen(["site"], ["spark", "site"]) == ["site"]
    with pytest.raises(StackError, match=r"No such service: nobody; there are spark, site\."):
        chosen(["nobody"], ["spark", "site"])
