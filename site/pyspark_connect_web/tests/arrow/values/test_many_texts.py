"""Many texts at once are decoded by numpy where it is loaded: the same ones, or the same error."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from pyspark_connect_web.arrow.values import decode

from ..support import facade, facade_only, real, same, to_facade

pytestmark = facade_only
COUNT = 1_200

TEXTS: dict[str, list[Any]] = {
    "of one size": [f"{i:08}" for i in range(COUNT)],
    "of any size": [str(i) * (i % 5) for i in range(COUNT)],
    "of any characters": [f"ü{i}😀" if i % 3 else "" for i in range(COUNT)],
    "of one size, of any characters": [chr(0x100 + i % 0x600) for i in range(COUNT)],
    "empty": [""] * COUNT,
    "with nulls": [None if i % 7 == 0 else f"ß{i}" for i in range(COUNT)],
    "null only": [None] * COUNT,
    "with line ends and separators": ["a\nb\r\x1f\x85\u2028c "] * COUNT,
}
WITH_ZEROS: dict[str, list[Any]] = {
    "with a zero byte": [*(f"{i}" for i in range(COUNT)), "a\0b"],
    "of zero bytes": ["\0"] * COUNT,
}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts each call of the quick way decoded."""
    decoded: list[int] = []
    plain = decode._split_texts

    def counted(data: Any) -> list[str] | None:
        texts = plain(data)
        decoded.append(-1 if texts is None else len(texts))
        return texts

    monkeypatch.setattr(decode, "_split_texts", counted)
    return decoded


@pytest.mark.parametrize("kind", [real.string(), real.large_string()], ids=str)
@pytest.mark.parametrize("name", TEXTS)
def test_they_are_the_texts_that_pyarrow_reads(name: str, kind: Any, quick: list[int]) -> None:
    table = real.table({"t": real.array(TEXTS[name], kind)})
    mine = to_facade(table)
    assert same(mine.column(0).to_pylist(), TEXTS[name])
    assert same(mine.slice(3, COUNT - 50).column(0).to_pylist(), TEXTS[name][3 : COUNT - 47])
    frame = real.concat_tables([table, table.slice(5)]).to_pandas()
    ours = facade.concat_tables([mine, mine.slice(5)]).to_pandas()
    assert str(frame.dtypes.iloc[0]) == str(ours.dtypes.iloc[0])
    assert frame.equals(ours)
    assert quick == [COUNT, COUNT - 50, COUNT, COUNT - 5]


@pytest.mark.parametrize("name", WITH_ZEROS)
def test_a_zero_byte_in_a_text_ends_none(name: str, quick: list[int]) -> None:
    texts = WITH_ZEROS[name]
    assert to_facade(real.table({"t": texts})).column(0).to_pylist() == texts
    assert quick == [-1]


def test_few_texts_or_no_numpy_take_the_other_way(
    quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert to_facade(real.table({"t": ["a", "ä"]})).column(0).to_pylist() == ["a", "ä"]
    assert quick == []
    monkeypatch.setitem(sys.modules, "numpy", None)
    table = to_facade(real.table({"t": TEXTS["of any characters"]}))
    assert table.column(0).to_pylist() == TEXTS["of any characters"]
    assert quick == [-1]


def damaged(**changes: Any) -> Any:
    """A column of `é` where offsets (by position) or bytes are others."""
    offsets = np.arange(0, 2 * COUNT + 2, 2, dtype="<i4")
    for name, value in changes.items():
        offsets[int(name.removeprefix("at_"))] = value
    buffers = [facade.py_buffer(offsets.tobytes()), facade.py_buffer("é".encode() * COUNT)]
    return facade.Array.from_buffers(facade.string(), COUNT, [None, *buffers])


@pytest.mark.parametrize(
    "changes",
    [
        {"at_5": 11},  # within a character
        {"at_5": 4, "at_6": 6},  # decreasing
        {"at_700": 2**31 - 1, "at_701": -(2**31)},  # decreasing by more than 32 bits hold
        {"at_0": -2},
        {f"at_{COUNT}": 2 * COUNT + 2},
    ],
    ids=["within", "decreasing", "far", "negative", "beyond"],
)
def test_damaged_offsets_are_invalid(changes: dict[str, int], quick: list[int]) -> None:
    with pytest.raises(facade.ArrowInvalid):
        damaged(**changes).to_pylist()
    assert set(quick) <= {-1}
