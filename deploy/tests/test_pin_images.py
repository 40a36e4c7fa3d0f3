"""Base images by their digests. The registry is a script here: none can be reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.compose import pin_images
from deploy.shared.config import ROOT

TEXT = (
    "SPARK_VERSION=4.2.1\n# a comment\nA_IMAGE=python:3.14\nB_IMAGE=x/y:v1@sha256:"
    + "0" * 64
    + "\n"
)
DIGEST = "sha256:" + "a" * 64
BOTH = [{"platform": {"os": "linux", "architecture": name}} for name in ("amd64", "arm64")]


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with its answer; without it, it does not answer."""
    program, answer = tmp_path / "docker", tmp_path / "answer"
    asked = tmp_path / "asked"
    program.write_text(
        f'#!/bin/sh\nfor last; do :; done\necho "$last" >>{asked}\n'
        f'[ -e {answer} ] || {{ echo "ERROR: no such host" >&2; exit 1; }}\n'
        f'while read -r line; do echo "$line"; done <{answer}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return answer


@pytest.fixture
def env(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    file.write_text(TEXT)
    return file


def test_each_image_gets_its_digest_and_nothing_else_changes(registry: Path, env: Path) -> None:
    registry.write_text(json.dumps({"digest": DIGEST, "manifests": BOTH}) + "\n")
    assert pin_images.main([], env) == 0
    expected = TEXT.replace("python:3.14", f"python:3.14@{DIGEST}").replace(
        "sha256:" + "0" * 64, DIGEST
    )
    assert env.read_text() == expected
    asked = (env.parent / "asked").read_text().split()
    assert asked == ["python:3.14", "x/y:v1"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "No registry tells of python:3.14 (ERROR: no such host)."),
        ("<html>", "The registry's answer for python:3.14 cannot be read."),
        ({"digest": "latest", "manifests": BOTH}, "answer for python:3.14 has no digest."),
        ({"digest": DIGEST, "manifests": BOTH[:1]}, "python:3.14 is not there for linux/arm64."),
    ],
)
def test_what_cannot_be_pinned_is_told_in_one_sentence_and_changes_nothing(
    registry: Path, env: Path, capsys: pytest.CaptureFixture[str], answer: object, sentence: str
) -> None:
    if answer is not None:
        registry.write_text((answer if isinstance(answer, str) else json.dumps(answer)) + "\n")
    assert pin_images.main([], env) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert env.read_text() == TEXT


def test_the_images_of_the_stack_are_the_ones_that_are_pinned() -> None:
    names = {name for name, _ in pin_images._IMAGE.findall((ROOT / ".env").read_text())}
    assert names == {"PYTHON_IMAGE", "NGINX_IMAGE", "ENVOY_IMAGE"}
