"""`_headers`, in the syntax that Netlify and Cloudflare Pages share.

Both apply every rule that matches, and join the values of a header that two of them set: so no two
rules set the same one. `*` stands for any characters, slashes too, and may stand once in a rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from builder.compress import SIBLINGS
from builder.constants import DRAWING_EXTENSIONS, KERNEL_EXTENSION
from builder.errors import BuildError

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
IMMUTABLE = "public, max-age=31536000, immutable"
# A name with a content hash in it, such as `221.bd81adfe732d749d.js`.
HASHED_NAME = re.compile(r"[.-][0-9a-f]{7,}\.")
HASHED_FOLDERS = (
    "build",
    *(f"extensions/{name}/static" for name in (KERNEL_EXTENSION, *DRAWING_EXTENSIONS)),
)
# Cloudflare ignores the rules beyond.
MOST_RULES = 100


def headers_text(dist: Path, base: str = "/") -> str:
    """Isolation everywhere; caching for ever only where the name carries its content's hash.

    The hosts revalidate everything else, which is right: pages, locks and wheels keep their names.
    """
    patterns = [pattern for folder in HASHED_FOLDERS for pattern in hashed_patterns(dist, folder)]
    if 1 + len(patterns) > MOST_RULES:
        raise BuildError(
            f"_headers needs {1 + len(patterns)} rules, but Cloudflare Pages reads {MOST_RULES}: "
            "group the hashed files in builder/headers.py in another way."
        )
    lines = [f"{base}*", *(f"  {name}: {value}" for name, value in ISOLATION.items())]
    for pattern in patterns:
        lines += [f"{base}{pattern}", f"  Cache-Control: {IMMUTABLE}"]
    return "\n".join(lines) + "\n"


def hashed_patterns(dist: Path, folder: str) -> list[str]:
    """The hashed files of a folder: by first letter where no other file has it, else by name."""
    others: set[str] = set()
    hashed: dict[str, list[str]] = defaultdict(list)
    for path in sorted((dist / folder).rglob("*")):
        name = path.relative_to(dist / folder).as_posix()
        if path.is_file() and HASHED_NAME.search(name) and "/" not in name:
            hashed[name[0]].append(name)
        elif path.is_file():
            others.add(name[0])
    patterns = []
    for letter, names in sorted(hashed.items()):
        if letter not in others:
            patterns.append(f"{folder}/{letter}*")
        else:
            patterns += [f"{folder}/{name}" for name in names if not name.endswith(SIBLINGS)]
    return patterns
