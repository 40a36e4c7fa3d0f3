"""A deployment's own jars: files and coordinates are told apart, and what is wrong is named."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from spark import jars
from spark.problems import SettingError

SCALA = "2.13"


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    path = tmp_path / "good.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    return path


def test_files_and_coordinates_are_told_apart(jar: Path) -> None:
    found = jars.parse(f"{jar}, org.example:thing_2.13:1.0,", SCALA)
    assert found == jars.Jars((jar,), ("org.example:thing_2.13:1.0",))
    assert found.names == ["good.jar", "org.example:thing_2.13:1.0"]
    assert jars.parse(" ", SCALA) == jars.Jars()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("lib/none.jar", "none.jar does not exist: name a jar file, or group:artifact:version"),
        ("org.example:thing", "is no Maven coordinate: write group:artifact:version"),
        ("org.example::1.0", "is no Maven coordinate"),
        ("org.example:thing:1.0:jar:x", "is no Maven coordinate"),
        ("s3a://bucket/a.jar", "is an address: download it, and name the file"),
        ("org.example:thing_2.12:1.0", "is made for Scala 2.12; this Spark has Scala 2.13"),
    ],
)
def test_an_entry_that_is_neither_is_named(entry: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        jars.parse(entry, SCALA)
    assert re.match(rf"PCW_SPARK_JARS: \S*{re.escape(entry)} ", str(caught.value))
    assert words in str(caught.value)


def test_a_file_that_is_no_jar_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.jar"
    page.write_text("<html>404</html>")
    with pytest.raises(SettingError, match=r"page.jar is no jar: a jar is a zip archive"):
        jars.parse(str(page), SCALA)
    with pytest.raises(SettingError, match=r"cannot be read \(Is a directory\)"):
        jars.parse(str(tmp_path), SCALA)


def python(program: str) -> tuple[list[str], dict[str, str]]:
    """A resolver that is a Python program in the folder that the jars belong into."""
    return [sys.executable, "-c", program], {}


def test_what_was_fetched_once_is_not_asked_for_again(tmp_path: Path) -> None:
    def resolver(asked: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        calls.append(asked["spark.jars.packages"])
        return python("import os; os.mkdir('jars'); open('jars/a.jar', 'w').close()")

    calls: list[str] = []
    first = jars.fetch(["g:a:1", "g:b:2"], tmp_path, resolver, lambda _: None)
    assert jars.fetch(["g:a:1", "g:b:2"], tmp_path, resolver, lambda _: None) == first
    assert [path.name for path in first] == ["a.jar"]
    assert calls == ["g:a:1,g:b:2"]
    first[0].unlink()
    assert jars.fetch(["g:a:1", "g:b:2"], tmp_path, resolver, lambda _: None) == first
    assert len(calls) == 2


def test_a_repository_that_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "STALLED_AFTER_S", 0.5)
    with pytest.raises(SettingError, match="no repository answered within"):
        jars.fetch(["g:a:1"], tmp_path, lambda _: python("import time; time.sleep(1000)"), print)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("\tHost repo.example.org not found. url=https://repo.example.org/a.pom", "repo.example"),
        ("\tServer access error at url https://repo.example.org/a.pom (x)", "repo.example.org can"),
        ("unresolved dependency: g#a;1: not found", "no repository has g:a:1; correct the coord"),
        ("java.lang.IllegalStateException: odd", r"cannot be fetched \(java.lang.IllegalState"),
    ],
)
def test_the_resolvers_complaint_becomes_one_sentence(
    tmp_path: Path, said: str, words: str
) -> None:
    resolver = python(f"import sys; sys.exit({said!r})")
    with pytest.raises(SettingError, match=words):
        jars.fetch(["g:a:1"], tmp_path, lambda _: resolver, lambda _: None)
