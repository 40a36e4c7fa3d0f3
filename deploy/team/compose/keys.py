#!/usr/bin/env python3
"""Keeps a file of an OpenID provider's public keys, for a Spark server that has no way out.

    keys FOLDER FILE [SECONDS]

FOLDER has the file `address`, of the provider's JWKS, and `authorities.pem`, who may sign its
certificate. FILE is what Spark reads; it is replaced by a rename, as Spark wants it. The provider
is asked every minute, or every so many SECONDS.

What is no set of keys changes nothing, nor does a provider that does not answer: each is one line.
Only the standard library is needed.
"""

from __future__ import annotations

import json
import signal
import ssl
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

EVERY_S = 60.0
PATIENCE_S = 10.0
AGAIN_S = 1.0
"""Between two questions as long as there is no file yet."""
MOST_BYTES = 1 << 20


class KeysError(RuntimeError):
    """There are no keys to be had; the message says why."""


def fetch(address: str, authorities: Path) -> bytes:
    """The provider's keys, as it sent them.

    Raises:
        KeysError: it does not answer, or with something else.
    """
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if address.startswith("https:"):
        context = ssl.create_default_context(cafile=str(authorities))
        handlers.append(urllib.request.HTTPSHandler(context=context))
    try:
        with urllib.request.build_opener(*handlers).open(address, timeout=PATIENCE_S) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except OSError as error:
        raise KeysError(f"{address} does not answer ({getattr(error, 'reason', error)})") from error
    if len(content) > MOST_BYTES:
        raise KeysError(f"{address} sends more than 1 MiB")
    require_keys(content, address)
    return content


def require_keys(content: bytes, address: str) -> None:
    """Returns for a set of public keys (RFC 7517, section 5).

    Raises:
        KeysError: it is none, or has a key that is not public.
    """
    try:
        keys = json.loads(content)["keys"]
        kinds = {key["kty"] for key in keys}
    except (ValueError, KeyError, TypeError) as error:
        raise KeysError(f"{address} sends no JWKS") from error
    if not kinds:
        raise KeysError(f"{address} sends a JWKS without a key")
    if "oct" in kinds or any("d" in key for key in keys):
        raise KeysError(f"{address} sends keys that are not public")


def keep(content: bytes, file: Path) -> bool:
    """Puts it in place if it is new; whether it was."""
    if file.exists() and file.read_bytes() == content:
        return False
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    new.chmod(0o444)
    new.replace(file)
    return True


def main(arguments: list[str]) -> int:
    """Goes on until it is stopped."""
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    folder, file = map(Path, arguments[:2])
    address = (folder / "address").read_text().strip()
    every_s = float(arguments[2]) if len(arguments) > 2 else EVERY_S
    said = ""
    while True:
        try:
            changed = keep(fetch(address, folder / "authorities.pem"), file)
            told = "the keys of the provider are there" if changed or said else ""
            said = ""
        except (KeysError, OSError) as error:
            told = "" if str(error) == said else f"{error}; the keys that were known stay in use"
            said = str(error)
        if told:
            print(told, flush=True)
        time.sleep(every_s if file.exists() else AGAIN_S)


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
