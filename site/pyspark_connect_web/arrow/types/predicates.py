"""The predicates of `pyarrow.types`: ``is_string(type)`` and so on."""

from __future__ import annotations

from . import ids
from .datatypes import DataType


def _is(type_: DataType, *wanted: int) -> bool:
    return type_.id in wanted


def is_null(t_: DataType) -> bool:
    """Whether the type is null."""
    return _is(t_, ids.NULL)


def is_boolean(t_: DataType) -> bool:
    """Whether the type is bool."""
    return _is(t_, ids.BOOL)


def is_integer(t_: DataType) -> bool:
    """Whether the type is an integer, signed or not."""
    return t_.id in ids.INTEGERS


def is_signed_integer(t_: DataType) -> bool:
    """Whether the type is a signed integer."""
    return t_.id in ids.SIGNED


def is_unsigned_integer(t_: DataType) -> bool:
    """Whether the type is an unsigned integer."""
    return t_.id in ids.INTEGERS - ids.SIGNED


def is_int8(t_: DataType) -> bool:
    """Whether the type is int8."""
    return _is(t_, ids.INT8)


def is_int16(t_: DataType) -> bool:
    """Whether the type is int16."""
    return _is(t_, ids.INT16)


def is_int32(t_: DataType) -> bool:
    """Whether the type is int32."""
    return _is(t_, ids.INT32)


def is_int64(t_: DataType) -> bool:
    """Whether the type is int64."""
    return _is(t_, ids.INT64)


def is_uint8(t_: DataType) -> bool:
    """Whether the type is uint8."""
    return _is(t_, ids.UINT8)


def is_uint16(t_: DataType) -> bool:
    """Whether the type is uint16."""
    return _is(t_, ids.UINT16)


def is_uint32(t_: DataType) -> bool:
    """Whether the type is uint32."""
    return _is(t_, ids.UINT32)


def is_uint64(t_: DataType) -> bool:
    """Whether the type is uint64."""
    return _is(t_, ids.UINT64)


def is_floating(t_: DataType) -> bool:
    """Whether the type is a float of any width."""
    return _is(t_, ids.HALF, ids.FLOAT, ids.DOUBLE)


def is_float16(t_: DataType) -> bool:
    """Whether the type is halffloat."""
    return _is(t_, ids.HALF)


def is_float32(t_: DataType) -> bool:
    """Whether the type is float."""
    return _is(t_, ids.FLOAT)


def is_float64(t_: DataType) -> bool:
    """Whether the type is double."""
    return _is(t_, ids.DOUBLE)


def is_decimal(t_: DataType) -> bool:
    """Whether the type is a decimal."""
    return _is(t_, ids.DECIMAL128)


def is_decimal128(t_: DataType) -> bool:
    """Whether the type is a 128-bit decimal."""
    return _is(t_, ids.DECIMAL128)


def is_string(t_: DataType) -> bool:
    """Whether the type is string."""
    return _is(t_, ids.STRING)


is_unicode = is_string


def is_large_string(t_: DataType) -> bool:
    """Whether the type is large_string."""
    return _is(t_, ids.LARGE_STRING)


is_large_unicode = is_large_string


def is_binary(t_: DataType) -> bool:
    """Whether the type is binary (of any length)."""
    return _is(t_, ids.BINARY)


def is_large_binary(t_: DataType) -> bool:
    """Whether the type is large_binary."""
    return _is(t_, ids.LARGE_BINARY)


def is_fixed_size_binary(t_: DataType) -> bool:
    """Whether the type is binary of one length."""
    return _is(t_, ids.FIXED_SIZE_BINARY)


def is_date(t_: DataType) -> bool:
    """Whether the type is a date."""
    return _is(t_, ids.DATE32, ids.DATE64)


def is_date32(t_: DataType) -> bool:
    """Whether the type is date32."""
    return _is(t_, ids.DATE32)


def is_date64(t_: DataType) -> bool:
    """Whether the type is date64."""
    return _is(t_, ids.DATE64)


def is_time(t_: DataType) -> bool:
    """Whether the type is a time of day."""
    return _is(t_, ids.TIME32, ids.TIME64)


def is_time32(t_: DataType) -> bool:
    """Whether the type is time32."""
    return _is(t_, ids.TIME32)


def is_time64(t_: DataType) -> bool:
    """Whether the type is time64."""
    return _is(t_, ids.TIME64)


def is_timestamp(t_: DataType) -> bool:
    """Whether the type is a timestamp, with or without a zone."""
    return _is(t_, ids.TIMESTAMP)


def is_duration(t_: DataType) -> bool:
    """Whether the type is a duration."""
    return _is(t_, ids.DURATION)


def is_interval(t_: DataType) -> bool:
    """Whether the type is the (months, days, nanoseconds) interval."""
    return _is(t_, ids.INTERVAL_MONTH_DAY_NANO)


def is_temporal(t_: DataType) -> bool:
    """Whether the type is a date, time, timestamp, duration or interval."""
    return (
        is_date(t_)
        or is_time(t_)
        or _is(t_, ids.TIMESTAMP, ids.DURATION, ids.INTERVAL_MONTH_DAY_NANO)
    )


def is_list(t_: DataType) -> bool:
    """Whether the type is a list with 32-bit offsets."""
    return _is(t_, ids.LIST)


def is_large_list(t_: DataType) -> bool:
    """Whether the type is a list with 64-bit offsets."""
    return _is(t_, ids.LARGE_LIST)


def is_fixed_size_list(t_: DataType) -> bool:
    """Whether the type is a list of one length."""
    return _is(t_, ids.FIXED_SIZE_LIST)


def is_map(t_: DataType) -> bool:
    """Whether the type is a map."""
    return _is(t_, ids.MAP)


def is_struct(t_: DataType) -> bool:
    """Whether the type is a struct."""
    return _is(t_, ids.STRUCT)


def is_dictionary(t_: DataType) -> bool:
    """Whether the type is dictionary-encoded."""
    return _is(t_, ids.DICTIONARY)


def is_nested(t_: DataType) -> bool:
    """Whether the type has child fields."""
    return t_.id in ids.NESTED


def is_primitive(t_: DataType) -> bool:
    """Whether values are numbers, booleans or temporal values of a fixed width."""
    return t_.id in ids.FORMATS or _is(t_, ids.BOOL, ids.HALF, ids.INTERVAL_MONTH_DAY_NANO)


def _never(t_: DataType) -> bool:
    """Whether the type is one that this module cannot even name: never."""
    return False


is_decimal32 = is_decimal64 = is_decimal256 = _never


is_union = is_run_end_encoded = is_binary_view = is_string_view = _never


is_list_view = is_large_list_view = _never
