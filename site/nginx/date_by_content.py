"""Gives every file of a site a date made from its content: `date_by_content.py FOLDER`.

nginx makes its ETag of a file's date and size. With the date of the build, every browser would load
all of the site again after any change to it.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

FIRST_S = 1_000_000_000  # 2001-09-09
SPAN_S = 500_000_000


def main(folder: str) -> None:
    for path in Path(folder).rglob("*"):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).digest()
            date = FIRST_S + int.from_bytes(digest[:8], "big") % SPAN_S
            os.utime(path, (date, date))


if __name__ == "__main__":
    main(sys.argv[1])
