"""The predicates of `pyarrow.types`: ``is_string(type)`` and so on."""

from __future__ import annotations

from . import types as t


def _is(type_: t.DataType, *ids: int) -> bool:
    return type_.id in ids


def is_null(t_: t.DataType) -> bool:
    """Whether the type is null."""
    return _is(t_, t.NULL)


def is_boolean(t_: t.DataType) -> bool:
    """Whether the type is bool."""
    return _is(t_, t.BOOL)


def is_integer(t_: t.DataType) -> bool:
    """Whether the type is an integer, signed or not."""
    return t_.id in t.INTEGERS


def is_signed_integer(t_: t.DataType) -> bool:
    """Whether the type is a signed integer."""
    return t_.id in t.SIGNED


def is_unsigned_integer(t_: t.DataType) -> bool:
    """Whether the type is an unsigned integer."""
    return t_.id in t.INTEGERS - t.SIGNED


def is_int8(t_: t.DataType) -> bool:
    """Whether the type is int8."""
    return _is(t_, t.INT8)


def is_int16(t_: t.DataType) -> bool:
    """Whether the type is int16."""
    return _is(t_, t.INT16)


def is_int32(t_: t.DataType) -> bool:
    """Whether the type is int32."""
    return _is(t_, t.INT32)


def is_int64(t_: t.DataType) -> bool:
    """Whether the type is int64."""
    return _is(t_, t.INT64)


def is_uint8(t_: t.DataType) -> bool:
    """Whether the type is uint8."""
    return _is(t_, t.UINT8)


def is_uint16(t_: t.DataType) -> bool:
    """Whether the type is uint16."""
    return _is(t_, t.UINT16)


def is_uint32(t_: t.DataType) -> bool:
    """Whether the type is uint32."""
    return _is(t_, t.UINT32)


def is_uint64(t_: t.DataType) -> bool:
    """Whether the type is uint64."""
    return _is(t_, t.UINT64)


def is_floating(t_: t.DataType) -> bool:
    """Whether the type is a float of any width."""
    return _is(t_, t.HALF, t.FLOAT, t.DOUBLE)


def is_float16(t_: t.DataType) -> bool:
    """Whether the type is halffloat."""
    return _is(t_, t.HALF)


def is_float32(t_: t.DataType) -> bool:
    """Whether the type is float."""
    return _is(t_, t.FLOAT)


def is_float64(t_: t.DataType) -> bool:
    """Whether the type is double."""
    return _is(t_, t.DOUBLE)


def is_decimal(t_: t.DataType) -> bool:
    """Whether the type is a decimal."""
    return _is(t_, t.DECIMAL128)


def is_decimal128(t_: t.DataType) -> bool:
    """Whether the type is a 128-bit decimal."""
    return _is(t_, t.DECIMAL128)


def is_string(t_: t.DataType) -> bool:
    """Whether the type is string."""
    return _is(t_, t.STRING)


is_unicode = is_string


def is_large_string(t_: t.DataType) -> bool:
    """Whether the type is large_string."""
    return _is(t_, t.LARGE_STRING)


is_large_unicode = is_large_string


def is_binary(t_: t.DataType) -> bool:
    """Whether the type is binary (of any length)."""
    return _is(t_, t.BINARY)


def is_large_binary(t_: t.DataType) -> bool:
    """Whether the type is large_binary."""
    return _is(t_, t.LARGE_BINARY)


def is_fixed_size_binary(t_: t.DataType) -> bool:
    """Whether the type is binary of one length."""
    return _is(t_, t.FIXED_SIZE_BINARY)


def is_date(t_: t.DataType) -> bool:
    """Whether the type is a date."""
    return _is(t_, t.DATE32, t.DATE64)


def is_date32(t_: t.DataType) -> bool:
    """Whether the type is date32."""
    return _is(t_, t.DATE32)


def is_date64(t_: t.DataType) -> bool:
    """Whether the type is date64."""
    return _is(t_, t.DATE64)


def is_time(t_: t.DataType) -> bool:
    """Whether the type is a time of day."""
    return _is(t_, t.TIME32, t.TIME64)


def is_time32(t_: t.DataType) -> bool:
    """Whether the type is time32."""
    return _is(t_, t.TIME32)


def is_time64(t_: t.DataType) -> bool:
    """Whether the type is time64."""
    return _is(t_, t.TIME64)


def is_timestamp(t_: t.DataType) -> bool:
    """Whether the type is a timestamp, with or without a zone."""
    return _is(t_, t.TIMESTAMP)


def is_duration(t_: t.DataType) -> bool:
    """Whether the type is a duration."""
    return _is(t_, t.DURATION)


def is_interval(t_: t.DataType) -> bool:
    """Whether the type is the (months, days, nanoseconds) interval."""
    return _is(t_, t.INTERVAL_MONTH_DAY_NANO)


def is_temporal(t_: t.DataType) -> bool:
    """Whether the type is a date, time, timestamp, duration or interval."""
    return is_date(t_) or is_time(t_) or _is(t_, t.TIMESTAMP, t.DURATION, t.INTERVAL_MONTH_DAY_NANO)


def is_list(t_: t.DataType) -> bool:
    """Whether the type is a list with 32-bit offsets."""
    return _is(t_, t.LIST)


def is_large_list(t_: t.DataType) -> bool:
    """Whether the type is a list with 64-bit offsets."""
    return _is(t_, t.LARGE_LIST)


def is_fixed_size_list(t_: t.DataType) -> bool:
    """Whether the type is a list of one length."""
    return _is(t_, t.FIXED_SIZE_LIST)


def is_map(t_: t.DataType) -> bool:
    """Whether the type is a map."""
    return _is(t_, t.MAP)


def is_struct(t_: t.DataType) -> bool:
    """Whether the type is a struct."""
    return _is(t_, t.STRUCT)


def is_dictionary(t_: t.DataType) -> bool:
    """Whether the type is dictionary-encoded."""
    return _is(t_, t.DICTIONARY)


def is_nested(t_: t.DataType) -> bool:
    """Whether the type has child fields."""
    return t_.id in t.NESTED


def is_primitive(t_: t.DataType) -> bool:
    """Whether values are numbers, booleans or temporal values of a fixed width."""
    return t_.id in t.FORMATS or _is(t_, t.BOOL, t.HALF, t.INTERVAL_MONTH_DAY_NANO)


def _never(t_: t.DataType) -> bool:
    """Whether the type is one that this module cannot even name: never."""
    return False


is_decimal32 = is_decimal64 = is_decimal256 = _never
is_union = is_run_end_encoded = is_binary_view = is_string_view = _never
is_list_view = is_large_list_view = _never
