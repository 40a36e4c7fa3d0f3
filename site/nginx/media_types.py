"""Prints nginx's tables of media types, made of that of `serve_coi.py`: PYTHONPATH has `site`.

nginx knows a type by the last suffix: of files that were compressed by Brotli a map says it.
"""

from __future__ import annotations

from collections import defaultdict

from server.serve_coi import MEDIA_TYPES


def table() -> str:
    suffixes = defaultdict(list)
    for suffix, kind in MEDIA_TYPES.items():
        suffixes[kind].append(suffix.removeprefix("."))
    lines = [f"    {kind} {' '.join(names)};" for kind, names in sorted(suffixes.items())]
    return "\n".join(["types {", *lines, "}"])


def brotli_map() -> str:
    """`$br_type`, the type of what `$uri` is compressed of."""
    lines = [
        rf'    "~\{suffix}\.br$" "{kind}{"; charset=utf-8" if kind.startswith("text/") else ""}";'
        for suffix, kind in sorted(MEDIA_TYPES.items())
    ]
    return "\n".join(["map $uri $br_type {", "    default application/octet-stream;", *lines, "}"])


if __name__ == "__main__":
    print(table())
    print(brotli_map())
