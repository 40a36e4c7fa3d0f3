"""numpy arrays and pandas Series to columns: what `pyarrow.array` does with them.

Numbers and datetimes go from memory to memory, without a Python object per value.
"""

from __future__ import annotations

from typing import Any

from . import types as t
from .builders import build
from .data import ArrayData, view
from .errors import ArrowInvalid, ArrowTypeError, unsupported
from .infer import infer_type

_BY_DTYPE = {
    "i1": t.int8, "i2": t.int16, "i4": t.int32, "i8": t.int64, "u1": t.uint8, "u2": t.uint16,
    "u4": t.uint32, "u8": t.uint64, "f4": t.float32, "f8": t.float64, "b1": t.bool_,
    "f2": t.float16,
}  # fmt: skip


def type_of_dtype(dtype: Any) -> t.DataType:
    """The Arrow type of a numpy dtype; ArrowNotImplementedError when there is none."""
    if dtype.kind in "mM":
        unit = dtype.str.partition("[")[2].rstrip("]")
        if dtype.kind == "M" and unit == "D":
            return t.date32()
        if unit in t.UNITS:
            return t.timestamp(unit) if dtype.kind == "M" else t.duration(unit)
    elif dtype.kind == "U":
        return t.string()
    elif dtype.kind == "S":
        return t.binary()
    elif (factory := _BY_DTYPE.get(dtype.str[1:])) is not None:
        return factory()
    raise unsupported(f"A numpy array of dtype {dtype}")


def from_numpy_dtype(dtype: Any) -> t.DataType:
    """As `pyarrow.from_numpy_dtype`."""
    import numpy

    return type_of_dtype(numpy.dtype(dtype))


def convert(
    obj: Any,
    target: t.DataType | None,
    mask: Any,
    from_pandas: bool,
    is_pandas: bool,
    safe: bool,
) -> ArrayData:
    """The column of a numpy array, or of a pandas Series, Index or extension array.

    `mask` marks nulls; `from_pandas` makes NaN null too. Raises ArrowInvalid when `safe` and a
    value does not fit `target`, ArrowTypeError for values of a class it does not take.
    """
    from_pandas = from_pandas or is_pandas
    if is_pandas and type(obj.dtype).__name__ == "StringDtype":
        return _from_strings(obj, mask, target, safe)
    if is_pandas and (convert_own := _OWN_TYPES.get(type(obj.dtype).__name__)):
        if mask is not None:
            raise ValueError(
                "Cannot specify a mask or a size when passing an object that is converted with the "
                "__arrow_array__ protocol."
            )
        return convert_own(getattr(obj, "array", obj), target)
    if is_pandas and target is None and type(obj.dtype).__name__ == "CategoricalDtype":
        return _from_categories(getattr(obj, "array", obj), mask)
    values = obj
    if is_pandas:
        values, mask, target = _unwrap_pandas(obj, mask, target)
        # pandas' nullable arrays convert themselves for pyarrow, and always safely.
        safe = safe or hasattr(getattr(obj, "array", obj), "_mask")
    import numpy

    if not isinstance(values, numpy.ndarray):
        target = infer_type(values, True) if target is None else target
        return build(_masked(list(values), mask), target, True)
    if values.ndim != 1:
        raise ArrowInvalid("only handle 1-dimensional arrays")
    if values.dtype == numpy.float16 and target is None:
        t.no_arrays_of(t.float16())
    flags = _flags(mask, len(values))
    if values.dtype.kind in "OUS" or values.dtype == numpy.float16:
        return _from_objects(values, target, flags, from_pandas)
    return _from_numbers(values, target, flags, from_pandas, safe)


def _from_periods(values: Any, target: t.DataType | None) -> ArrayData:
    from .periods import from_periods

    return from_periods(values, target)


def _from_intervals(values: Any, target: t.DataType | None) -> ArrayData:
    from .periods import from_intervals

    return from_intervals(values, target)


def _from_categories(values: Any, mask: Any) -> ArrayData:
    """The dictionary-encoded column of a Categorical: its categories, and codes as positions."""
    from .arrays import array

    missing = values.codes < 0
    flags = _flags(mask, len(values))
    codes = array(values.codes, mask=missing if flags is None else missing | flags)
    words = array(values.categories, from_pandas=True)
    made: ArrayData = codes._data.with_type(
        t.dictionary(codes.type, words.type, bool(values.ordered))
    )
    made.dictionary = words._data
    return made


_OWN_TYPES = {"PeriodDtype": _from_periods, "IntervalDtype": _from_intervals}
"""Kinds of pandas columns that are neither numbers nor objects."""


def _from_strings(obj: Any, mask: Any, target: t.DataType | None, safe: bool) -> ArrayData:
    """pandas' string dtype: large strings (as pandas stores them with pyarrow), then a cast."""
    import numpy
    import pandas

    missing = numpy.asarray(pandas.isna(obj))
    if mask is not None:
        missing = missing | numpy.asarray(mask)
    values = numpy.asarray(getattr(obj, "array", obj), dtype=object).tolist()
    items = _masked(values, missing if missing.any() else None)
    if target is not None and target.id in t.VARIABLE:
        return build(items, target)
    from .cast import cast

    data = build(items, t.large_string())
    return data if target is None else cast(data, target, safe)


def _unwrap_pandas(obj: Any, mask: Any, target: t.DataType | None) -> tuple[Any, Any, Any]:
    """The numpy values (or list), the mask and the target type behind a pandas object."""
    import numpy
    import pandas

    values = getattr(obj, "array", obj)
    dtype = obj.dtype
    if isinstance(mask, pandas.Series):
        mask = mask.to_numpy()
    if isinstance(dtype, pandas.CategoricalDtype):
        return numpy.asarray(values, dtype=object), mask, target
    if isinstance(dtype, pandas.SparseDtype):  # as pyarrow, which says less
        raise ArrowTypeError(f"A pandas column of dtype {dtype}: make it dense first")
    if isinstance(dtype, pandas.DatetimeTZDtype):
        # As pyarrow: the instants are kept, the type says in which zone to show them.
        target = t.timestamp(dtype.unit, dtype.tz) if target is None else target
        return values.tz_convert("UTC").tz_localize(None).to_numpy(), mask, target
    if hasattr(values, "_mask") and hasattr(values, "_data"):  # pandas' nullable numbers, booleans
        own = values._mask
        return values._data, own if mask is None else own | numpy.asarray(mask), target
    return numpy.asarray(values), mask, target


def _flags(mask: Any, length: int) -> Any:
    """The mask as a numpy array of booleans, or None when nothing is masked."""
    import numpy

    if mask is None:
        return None
    flags = numpy.asarray(mask.to_pylist() if hasattr(mask, "to_pylist") else mask)
    if flags.dtype != bool:
        raise TypeError("Mask must be boolean dtype")
    if len(flags) != length:
        raise ValueError("Mask must be a 1D array of the same length")
    return flags if flags.any() else None


def _masked(values: list[Any], flags: Any) -> list[Any]:
    if flags is None:
        return values
    return [None if gone else value for value, gone in zip(values, flags, strict=True)]


def _from_objects(
    values: Any, target: t.DataType | None, flags: Any, from_pandas: bool
) -> ArrayData:
    items = _masked(values.tolist(), flags)
    if target is None and values.dtype.kind in "US":
        target = type_of_dtype(values.dtype)
    if target is None:
        target = infer_type(items, from_pandas)
    return build(items, target, from_pandas)


def _from_numbers(
    values: Any, target: t.DataType | None, flags: Any, from_pandas: bool, safe: bool
) -> ArrayData:
    missing = flags
    if values.dtype.kind in "mM" or (from_pandas and values.dtype.kind == "f"):
        import numpy

        absent = numpy.isnat(values) if values.dtype.kind in "mM" else numpy.isnan(values)
        if absent.any():
            missing = absent if missing is None else missing | absent
    data = _wrap(values, missing)
    if target is None or target == data.type:
        return data
    return _to_target(data, target, safe)


def _to_target(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Numbers as another type, by the rules for numpy data (stricter than those of a cast)."""
    from .cast import cast

    source = data.type
    if target.id in t.VARIABLE or target.id == t.FIXED_SIZE_BINARY:
        from .decode import to_pylist

        return build(to_pylist(data), target)
    if isinstance(source, t.TimestampType) and isinstance(target, t.TimestampType):
        # Naive numpy values are UTC when the target has a zone.
        plain = cast(data, t.timestamp(target.unit), safe)
        return plain.with_type(target)
    if target.id == t.STRUCT:
        raise ArrowTypeError(f"Could not convert numpy values of type {source} to {target}")
    if target.id == t.DECIMAL128:  # pyarrow refuses too: numpy has no such values
        raise ArrowInvalid(f"Could not convert numpy values of type {source} to {target}")
    return cast(data, target, safe)


def _wrap(values: Any, missing: Any) -> ArrayData:
    """A column over the memory of a numpy array; booleans are packed, days narrowed to 32 bits."""
    import numpy

    type_ = type_of_dtype(values.dtype)
    validity = None
    count = 0
    if missing is not None:
        count = int(missing.sum())
        validity = view(numpy.packbits(~missing, bitorder="little").tobytes())
    if type_.id == t.BOOL:
        buffer = view(numpy.packbits(values, bitorder="little").tobytes())
    else:
        if type_.id == t.DATE32:
            values = values.astype("i8").astype("i4")
        little = values.astype(values.dtype.newbyteorder("<"), copy=False)
        if missing is not None and values.dtype.kind in "mM":
            little = numpy.where(missing, numpy.zeros(1, little.dtype), little)
        buffer = view(numpy.ascontiguousarray(little).view("u1").data)
    return ArrayData(type_, len(values), validity, [buffer], null_count=count)
