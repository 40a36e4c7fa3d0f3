"""The class archive is used only when it is whole, and belongs to this Spark and this Java."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from spark.archive import KEPT_ARCHIVES, Archive, cache_dir
from spark.java import Java

JAVA = Java(Path("/opt/java/bin/java"), "17.0.1+1")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    jars = tmp_path / "spark" / "jars"
    jars.mkdir(parents=True)
    (jars / "spark-connect_2.13-4.2.1.jar").write_bytes(b"jar")
    return jars.parent


@pytest.fixture
def archive(home: Path, tmp_path: Path) -> Archive:
    """As `make` leaves it, without the minute it takes."""
    made = Archive(home, JAVA, tmp_path / "cache")
    made.folder.mkdir(parents=True)
    made.classes.write_bytes(b"classes")
    made.seal.write_text(json.dumps({"classes.jsa": hashlib.sha256(b"classes").hexdigest()}))
    return made


def test_a_whole_archive_is_used(archive: Archive) -> None:
    assert f"-XX:SharedArchiveFile={archive.classes}" in archive.jvm_options()


def test_no_archive_means_no_options(archive: Archive) -> None:
    archive.classes.unlink()
    assert archive.jvm_options() == ()


@pytest.mark.parametrize("damage", [b"", b"class", b"Classes"])
def test_a_damaged_archive_is_not_used(archive: Archive, damage: bytes) -> None:
    archive.classes.write_bytes(damage)
    assert archive.jvm_options() == ()


@pytest.mark.parametrize("seal", ["", "{}", "[]", "{", '{"classes.jsa": 1}'])
def test_an_archive_with_a_damaged_seal_is_not_used(archive: Archive, seal: str) -> None:
    archive.seal.write_text(seal)
    assert archive.jvm_options() == ()


def test_another_java_or_another_spark_has_another_archive(archive: Archive, home: Path) -> None:
    cache = archive.folder.parent
    assert Archive(home, JAVA, cache).is_sound()
    assert not Archive(home, Java(JAVA.executable, "17.0.2+8"), cache).is_sound()
    (home / "jars" / "spark-connect_2.13-4.2.1.jar").write_bytes(b"newer jar")
    assert not Archive(home, JAVA, cache).is_sound()


def test_old_archives_are_dropped(archive: Archive) -> None:
    cache = archive.folder.parent
    for age in range(KEPT_ARCHIVES + 2):
        folder = cache / f"spark-java17-{age}"
        folder.mkdir()
        os.utime(folder, (age, age))
    archive._drop_old_ones()
    left = {path.name for path in cache.iterdir()}
    assert len(left) == KEPT_ARCHIVES
    assert archive.folder.name in left
    assert "spark-java17-0" not in left


def test_the_cache_is_outside_of_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PCW_CACHE", raising=False)
    assert not cache_dir().is_relative_to(Path(__file__).resolve().parents[2])
    monkeypatch.setenv("PCW_CACHE", "/somewhere")
    assert cache_dir() == Path("/somewhere")
