"""When an environment is made again, and when it is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import bootstrap
from deploy.local.bootstrap import BootstrapError, Environment

UV = Path(sys.executable).with_name("uv")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What uv would have been asked for, in order."""
    done: list[str] = []

    def uv(what: str, command: str, *arguments: str) -> None:
        if command == "venv":
            python = Path(arguments[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        done.append(what)

    monkeypatch.setattr(bootstrap, "_stop_stack", lambda: None)
    monkeypatch.setattr(bootstrap, "_uv", uv)
    return done


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    lock = tmp_path / "tools.txt"
    lock.write_text("one==1")
    return Environment("tools", tmp_path / "venv", lock)


@pytest.fixture
def own_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uv would be installed, on a machine that has none."""
    folder = tmp_path / "uv"
    monkeypatch.setattr(bootstrap, "OWN_UV", folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    return folder


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
        patch.setattr(bootstrap, "_install_lock", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.make(environment)
    assert not environment.is_made()
    bootstrap.make(environment)
    assert environment.is_made()


def test_an_environment_that_is_a_link_is_replaced_and_not_what_it_leads_to(
    steps: list[str], environment: Environment, tmp_path: Path
) -> None:
    others = tmp_path / "others"
    (others / "bin").mkdir(parents=True)
    environment.folder.symlink_to(others)
    bootstrap.make(environment)
    assert not environment.folder.is_symlink()
    assert [*others.rglob("*")] == [others / "bin"]


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


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("idna", r"hash"),
        (
            "idna==3.10 --hash=sha256:" + "a" * 64,
            r"Installing packages of tools\.txt failed: .*idna",
        ),
    ],
)
def test_a_lock_that_cannot_be_installed_is_told_with_uvs_reason(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, lock: str, said: str
) -> None:
    monkeypatch.setattr(bootstrap, "_find_uv", lambda: str(UV))
    monkeypatch.setattr(bootstrap, "_stop_stack", lambda: None)
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    environment.lock.write_text(lock)
    with pytest.raises(BootstrapError, match=said) as caught:
        bootstrap.make(environment)
    assert "\n" not in str(caught.value)
    assert not environment.is_made()


def test_a_place_where_no_environment_can_be_is_told_as_what_it_is(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "_find_uv", lambda: str(UV))
    monkeypatch.setattr(bootstrap, "_stop_stack", lambda: None)
    (tmp_path / "file").touch()
    nowhere = Environment("tools", tmp_path / "file" / "venv", environment.lock)
    with pytest.raises(
        BootstrapError, match=r"Installing venv failed: .*Not a directory"
    ) as caught:
        bootstrap.make(nowhere)
    assert "apt install" not in str(caught.value)


def test_uv_on_path_is_taken(own_uv: Path, tmp_path: Path) -> None:
    uv = tmp_path / "uv"
    uv.touch(0o755)
    assert bootstrap._find_uv() == str(uv)
    assert not own_uv.is_dir()


@pytest.mark.parametrize("pip", [True, False], ids=["with pip", "without pip"])
def test_a_python_without_venv_takes_pip_or_is_told_the_cure(
    own_uv: Path, monkeypatch: pytest.MonkeyPatch, pip: bool
) -> None:
    commands: list[tuple[str, ...]] = []

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        failed = command[2] == "venv" or not pip
        return subprocess.CompletedProcess(command, failed, "", "No module named venv")

    monkeypatch.setattr(bootstrap, "_run", run)
    if not pip:
        with pytest.raises(BootstrapError, match="apt install python3-venv"):
            bootstrap._find_uv()
        return
    own_uv.mkdir()  # pip does
    monkeypatch.setattr(bootstrap.shutil, "rmtree", lambda *_, **__: None)
    assert bootstrap._find_uv() == str(own_uv / "bin" / "uv")
    assert commands[-1][:4] == (sys.executable, "-m", "pip", "install")
    assert "--require-hashes" in commands[-1]


def test_a_uv_that_cannot_be_downloaded_is_told_with_pips_reason(
    own_uv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_uv.mkdir()
    script = "import sys; sys.exit('ERROR: No matching distribution found for uv')"
    monkeypatch.setattr(bootstrap, "_pip_for_uv", lambda: (sys.executable, "-c", script))
    with pytest.raises(BootstrapError, match=r"Installing uv failed \(ERROR: No matching"):
        bootstrap._find_uv()
    assert not (own_uv / bootstrap.STAMP).exists()


def test_uv_asks_the_index_that_pip_is_told_of(
    own_uv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_"))]:
        monkeypatch.delenv(name)
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /a.crt\nfind-links = /a /b\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_CERT", "/b.crt")
    told = bootstrap._settings()
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["SSL_CERT_FILE"] == "/b.crt"
    assert told["UV_FIND_LINKS"] == "/a,/b"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://chosen.example/simple")
    assert bootstrap._settings()["UV_DEFAULT_INDEX"] == "https://chosen.example/simple"


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
