"""The scripts for hosts without an engine or a registry: what they say before they do anything."""

from __future__ import annotations

import subprocess

import pytest

from deploy.shared.config import ROOT

SCRIPTS = sorted((ROOT / "deploy" / "stand-ins").glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_help_is_the_head_of_the_script(script) -> None:
    answer = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert f"deploy/stand-ins/{script.name}" in answer.stdout
    assert not answer.stdout.startswith("#")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_unknown_word_is_one_sentence(script) -> None:
    answer = subprocess.run([script, "--nonsense"], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "'--nonsense': see --help." in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
