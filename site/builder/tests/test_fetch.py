"""Which source is asked when, and what happens to bytes that are not the locked ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builder.cache import Cache
from builder.digest import sha256
from builder.errors import BuildError
from builder.fetch import Fetcher
from builder.sources import LocalFolders

from .conftest import FakeSource, MakeArtifact

DATA = b"the bytes of a wheel"
NAME = "thing-1.0-py3-none-any.whl"


def test_first_source_that_has_the_file_wins(cache: Cache, make_artifact: MakeArtifact) -> None:
    empty, second, third = FakeSource("a"), FakeSource("b", {NAME: DATA}), FakeSource("c")
    thing = make_artifact("thing", DATA)
    assert Fetcher([empty, second, third], cache).fetch([thing]) == {thing: DATA}
    assert (empty.asked, second.asked, third.asked) == ([NAME], [NAME], [])


def test_local_folder_comes_before_the_cache(
    cache: Cache, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / NAME).write_bytes(DATA)
    remote = FakeSource("remote", {NAME: DATA})
    thing = make_artifact("thing", DATA)
    assert Fetcher([LocalFolders([folder]), remote], cache).fetch([thing]) == {thing: DATA}
    assert remote.asked == []
    assert cache.get(thing.sha256) is None


def test_second_build_asks_nobody(cache: Cache, make_artifact: MakeArtifact) -> None:
    thing = make_artifact("thing", DATA)
    Fetcher([FakeSource("remote", {NAME: DATA})], cache).fetch([thing])
    offline = FakeSource("remote", reachable=False)
    assert Fetcher([offline], cache).fetch([thing]) == {thing: DATA}
    assert offline.asked == []


@pytest.mark.parametrize("wrong", [DATA + b"!", DATA[:-1], b""], ids=["altered", "cut", "empty"])
def test_wrong_bytes_stop_the_build(
    cache: Cache, make_artifact: MakeArtifact, wrong: bytes
) -> None:
    thing = make_artifact("thing", DATA)
    other = FakeSource("good", {NAME: DATA})
    fetcher = Fetcher([FakeSource("bad mirror", {NAME: wrong}), other], cache)
    with pytest.raises(BuildError) as error:
        fetcher.fetch([thing])
    for part in (NAME, "bad mirror", thing.sha256, "expected", "got"):
        assert part in str(error.value)
    assert other.asked == []


def test_wrong_bytes_in_a_local_folder_stop_the_build(
    cache: Cache, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    (tmp_path / NAME).write_bytes(b"my own numpy")
    fetcher = Fetcher([LocalFolders([tmp_path]), FakeSource("good", {NAME: DATA})], cache)
    with pytest.raises(BuildError, match=str(tmp_path / NAME)):
        fetcher.fetch([make_artifact("thing", DATA)])


@pytest.mark.parametrize("damage", [b"", DATA[:5], b"x" * len(DATA)])
def test_damaged_cache_entry_is_fetched_again(
    cache: Cache, make_artifact: MakeArtifact, damage: bytes
) -> None:
    thing = make_artifact("thing", DATA)
    cache.put(DATA).write_bytes(damage)
    remote = FakeSource("remote", {NAME: DATA})
    assert Fetcher([remote], cache).fetch([thing]) == {thing: DATA}
    assert remote.asked == [NAME]
    assert cache.get(thing.sha256) == DATA


def test_unreachable_source_is_asked_once(cache: Cache, make_artifact: MakeArtifact) -> None:
    things = {f"{n}-1.0-py3-none-any.whl": n.encode() for n in ("one", "two")}
    down, up = FakeSource("down", reachable=False), FakeSource("up", things)
    fetcher = Fetcher([down, up], cache)
    for name in ("one", "two"):
        fetcher.fetch([make_artifact(name, name.encode())])
    assert down.asked == ["one-1.0-py3-none-any.whl"]


def test_missing_everywhere_says_how_to_supply(cache: Cache, make_artifact: MakeArtifact) -> None:
    fetcher = Fetcher([FakeSource("the mirror", reachable=False)], cache)
    with pytest.raises(BuildError) as error:
        fetcher.fetch([make_artifact("thing", DATA)])
    for part in (NAME, "PCW_WHEELS", "the mirror: no route to host", str(cache.folder)):
        assert part in str(error.value)


def test_interrupted_write_leaves_no_cache_entry(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("builder.cache.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cache.put(DATA)
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


def test_local_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="not a folder"):
        LocalFolders([tmp_path / "absent"])


def test_pyodides_own_variant_in_a_local_folder_is_passed_over(
    cache: Cache, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    """`$PCW_WHEELS` may be a whole Pyodide distribution; some pure wheels are repacked there."""
    repacked = b"the same wheel without its tests"
    (tmp_path / NAME).write_bytes(repacked)
    thing = replace(make_artifact("thing", DATA), official_sha256=sha256(repacked))
    fetcher = Fetcher([LocalFolders([tmp_path]), FakeSource("remote", {NAME: DATA})], cache)
    assert fetcher.fetch([thing]) == {thing: DATA}
