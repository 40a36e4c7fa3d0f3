"""Runs in Spark's Python workers: gives text its dtype of pandas 3, where the server has that.

Like `on_server.py` it travels as text.
"""

from __future__ import annotations

from typing import Any

INFERRED = "str"
"""The dtype that pandas 3 gives to text, and that older ones have as objects."""


def with_text_dtypes(frame: Any, kinds: Any) -> Any:
    """A frame, by (position, dtype) of its columns, or a series or index by one dtype."""
    import pandas

    is_new = int(pandas.__version__.partition(".")[0]) >= 3
    if isinstance(kinds, str):
        return frame if kinds == INFERRED and not is_new else frame.astype(kinds)
    for position, kind in kinds:
        if kind != INFERRED or is_new:
            frame.isetitem(position, frame.iloc[:, position].astype(kind))
    return frame
