"""Bodies leave Python's memory while they are made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark_connect_web.bridge import upload
from pyspark_connect_web.bridge.upload import PART_BYTES, Upload, gather


class Kept:
    """The I/O worker's side of one upload."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.parts: list[bytes] = []
        self.drops = 0
        self.interrupt = False

    def add(self, part: bytes) -> bool:
        self.parts.append(part)
        return self.interrupt

    def drop(self) -> None:
        self.drops += 1


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Kept]:
    made: list[Kept] = []

    class Half:
        def upload(self) -> Kept:
            made.append(Kept(len(made) + 1))
            return made[-1]

    monkeypatch.setattr(upload, "connection", Half)
    monkeypatch.setattr(upload, "to_js", bytes)
    return made


def test_a_short_body_stays_in_python_and_travels_with_its_call(kept: list[Kept]) -> None:
    assert gather(iter([b"ab", b"", b"c"])) == b"abc"
    assert kept == []


def test_a_long_body_leaves_in_parts_that_are_gone_before_the_next_is_made(
    kept: list[Kept],
) -> None:
    piece = bytes(range(256)) * 100
    pieces_in_python = []

    def pieces() -> Iterator[bytes]:
        for number in range(200):
            sent = sum(map(len, kept[0].parts)) if kept else 0
            pieces_in_python.append(number * len(piece) - sent)
            yield piece

    body = gather(pieces())
    assert isinstance(body, Upload)
    assert body.id == kept[0].id
    assert b"".join(kept[0].parts) == piece * 200
    assert max(pieces_in_python) < PART_BYTES
    assert max(map(len, kept[0].parts)) < PART_BYTES + len(piece)


def test_a_body_that_breaks_off_is_dropped(kept: list[Kept]) -> None:
    def pieces() -> Iterator[bytes]:
        yield bytes(PART_BYTES)
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        gather(pieces())
    assert kept[0].drops == 1


def test_an_interrupt_ends_an_upload_with_the_part_under_way(kept: list[Kept]) -> None:
    def pieces() -> Iterator[bytes]:
        yield bytes(PART_BYTES)
        kept[0].interrupt = True
        for _ in range(3):
            yield bytes(PART_BYTES)

    with pytest.raises(KeyboardInterrupt):
        gather(pieces())
    assert len(kept[0].parts) == 2
    assert kept[0].drops == 1


def test_a_body_is_dropped_once(kept: list[Kept]) -> None:
    body = gather([bytes(PART_BYTES)])
    assert isinstance(body, Upload)
    body.close()
    body.close()
    del body
    assert kept[0].drops == 1
