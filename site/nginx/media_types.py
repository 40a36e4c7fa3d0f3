"""Prints nginx's table of media types, which is that of `serve_coi.py`: PYTHONPATH has `site`."""

from __future__ import annotations

from collections import defaultdict

from server.serve_coi import MEDIA_TYPES


def table() -> str:
    suffixes = defaultdict(list)
    for suffix, kind in MEDIA_TYPES.items():
        suffixes[kind].append(suffix.removeprefix("."))
    lines = [f"    {kind} {' '.join(names)};" for kind, names in sorted(suffixes.items())]
    return "\n".join(["types {", *lines, "}"])


if __name__ == "__main__":
    print(table())
