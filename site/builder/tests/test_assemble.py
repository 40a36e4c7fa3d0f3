"""A build replaces the site as a whole, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builder import assemble
from builder.cli import EXIT_FAILED, EXIT_INTERRUPTED, main
from builder.constants import SITE_FILE
from builder.errors import BuildError
from builder.hosts import HOSTS
from builder.inputs import inputs_hash
from builder.lockfile import Lock
from builder.settings import Options, Pins
from builder.verify import built_from, read_sums, require, write_sums


@pytest.fixture
def old_site(options: Options) -> Path:
    options.out.mkdir()
    (options.out / "index.html").write_text("old")
    return options.out


def content(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("failure", [BuildError("x"), KeyboardInterrupt(), RuntimeError()])
def test_failed_build_leaves_the_old_site(old_site: Path, failure: BaseException) -> None:
    def half_a_build() -> None:
        with assemble.replacing(old_site) as new:
            (new / "index.html").write_text("half")
            raise failure

    with pytest.raises(type(failure)):
        half_a_build()
    assert content(old_site) == {"index.html": "old"}
    assert [p.name for p in old_site.parent.iterdir()] == ["dist"]


def test_complete_build_replaces_the_old_site(old_site: Path) -> None:
    with assemble.replacing(old_site) as new:
        (new / "lab.html").write_text("new")
    assert content(old_site) == {"lab.html": "new"}
    assert [p.name for p in old_site.parent.iterdir()] == ["dist"]


def test_failed_swap_restores_the_old_site(old_site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def fail_for_new(source: Path, target: Path) -> None:
        if Path(source).name == "new":
            raise OSError("disk full")
        real(source, target)

    monkeypatch.setattr("builder.assemble.os.replace", fail_for_new)
    with pytest.raises(OSError, match="disk full"), assemble.replacing(old_site):
        pass
    assert content(old_site) == {"index.html": "old"}


def test_leftovers_of_a_killed_build_are_swept(old_site: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = old_site.parent / f".dist-{child.pid}-abc"
    alive = old_site.parent / f".dist-{os.getppid()}-abc"
    dead.mkdir()
    alive.mkdir()
    with assemble.replacing(old_site):
        pass
    assert not dead.exists()
    assert alive.exists()


def test_sigterm_unwinds(old_site: Path) -> None:
    def terminated_build() -> None:
        with assemble.replacing(old_site):
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()

    with pytest.raises(KeyboardInterrupt):
        terminated_build()
    assert content(old_site) == {"index.html": "old"}


@pytest.fixture
def quick_fill(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A build whose content is one page; the list grows with each one."""
    builds: list[str] = []

    def fill(dist: Path, options: Options, pins: Pins, lock: Lock, stamp: str) -> None:
        builds.append(stamp)
        (dist / "index.html").write_text("page")
        (dist / SITE_FILE).write_text(f'{{"inputs": "{stamp}"}}')
        write_sums(dist)

    monkeypatch.setattr(assemble, "fill", fill)
    return builds


def test_second_build_is_up_to_date(options: Options, quick_fill: list[str]) -> None:
    assemble.build(options)
    assemble.build(options)
    assert len(quick_fill) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"remote": "sc://spark:8081"},
        {"base": "/repo/"},
        {"host": HOSTS["netlify"]},
        {"force": True},
    ],
)
def test_other_options_build_again(
    options: Options, quick_fill: list[str], change: dict[str, object]
) -> None:
    assemble.build(options)
    assemble.build(replace(options, **change))  # type: ignore[arg-type]
    assert len(quick_fill) == 2


def test_a_file_missing_in_the_site_builds_again(options: Options, quick_fill: list[str]) -> None:
    assemble.build(options)
    (options.out / "index.html").unlink()
    assert built_from(options.out) is None
    assemble.build(options)
    assert len(quick_fill) == 2


def test_a_changed_source_changes_the_inputs(
    options: Options, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("builder.inputs.SITE", tmp_path)
    source = tmp_path / "page" / "bridge" / "pcw_kernel_bridge.js"
    source.parent.mkdir(parents=True)
    hashes = []
    for text in ("1", "2"):
        source.write_text(text)
        hashes.append(inputs_hash(options, {}))
    (source.parent / "tests").mkdir()
    (source.parent / "tests" / "x.test.js").write_text("no part of the site")
    hashes.append(inputs_hash(options, {}))
    assert hashes[0] != hashes[1] == hashes[2]


def test_cli_says_one_sentence_and_exits_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PCW_WHEELS", str(tmp_path / "absent"))
    monkeypatch.setenv("PCW_CACHE", str(tmp_path / "cache"))
    assert main(["--out", str(tmp_path / "dist")]) == EXIT_FAILED
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"error: PCW_WHEELS names {tmp_path / 'absent'}, which is not a folder."
    assert not (tmp_path / "dist").exists()


def test_cli_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], old_site: Path
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(assemble, "fill", interrupt)
    assert main(["--out", str(old_site)]) == EXIT_INTERRUPTED
    assert "is as it was" in capsys.readouterr().err
    assert content(old_site) == {"index.html": "old"}


def test_sums_name_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b  c.js").write_text("x")
    write_sums(tmp_path)
    assert list(read_sums(tmp_path)) == ["a/b  c.js"]


def test_verify_tells_altered_from_missing(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"x\.whl is missing, but the lock names it"):
        require(tmp_path / "x.whl", "0" * 64, "the lock")
    (tmp_path / "x.whl").write_text("x")
    with pytest.raises(BuildError, match=r"altered or truncated: expected sha256 0+ by the lock"):
        require(tmp_path / "x.whl", "0" * 64, "the lock")


def test_verify_needs_a_built_site(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="not a built site"):
        read_sums(tmp_path)
