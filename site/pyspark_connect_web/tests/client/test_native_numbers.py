"""Numbers and times of a 32-bit Python, as PySpark's modules see them."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pyspark_connect_web.client import native_numbers

NARROW = 2**31 - 1
ZONES = ["Europe/Berlin", "America/New_York", "Africa/Monrovia", "Pacific/Apia", "UTC"]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_numbers, "sys", SimpleNamespace(maxsize=NARROW))


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def emscripten_mktime(moment: Any) -> float:
    """musl's with JavaScript's Date, which takes the years 0 to 99 for those of 1900 on."""
    year = moment[0]
    return time.mktime((year + 1900 if 0 <= year < 100 else year, *moment[1:]))


@pytest.mark.usefixtures("zone")
def test_mktime_is_right_in_every_year() -> None:
    moments = [
        (year, month, 15, 12, 30, 15, 0, 0, -1) for year in range(1, 2040) for month in (1, 7)
    ]
    told = [native_numbers.mktime(moment, emscripten_mktime) for moment in moments]
    assert told == [time.mktime(moment) for moment in moments]
    assert told != [emscripten_mktime(moment) for moment in moments]


def test_a_leap_day_below_100_stays_one() -> None:
    leap = (4, 2, 29, 0, 0, 0, 0, 0, -1)
    assert native_numbers.mktime(leap, emscripten_mktime) == time.mktime(leap)


def fake(name: str, **names: Any) -> Any:
    module = ModuleType(name)
    vars(module).update(names)
    return module


def test_a_module_that_draws_seeds_sees_63_bits_and_the_rest_of_sys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    narrow = fake("sys", maxsize=NARROW, version_info=sys.version_info)
    monkeypatch.setattr(native_numbers, "sys", narrow)
    module = fake("m", sys=narrow)
    native_numbers.adapt_seeds(module)
    assert module.sys.maxsize == 2**63 - 1
    assert module.sys.version_info is sys.version_info


@pytest.mark.usefixtures("narrow")
def test_arrays_of_c_longs_are_longs_and_unsigned_ones_are_refused() -> None:
    module = fake("m", LongType=int, _array_type_mappings={"l": float, "L": int, "q": int})
    native_numbers.adapt_types(module)
    assert module._array_type_mappings == {"l": int, "q": int}
    assert module.time.mktime is native_numbers.mktime
    assert module.time.sleep is time.sleep


class Spec:
    def rowsBetween(self, start: int, end: int) -> tuple[int, int]:
        return start, end

    def rangeBetween(self, start: int, end: int) -> tuple[int, int]:
        return start, end


@pytest.fixture
def spec(narrow: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = fake("m", WindowSpec=type("Copy", (Spec,), {}))
    native_numbers.adapt_frames(module)
    return module.WindowSpec()


ENDS = (-(2**63) + 1, 2**63 - 1)


@pytest.mark.parametrize("bounds", [(-NARROW, NARROW), (-NARROW - 1, NARROW)])
def test_maxsize_of_this_python_is_unbounded_in_rows(spec: Any, bounds: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert spec.rowsBetween(*bounds) == ENDS


def test_maxsize_of_this_python_is_unbounded_in_a_range_and_that_is_said(spec: Any) -> None:
    with pytest.warns(UserWarning, match=r"sys.maxsize of this 32-bit .*unboundedPreceding"):
        assert spec.rangeBetween(-NARROW, NARROW) == ENDS


@pytest.mark.parametrize(
    "bounds", [(-3_000_000_000, 0), (-NARROW + 1, NARROW - 1), (0, NARROW + 1), (-(2**40), 2**40)]
)
def test_every_other_number_is_itself(spec: Any, bounds: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert spec.rangeBetween(*bounds) == bounds
        assert spec.rowsBetween(*bounds) == bounds


@pytest.mark.parametrize(
    ("asked", "given"),
    [(int, "int64"), ("int", "int64"), ("long", "int64"), ("uint", "uint64"), ("int32", "int32"),
     ("l", "int64"), ("L", "uint64"),
     (float, float), (None, None), ({"a": int, "b": str}, {"a": "int64", "b": str})],
)  # fmt: skip
@pytest.mark.usefixtures("narrow")
def test_pandas_on_spark_is_given_native_dtypes(asked: Any, given: Any) -> None:
    typehints = fake("m", pandas_dtype=lambda dtype: dtype)
    native_numbers.adapt_dtypes(typehints)
    assert typehints.pandas_dtype(asked) == given

    class Series:
        def __init__(self, data: Any = None, dtype: Any = None) -> None:
            self.dtype = dtype

    native_numbers.adapt_series(fake("m", Series=Series))
    assert Series([1], asked).dtype == Series([1], dtype=asked).dtype == given


@pytest.mark.usefixtures("narrow")
def test_whoever_hands_a_dtype_on_to_pandas_hands_on_the_native_one() -> None:
    class DataFrame:
        def __init__(self, data: Any = None, dtype: Any = None) -> None: ...

        @staticmethod
        def from_dict(data: Any, orient: str = "columns", dtype: Any = None) -> Any:
            return dtype

    class Index:
        def __new__(cls, data: Any = None, dtype: Any = None) -> Any:
            return super().__new__(cls)

        def to_numpy(self, dtype: Any = None, copy: bool = False) -> Any:
            return dtype

    def read_excel(io: Any, sheet_name: Any = 0, dtype: Any = None) -> Any:
        return dtype

    namespace = fake("m", read_excel=read_excel)
    native_numbers.adapt_frame(fake("m", DataFrame=DataFrame))
    native_numbers.adapt_index(fake("m", Index=Index))
    native_numbers.adapt_namespace(namespace)
    assert [
        DataFrame.from_dict({}, dtype=int),
        DataFrame.from_dict({}, "index", "long"),
        Index([1]).to_numpy(int),
        Index([1]).to_numpy(dtype="int16"),
        namespace.read_excel("f.xlsx", dtype=int),
        namespace.read_excel("f.xlsx", 0, {"a": int, "b": float}),
    ] == ["int64", "int64", "int64", "int16", "int64", {"a": "int64", "b": float}]


def test_a_64_bit_python_keeps_what_it_has() -> None:
    module = fake("m", sys=sys)
    native_numbers.adapt_seeds(module)
    native_numbers.adapt_types(module)
    assert module.sys is sys
    assert not hasattr(module, "time")
