"""Shows the ends of log files, and follows them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

FOLLOW_PAUSE_S = 0.3


def show(logs: Mapping[str, Path], lines: int, follow: bool) -> None:
    files: dict[str, TextIO] = {}
    for name, path in logs.items():
        if not path.exists():
            print(f"{name}: no log yet ({path})")
            continue
        files[name] = path.open(errors="replace")
        for line in deque(files[name], maxlen=lines):
            _print(name, line)
    while follow:
        news = [_print_new(name, file) for name, file in files.items()]
        if not any(news):
            time.sleep(FOLLOW_PAUSE_S)


def _print_new(name: str, file: TextIO) -> bool:
    found = False
    for line in file:
        _print(name, line)
        found = True
    return found


def _print(name: str, line: str) -> None:
    print(f"{name:6} | {line.rstrip()}", flush=True)
