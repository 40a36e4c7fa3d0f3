"""The names of the facade's modules: what `pyarrow`, `pyarrow.lib` and so on contain."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from . import errors, types
from .lib import arrays, buffers, chunked, compute, nested, scalars, schema, streams, table
from .lib.wrap import ARRAY_CLASSES, SCALAR_CLASSES
from .types import predicates
from .types.from_dtype import from_numpy_dtype
from .types.timezones import tzinfo_of, zone_name
from .types.units import MonthDayNano
from .values.infer import infer_type

_TYPE_NAMES = (
    "DataType", "Decimal128Type", "DictionaryType", "DurationType", "Field", "FixedSizeBinaryType",
    "FixedSizeListType", "LargeListType", "ListType", "MapType", "StructType", "Time32Type",
    "Time64Type", "TimestampType", "binary", "bool_", "date32", "date64", "decimal128",
    "dictionary", "duration", "field", "float16", "float32", "float64", "int16", "int32", "int64",
    "int8", "large_binary", "large_list", "large_string", "list_", "map_",
    "month_day_nano_interval", "null", "string", "struct", "time32", "time64", "timestamp",
    "type_for_alias", "uint16", "uint32", "uint64", "uint8",
)  # fmt: skip
_ERROR_NAMES = (
    "ArrowCancelled", "ArrowCapacityError", "ArrowException", "ArrowIOError", "ArrowIndexError",
    "ArrowInvalid", "ArrowKeyError", "ArrowMemoryError", "ArrowNotImplementedError",
    "ArrowSerializationError", "ArrowTypeError",
)  # fmt: skip
_ARRAY_NAMES = (
    "Array", "FloatingPointArray", "IntegerArray", "NumericArray", "array", "asarray",
    "concat_arrays", "nulls",
)  # fmt: skip
_NESTED_NAMES = (
    "DictionaryArray", "FixedSizeListArray", "LargeListArray", "ListArray", "MapArray",
    "StructArray",
)  # fmt: skip
_TABLE_NAMES = (
    "RecordBatch", "RecordBatchReader", "Table", "concat_batches", "concat_tables", "record_batch",
    "table",
)  # fmt: skip
_STREAM_NAMES = (
    "IpcWriteOptions", "RecordBatchStreamReader", "RecordBatchStreamWriter", "new_stream",
    "open_stream",
)  # fmt: skip


def _pick(module: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(module, name) for name in names}


def lib_names() -> dict[str, Any]:
    """What `pyarrow.lib` holds: all classes, factories and errors."""
    return {
        **_pick(types, _TYPE_NAMES),
        **_pick(errors, _ERROR_NAMES),
        **_pick(arrays, _ARRAY_NAMES),
        **_pick(nested, _NESTED_NAMES),
        **_pick(table, _TABLE_NAMES),
        **_pick(buffers, ("Buffer", "BufferOutputStream", "BufferReader", "py_buffer")),
        **_pick(chunked, ("ChunkedArray", "chunked_array")),
        **_pick(schema, ("Schema", "schema", "unify_schemas")),
        **{cls.__name__: cls for cls in ARRAY_CLASSES.values()},
        **{cls.__name__: cls for cls in SCALAR_CLASSES.values()},
        "MonthDayNano": MonthDayNano,
        **_pick(scalars, ("Scalar", "scalar")),
        "from_numpy_dtype": from_numpy_dtype,
        "infer_type": infer_type,
        "large_utf8": types.large_string,
        "string_to_tzinfo": tzinfo_of,
        "tzinfo_to_string": zone_name,
        "utf8": types.string,
        "IpcWriteOptions": streams.IpcWriteOptions,
    }


def ipc_names() -> dict[str, Any]:
    """What `pyarrow.ipc` holds."""
    return {
        "RecordBatchReader": table.RecordBatchReader,
        **_pick(streams, _STREAM_NAMES),
        "read_schema": streams.read_schema_message,
    }


def compute_names() -> dict[str, Any]:
    """What `pyarrow.compute` holds."""
    return _pick(
        compute,
        ("assume_timezone", "cast", "floor_temporal", "is_null", "is_valid", "local_timestamp"),
    )


def types_names() -> dict[str, Any]:
    """What `pyarrow.types` holds."""
    return {name: value for name, value in vars(predicates).items() if name.startswith("is_")}


def classes(names: dict[str, Any]) -> list[type]:
    """Those whose objects say how they are made again."""
    found = (value for value in names.values() if isinstance(value, type))
    return [cls for cls in found if any("__reduce__" in vars(one) for one in cls.__mro__[:-1])]


def adopt(names: dict[str, Any], module: str) -> None:
    """Make classes and functions say that they come from `module`.

    Then cloudpickle stores them by that name, and the server, where the name means real pyarrow,
    gets real pyarrow objects out of a pickled function. The classes keep no annotations: there is
    no such module in ``sys.modules``, where their names would be looked up.
    """
    for name, value in names.items():
        own = getattr(value, "__module__", None) or ""
        if not own.startswith(__package__ or ""):
            continue
        if isinstance(value, type) or (isinstance(value, FunctionType) and value.__name__ == name):
            value.__module__ = module
            if isinstance(value, type):
                value.__annotations__ = {}
            for part in vars(value).values():
                if isinstance(part, staticmethod):
                    part.__func__.__module__ = module
