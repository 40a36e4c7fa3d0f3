"""When an environment is made again, and when it is left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import bootstrap
from deploy.local.bootstrap import BootstrapError, Environment


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been installed, in order."""
    done: list[str] = []

    def create(environment: Environment) -> None:
        environment.python.parent.mkdir(parents=True, exist_ok=True)
        environment.python.touch()
        done.append("venv")

    monkeypatch.setattr(bootstrap, "_create", create)
    monkeypatch.setattr(bootstrap, "_stop_stack", lambda: None)
    monkeypatch.setattr(bootstrap, "_run", lambda _environment, _arguments, what: done.append(what))
    return done


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    lock = tmp_path / "tools.txt"
    lock.write_text("one==1")
    return Environment("tools", tmp_path / "venv", lock)


def test_an_environment_is_made_once(steps: list[str], environment: Environment) -> None:
    bootstrap.make(environment)
    bootstrap.make(environment)
    assert steps == ["venv", "packages of tools.txt"]


def test_a_changed_lock_makes_it_again(steps: list[str], environment: Environment) -> None:
    bootstrap.make(environment)
    environment.lock.write_text("one==2")
    bootstrap.make(environment)
    assert steps.count("venv") == 2


def test_a_deleted_python_makes_it_again(steps: list[str], environment: Environment) -> None:
    bootstrap.make(environment)
    environment.python.unlink()
    bootstrap.make(environment)
    assert steps.count("venv") == 2


def test_an_interrupted_installation_is_made_again(
    steps: list[str], environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.make(environment)
    assert not environment.is_made()
    bootstrap.make(environment)
    assert environment.is_made()


@pytest.mark.parametrize(("has_java", "installed"), [(True, False), (False, True)])
def test_a_java_is_installed_only_where_there_is_none(
    steps: list[str],
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    has_java: bool,
    installed: bool,
) -> None:
    monkeypatch.setattr(bootstrap, "_has_java", lambda _: has_java)
    server = Environment("spark", environment.folder, environment.lock, with_java=True)
    bootstrap.make(server)
    assert ("packages of java.txt" in steps) == installed


def test_a_failed_installation_is_told_with_pips_reason(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    broken = Environment("tools", folder, tmp_path / "tools.txt")
    script = "import sys; print('ERROR: No matching distribution found'); sys.exit(1)"
    with pytest.raises(BootstrapError, match="ERROR: No matching distribution found") as caught:
        bootstrap._run(broken, ["-c", script], "packages of tools.txt")
    assert str(folder / "install.log") in str(caught.value)
    assert not broken.is_made()


def test_a_python_without_venv_is_told_with_the_cure(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "No module named venv")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(BootstrapError, match="apt install python3-venv"):
        bootstrap._create(environment)


def test_an_old_python_is_told_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    assert bootstrap.main([]) == 1
    assert "Python 99.0 or newer is needed" in capsys.readouterr().err


def test_the_environment_of_the_docs_is_made_only_when_it_is_named(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "any.txt").write_text("one==1")
    known = {
        name: Environment(name, tmp_path / name, tmp_path / "any.txt", when_named=one.when_named)
        for name, one in bootstrap.environments().items()
    }
    monkeypatch.setattr(bootstrap, "environments", lambda: known)
    assert bootstrap.main([]) == 0
    assert [name for name, one in known.items() if one.is_made()] == ["tools", "spark"]
    assert bootstrap.main(["docs"]) == 0
    assert known["docs"].is_made()


def test_an_unknown_environment_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["everything"]) == 1
    assert "No environment everything" in capsys.readouterr().err


def test_a_place_where_no_environment_can_be_is_told_as_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    folder.symlink_to(tmp_path / "gone")
    with pytest.raises(BootstrapError, match=r"venv cannot be made: .*File exists") as caught:
        bootstrap._create(Environment("tools", folder, tmp_path / "tools.txt"))
    assert "apt install" not in str(caught.value)
