"""Puts the digests of the base images into `.env`, so that they are the same bytes everywhere.

    python -m deploy.compose.pin_images     asks the registry for each, by `docker buildx`

Each must have the platforms that the stack runs on. All of them are written, or none.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.shared.config import ROOT

ENV = ROOT / ".env"
PLATFORMS = ("linux/amd64", "linux/arm64")
_IMAGE = re.compile(r"^([A-Z]+_IMAGE)=([^@\s]+)(?:@sha256:[0-9a-f]{64})?$", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TIMEOUT_S = 60


class PinError(RuntimeError):
    """A digest cannot be had; the message says of which image and why."""


def pinned(text: str) -> str:
    """``text`` with each image's digest of today behind its tag.

    Raises:
        PinError: a registry does not answer, or an image lacks a platform.
    """
    digests = {name: digest_of(tag) for name, tag in _IMAGE.findall(text)}
    return _IMAGE.sub(lambda line: f"{line[1]}={line[2]}@{digests[line[1]]}", text)


def digest_of(tag: str) -> str:
    """Of the list of an image's platforms, so that each machine finds its own by it."""
    command = ["docker", "buildx", "imagetools", "inspect", "--format", "{{json .Manifest}}", tag]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PinError(f"docker buildx cannot be asked for {tag} ({error}).") from error
    if answer.returncode:
        last = answer.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise PinError(f"No registry tells of {tag} ({last[0]}).")
    try:
        manifest = json.loads(answer.stdout)
        digest, platforms = str(manifest["digest"]), _platforms(manifest.get("manifests") or [])
    except (ValueError, KeyError, TypeError) as error:
        raise PinError(f"The registry's answer for {tag} cannot be read.") from error
    if not _DIGEST.fullmatch(digest):
        raise PinError(f"The registry's answer for {tag} has no digest.")
    if missing := [each for each in PLATFORMS if each not in platforms]:
        raise PinError(f"{tag} is not there for {', '.join(missing)}.")
    return digest


def _platforms(manifests: Sequence[dict[str, dict[str, str]]]) -> set[str]:
    kinds = [each.get("platform") or {} for each in manifests]
    return {f"{each.get('os')}/{each.get('architecture')}" for each in kinds}


def main(arguments: list[str] | None = None, env: Path = ENV) -> int:
    argparse.ArgumentParser(
        prog="python -m deploy.compose.pin_images",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    try:
        text = pinned(env.read_text(encoding="utf-8"))
    except PinError as error:
        print(error, file=sys.stderr)
        return 1
    env.write_text(text, encoding="utf-8")
    for name, tag in _IMAGE.findall(text):
        print(f"{name}  {tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
