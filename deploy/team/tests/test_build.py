"""The jar for Spark: the same sources give the same bytes, and what is missing is said."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.shared.config import ROOT, Config
from deploy.team.spark import build, conf
from spark import own_conf

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def home() -> Path:
    return build.spark_home(Config().spark_python)


def test_two_builds_have_the_same_bytes(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = build.build(tmp_path / "a", home)
    monkeypatch.setenv("PCW_CACHE", str(tmp_path / "cache"))
    made = build.build(tmp_path / "b", home)
    assert kept.read_bytes() == made.read_bytes()
    names = zipfile.ZipFile(made).namelist()
    assert {"pcw/team/IdentityInterceptor.class", "pcw/team/GuardExtension.class"} <= {*names}


def test_what_was_made_once_is_not_compiled_again(tmp_path: Path, home: Path) -> None:
    build.build(tmp_path, home)
    assert build.build(tmp_path, home, environ={"PATH": ""}).exists()


def test_a_machine_without_a_compiler_is_told_what_to_install(tmp_path: Path, home: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "deploy.team.spark", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "", "PCW_CACHE": str(tmp_path), "SPARK_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "without javac of Java 17 or newer" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_the_settings_are_ones_that_the_launcher_takes(tmp_path: Path, home: Path) -> None:
    identity = conf.Identity("/keys.json", "https://a", "b,c", subject=r"\w+", group="g")
    identity.write(tmp_path, home)
    path = tmp_path / conf.CONF_FILE
    assert own_conf.read(path, on_one_machine=True).values == identity.entries()
    assert path.stat().st_mode & 0o077 == 0


def test_a_server_tells_no_metrics_unless_it_is_given_a_place() -> None:
    identity = conf.Identity("/keys.json", "https://a", "b")
    assert not [name for name in identity.entries() if name.startswith("spark.metrics")]
    told = replace(identity, metrics="unix:/a/socket").entries()
    assert told["spark.metrics.conf.driver.sink.pcw.address"] == "unix:/a/socket"


def test_sources_that_do_not_compile_leave_nothing_in_the_cache(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "java").mkdir()
    (tmp_path / "java" / "Broken.java").write_text("class Broken {")
    monkeypatch.setattr(build, "SOURCES", tmp_path / "java")
    monkeypatch.setenv("PCW_CACHE", str(tmp_path / "cache"))
    with pytest.raises(build.BuildError, match="javac says"):
        build.build(tmp_path / "out", home)
    assert not [*(tmp_path / "cache").iterdir()]
