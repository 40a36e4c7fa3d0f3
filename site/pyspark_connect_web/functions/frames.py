"""Frames of the tab's pandas 3 for a server whose pandas may be an older one.

pandas 3 keeps text in arrays of its own, whose pickles older ones cannot read. So text travels as
objects, which is what these have, and gets its dtype back where the server's pandas knows it.
"""

from __future__ import annotations

from typing import Any

from .frames_on_server import INFERRED

_NULLABLE = "string"


def is_of_pandas(obj: object) -> bool:
    """Whether it may be a frame, a series or an index; it imports nothing."""
    return type(obj).__module__.partition(".")[0] == "pandas"


def without_text_dtypes(obj: Any) -> tuple[Any, Any] | None:
    """The same with objects for text, and what `with_text_dtypes` needs; None if it has no text."""
    import pandas as pd

    if isinstance(obj, pd.DataFrame):
        kinds = [(i, _kind(dtype)) for i, dtype in enumerate(obj.dtypes) if _is_text(dtype)]
        if not kinds:
            return None
        plain = obj.copy(deep=False)
        for position, _ in kinds:
            plain.isetitem(position, obj.iloc[:, position].astype(object))
        return plain, kinds
    if isinstance(obj, pd.Series | pd.Index) and _is_text(obj.dtype):
        return obj.astype(object), _kind(obj.dtype)
    return None


def _is_text(dtype: Any) -> bool:
    import pandas as pd

    return isinstance(dtype, pd.StringDtype)


def _kind(dtype: Any) -> str:
    import pandas as pd

    return _NULLABLE if dtype.na_value is pd.NA else INFERRED
