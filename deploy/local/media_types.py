"""The media types of files, from the table that stands in `site/server/serve_coi.py`."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import PurePath

from deploy.shared.config import ROOT

SEARCH_PATH = ROOT / "site"
"""Where whoever asks finds the table: to be on PYTHONPATH."""


def table() -> Mapping[str, str]:
    """By suffix, with its dot."""
    # Here: commands that only stop or look at a stack need not find it.
    from server.serve_coi import MEDIA_TYPES

    return MEDIA_TYPES


def of(file: PurePath) -> str:
    """Of a file that may be anything."""
    known = table().get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return known or "application/octet-stream"
