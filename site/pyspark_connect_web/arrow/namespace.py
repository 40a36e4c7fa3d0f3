"""The names of the facade's modules: what `pyarrow`, `pyarrow.lib` and so on contain."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from . import (
    arrays,
    buffers,
    chunked,
    compute,
    decode,
    errors,
    from_numpy,
    infer,
    ipc_reader,
    ipc_writer,
    scalars,
    schema,
    table,
    timezones,
    type_checks,
    types,
)

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
    "Array", "DictionaryArray", "FixedSizeListArray", "FloatingPointArray", "IntegerArray",
    "LargeListArray", "ListArray", "MapArray", "NumericArray", "StructArray", "array", "asarray",
    "concat_arrays", "nulls", "scalar",
)  # fmt: skip
_TABLE_NAMES = (
    "RecordBatch", "Table", "concat_batches", "concat_tables", "record_batch", "table",
)  # fmt: skip


def _pick(module: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(module, name) for name in names}


def lib_names() -> dict[str, Any]:
    """What `pyarrow.lib` holds: all classes, factories and errors."""
    return {
        **_pick(types, _TYPE_NAMES),
        **_pick(errors, _ERROR_NAMES),
        **_pick(arrays, _ARRAY_NAMES),
        **_pick(table, _TABLE_NAMES),
        **_pick(buffers, ("Buffer", "BufferOutputStream", "BufferReader", "py_buffer")),
        **_pick(chunked, ("ChunkedArray", "chunked_array")),
        **_pick(schema, ("Schema", "schema", "unify_schemas")),
        **_pick(ipc_reader, ("RecordBatchReader",)),
        **{cls.__name__: cls for cls in arrays.ARRAY_CLASSES.values()},
        **{cls.__name__: cls for cls in scalars.SCALAR_CLASSES.values()},
        "MonthDayNano": decode.MonthDayNano,
        "Scalar": scalars.Scalar,
        "from_numpy_dtype": from_numpy.from_numpy_dtype,
        "infer_type": infer.infer_type,
        "large_utf8": types.large_string,
        "string_to_tzinfo": timezones.tzinfo_of,
        "tzinfo_to_string": timezones.zone_name,
        "utf8": types.string,
        "IpcWriteOptions": ipc_writer.IpcWriteOptions,
    }


def ipc_names() -> dict[str, Any]:
    """What `pyarrow.ipc` holds."""
    return {
        **_pick(ipc_reader, ("RecordBatchReader", "RecordBatchStreamReader", "open_stream")),
        **_pick(ipc_writer, ("IpcWriteOptions", "RecordBatchStreamWriter", "new_stream")),
        "read_schema": ipc_reader.read_schema_message,
    }


def compute_names() -> dict[str, Any]:
    """What `pyarrow.compute` holds."""
    return _pick(
        compute,
        ("assume_timezone", "cast", "floor_temporal", "is_null", "is_valid", "local_timestamp"),
    )


def types_names() -> dict[str, Any]:
    """What `pyarrow.types` holds."""
    return {name: value for name, value in vars(type_checks).items() if name.startswith("is_")}


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
