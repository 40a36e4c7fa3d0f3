"""Results of either module as something that can be compared."""

from __future__ import annotations

from typing import Any


def plain(result: Any) -> Any:
    """Classes by name, columns by type and values, and so on down."""
    kind = type(result).__name__
    module = type(result).__module__
    if kind == "MonthDayNano":
        return kind, tuple(result)
    if callable(result) and hasattr(result, "__name__"):
        return "method", result.__name__
    if module.startswith("pandas") and hasattr(result, "columns"):
        columns = [plain(result.iloc[:, i]) for i in range(result.shape[1])]
        return "frame", list(map(str, result.columns)), columns, plain(result.index)
    if module.startswith("pandas") and hasattr(result, "tolist"):
        return "series", str(result.dtype), getattr(result, "name", None), result.tolist()
    if module.startswith(("numpy", "pandas")) or module in ("builtins", "datetime", "decimal"):
        return _builtin(result)
    if hasattr(result, "schema") and hasattr(result, "num_rows"):
        columns = [plain(column) for column in result.columns]
        if b"pandas" in (result.schema.metadata or {}):  # which says what wrote it
            result = result.replace_schema_metadata()
        return kind, str(result.schema), result.num_rows, columns
    if hasattr(result, "to_pylist"):
        return kind, str(result.type), result.to_pylist(), result.null_count
    if hasattr(result, "as_py"):
        return kind, str(result.type), result.as_py(), result.is_valid
    if hasattr(result, "to_pybytes"):
        return kind, result.to_pybytes()
    if hasattr(result, "__next__"):
        return [plain(item) for item in result]
    return kind, str(result)


def _builtin(result: Any) -> Any:
    if isinstance(result, (list, tuple)):
        return [plain(item) for item in result]
    if isinstance(result, dict):
        return {key: plain(value) for key, value in result.items()}
    if hasattr(result, "__next__") or type(result).__name__ in ("map", "zip"):
        return [plain(item) for item in result]
    return result
