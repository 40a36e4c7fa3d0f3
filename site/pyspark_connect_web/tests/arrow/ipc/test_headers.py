"""Metadata that comes again is not read again, and what is remembered of it is never changed."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark_connect_web.arrow.ipc import headers
from pyspark_connect_web.arrow.ipc.verify import verify_message

from ..support import facade, facade_only, real, stream

pytestmark = facade_only


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the metadata that are read."""
    sizes: list[int] = []

    def counted(metadata: memoryview) -> None:
        sizes.append(len(metadata))
        verify_message(metadata)

    headers._remembered.cache_clear()
    monkeypatch.setattr(headers, "verify_message", counted)
    return sizes


def numbers(first: int, rows: int = 10) -> Any:
    return real.table({"ä": real.array(range(first, first + rows), real.int64())})


def test_streams_of_the_same_shape_have_their_metadata_read_once(verified: list[int]) -> None:
    read = [facade.ipc.open_stream(stream(real, numbers(i))).read_all() for i in range(50)]
    assert [table.to_pydict() for table in read] == [numbers(i).to_pydict() for i in range(50)]
    assert len(verified) == 2  # the schema's, the batch's
    facade.ipc.open_stream(stream(real, numbers(0, rows=11))).read_all()
    assert len(verified) == 3  # another batch


def test_one_schema_is_made_for_all_of_them() -> None:
    first, second = (facade.ipc.open_stream(stream(real, numbers(i))) for i in (0, 1))
    assert first.schema is second.schema


def test_what_is_done_to_a_table_does_not_change_the_next_one() -> None:
    schema = real.schema([real.field("a", real.int8(), metadata={"k": "v"})], {"top": "level"})
    data = stream(real, schema.empty_table())
    read = facade.ipc.open_stream(data).read_all()
    read.schema.metadata[b"top"] = b"x"
    read.schema.field(0).metadata[b"k"] = b"x"
    read.schema.types.clear()
    read.rename_columns(["b"]).replace_schema_metadata({"other": "one"})
    again = facade.ipc.open_stream(data).schema
    assert again.metadata == {b"top": b"level"}
    assert again.field(0).metadata == {b"k": b"v"}
    assert again.names == ["a"]


def test_streams_with_the_same_schema_have_dictionaries_of_their_own() -> None:
    streams = [stream(real, real.table({"d": real.array([w]).dictionary_encode()})) for w in "ab"]
    read = [facade.ipc.open_stream(data).read_all().to_pydict() for data in streams]
    assert read == [{"d": ["a"]}, {"d": ["b"]}]


def test_metadata_too_large_to_remember_is_read_each_time(
    verified: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headers, "MOST_REMEMBERED_BYTES", 8)
    for _ in range(3):
        facade.ipc.open_stream(stream(real, numbers(0))).read_all()
    assert len(verified) == 6


def test_malformed_metadata_fails_in_the_same_way_each_time() -> None:
    data = stream(real, numbers(0).rename_columns(["name"])).replace(b"name", b"\xff\xff\xff\xff")
    errors = []
    for _ in range(50):
        with pytest.raises(facade.ArrowInvalid) as caught:
            facade.ipc.open_stream(data)
        errors.append(str(caught.value))
    assert errors == ["IPC metadata has a string that is not UTF-8"] * 50
