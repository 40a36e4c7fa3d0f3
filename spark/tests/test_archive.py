"""The class archive is used only when it is whole, and belongs to this Spark and this Java."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from pathlib import Path

import pytest

from spark.archive import KEPT_ARCHIVES, Archive, ArchiveError, drop_old_ones
from spark.cache import cache_dir
from spark.health import Health
from spark.java import Java
from spark.server import Settings

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


def test_a_java_that_was_installed_anew_has_another_archive(home: Path, tmp_path: Path) -> None:
    java = Java(tmp_path / "java" / "bin" / "java", JAVA.version)
    modules = java.home / "lib" / "modules"
    modules.parent.mkdir(parents=True)
    modules.write_bytes(b"classes of Java")
    before = Archive(home, java, tmp_path)
    assert Archive(home, java, tmp_path).folder == before.folder
    os.utime(modules, (0, 1))
    assert Archive(home, java, tmp_path).folder != before.folder
    elsewhere = Java(tmp_path / "java2" / "bin" / "java", JAVA.version)
    assert Archive(home, elsewhere, tmp_path).folder != before.folder


def whole(cache: Path, name: str, age: int) -> Path:
    folder = cache / f"spark-java17-{name}"
    folder.mkdir(parents=True)
    (folder / "seal.json").write_text("{}")
    os.utime(folder, (age, age))
    return folder


def test_archives_that_were_not_used_for_long_are_dropped(archive: Archive) -> None:
    cache = archive.folder.parent
    for age in range(KEPT_ARCHIVES + 2):
        whole(cache, str(age), age)
    os.utime(archive.folder, (0, 0))
    assert archive.jvm_options()
    drop_old_ones(cache)
    left = {path.name for path in cache.glob("*/")}
    assert len(left) == KEPT_ARCHIVES
    assert archive.folder.name in left
    assert "spark-java17-0" not in left


def test_what_a_crash_left_is_dropped_and_takes_no_whole_ones_place(tmp_path: Path) -> None:
    kept = [whole(tmp_path, str(age), age) for age in range(KEPT_ARCHIVES)]
    part, now = tmp_path / "spark-java17-part", tmp_path / "spark-java17-now"
    part.mkdir()
    now.mkdir()
    with (tmp_path / "spark-java17-now.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        drop_old_ones(tmp_path)
    assert sorted(tmp_path.glob("*/")) == sorted([*kept, now])


class Recorder(Archive):
    """One whose JVM is a script: it writes the archive, and ends when it is asked to."""

    script = "trap 'echo classes > {}; exit 143' TERM; while :; do sleep 0.05; done"

    def _java_has_base_archive(self) -> bool:
        return True


@pytest.fixture
def recorder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder(home, JAVA, tmp_path / "cache")
    monkeypatch.setattr(
        "spark.archive.command", lambda *_: ["bash", "-c", made.script.format(made.classes)]
    )
    monkeypatch.setattr("spark.health.wait", lambda *_: Health("4.2.1"))
    warm_up = tmp_path / "warm_up.py"
    warm_up.write_text("")
    monkeypatch.setattr("spark.archive._WARM_UP", warm_up)
    return made


def silent(_doing: str) -> None:
    return


def test_what_was_asked_and_written_is_kept(recorder: Recorder) -> None:
    recorder.make(Settings(), silent)
    assert recorder.is_sound()


def test_half_a_warm_up_leaves_no_archive(recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "warm_up.py").write_text("raise SystemExit('no table could be saved')")
    with pytest.raises(ArchiveError, match="not answered: no table could be saved"):
        recorder.make(Settings(), silent)
    assert not recorder.folder.exists()


def test_a_jvm_that_dies_while_it_writes_leaves_no_archive(recorder: Recorder) -> None:
    recorder.script = "trap 'echo half > {}; exit 134' TERM; while :; do sleep 0.05; done"
    with pytest.raises(ArchiveError, match="ended with 134 while it wrote"):
        recorder.make(Settings(), silent)
    assert not recorder.folder.exists()


def test_the_cache_is_outside_of_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PCW_CACHE", raising=False)
    assert not cache_dir().is_relative_to(Path(__file__).resolve().parents[2])
    monkeypatch.setenv("PCW_CACHE", "/somewhere")
    assert cache_dir() == Path("/somewhere")
