"""What a team's settings may be, and the one sentence that refuses what they may not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from deploy.shared.errors import StackError
from deploy.team import cli, settings
from deploy.team.demo import Belongings
from deploy.team.edge.facts import Limits
from deploy.team.settings import SHIPPED, as_demo, env_file, read, refuse_what_is_unsafe

Changed = dict[str, str]

GOOD_SECRET = hashlib.sha256(b"nobody would guess this one").hexdigest()


def secret(folder: Path, name: str, content: str, mode: int = 0o600) -> str:
    file = folder / name
    file.write_text(content)
    file.chmod(mode)
    return str(file)


@pytest.fixture(scope="module")
def belongings(tmp_path_factory: pytest.TempPathFactory) -> Belongings:
    made = Belongings(tmp_path_factory.mktemp("demo"))
    made.make()
    return made


@pytest.fixture
def good(belongings: Belongings) -> Changed:
    """What a deployment must set, set well."""
    return {
        "PCW_TEAM_URL": "https://spark.example.org",
        "PCW_TEAM_ISSUER": "https://login.example.org",
        "PCW_TEAM_CLIENT_SECRET_FILE": str(belongings.client_secret),
        "PCW_TEAM_COOKIE_KEY_FILE": str(belongings.cookie_key),
        "PCW_TEAM_CERTIFICATES": str(belongings.certificates),
    }


def refusal(values: Changed) -> str:
    with pytest.raises(StackError) as caught:
        refuse_what_is_unsafe(read(None, values))
    return str(caught.value)


def test_good_settings_are_taken(good: Changed) -> None:
    found = read(None, good)
    refuse_what_is_unsafe(found)
    assert found.port == 443
    assert found.limits == Limits()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ISSUER", "", "PCW_TEAM_ISSUER is missing"),
        ("ISSUER", "http://login.example.org", "anybody on the way could read it"),
        ("ISSUER", "login.example.org", "no address"),
        ("URL", "http://spark.example.org", "write https://"),
        ("URL", "https://spark.example.org/here", "write https://"),
        ("CLIENT_SECRET_FILE", "", "PCW_TEAM_CLIENT_SECRET_FILE is missing"),
        ("CLIENT_SECRET_FILE", "/nowhere", "cannot be read"),
        ("COOKIE_KEY_FILE", "", "PCW_TEAM_COOKIE_KEY_FILE is missing"),
        ("CERTIFICATES", "", "PCW_TEAM_CERTIFICATES is missing"),
        ("CERTIFICATES", "/nowhere", "has no tls.crt"),
        ("SUBJECT", "(", "no regular expression"),
        ("SUBJECT", "(?s:.*)", "lets an empty name or a line break pass"),
        ("GROUP", "spark", "belong together"),
        ("ORIGINS", "*", "write https://host"),
        ("ORIGINS", "http://pages.example.org", "write https://host"),
        ("CONNECT", "https:", "write https://host"),
        ("SPARK_SERVERS", "spark", "write host:port"),
        ("SPARK_METRICS", "spark", "write host:port"),
        ("SPARK_METRICS", "10.0.0.1:15106", "names none"),
        ("USER_RATE", "many", "write a number"),
        ("RATE", "0", "write a number"),
        ("GUARD", "yes", "write on or off"),
        ("USER_RTAE", "7", "is no setting"),
        ("SERVERS", "2", "set PCW_TEAM_WORKERS too"),
        ("PAGES_PORT", "8446", "set PCW_TEAM_WORKERS too"),
        ("WORKERS", "-1", "write a number"),
        ("WORKER_MEMORY", "lots", "write it as 512m or 2g"),
        ("EXECUTOR_MEMORY", "2", "write it as 512m or 2g"),
    ],
)
def test_a_setting_that_is_missing_or_unsafe_is_refused_in_one_sentence(
    good: Changed, name: str, value: str, says: str
) -> None:
    sentence = refusal({**good, f"PCW_TEAM_{name}": value})
    assert says in sentence
    assert f"PCW_TEAM_{name}" in sentence or name in sentence
    assert "\n" not in sentence


def test_a_cluster_here_and_servers_elsewhere_exclude_each_other(good: Changed) -> None:
    elsewhere = {"PCW_TEAM_WORKERS": "2", "PCW_TEAM_SPARK_SERVERS": "10.0.0.1:15002"}
    assert "set one of them" in refusal({**good, **elsewhere})


@pytest.mark.parametrize("name", ["CLIENT_SECRET_FILE", "COOKIE_KEY_FILE"])
@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("change-me-change-me-change-me-change-me", 0o600, "anybody would guess"),
        ("0" * 64, 0o600, "anybody would guess"),
        ("short", 0o600, "are needed"),
        ("", 0o600, "are needed"),
        (GOOD_SECRET + "\n", 0o600, "new line"),
        (GOOD_SECRET, 0o644, "others may read"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(
    good: Changed, tmp_path: Path, name: str, content: str, mode: int, says: str
) -> None:
    file = secret(tmp_path, "a-secret", content, mode)
    sentence = refusal({**good, f"PCW_TEAM_{name}": file})
    assert says in sentence
    assert len(content) < 6 or content.strip() not in sentence


GROUPS: Changed = {"PCW_TEAM_GROUPS": "finance research", "PCW_TEAM_GROUP_CLAIM": "groups"}


def test_good_groups_are_taken(good: Changed) -> None:
    refuse_what_is_unsafe(read(None, {**good, **GROUPS}))
    elsewhere = "finance=10.0.0.1:15002 research=10.0.0.2:15002 finance=10.0.0.3:15002"
    found = read(None, {**good, **GROUPS, "PCW_TEAM_SPARK_SERVERS": elsewhere})
    refuse_what_is_unsafe(found)
    assert found.group_servers == {
        "finance": ("10.0.0.1:15002", "10.0.0.3:15002"),
        "research": ("10.0.0.2:15002",),
    }


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("GROUP_CLAIM", "", "PCW_TEAM_GROUP_CLAIM is missing"),
        ("GROUP_CLAIM", 'groups", os.exit(), "', "without quotes"),
        ("GROUP", "spark", "set one of the two"),
        ("GROUPS", "finance ../research", "a folder is named so"),
        ("GROUPS", "finance " + "f" * 41, "40 at most"),
        ("GROUPS", "finance research finance", "a group twice"),
        ("GROUPS", "finance Finance", "differ in capital letters only"),
        ("SPARK_PORT", "65530", "too high for the ports of so many groups"),
        ("SPARK_SERVERS", "10.0.0.1:15002 10.0.0.2:15002", "write group=host:port"),
        ("SPARK_SERVERS", "finance=10.0.0.1:1 sales=10.0.0.2:1", "has no such group"),
        ("SPARK_SERVERS", "finance=10.0.0.1:1", "has no server of research"),
        ("SPARK_SERVERS", "finance=10.0.0.1:1 research=10.0.0.1:1", "each is one group's alone"),
        ("GROUP_USERS", "finance=daemon", "write group=account for all of them"),
        ("GROUP_USERS", "finance=daemon research", "write group=account for all of them"),
        ("GROUP_USERS", "finance=daemon research=daemon", "an account twice"),
        (
            "GROUP_USERS",
            "finance=daemon research=nobody-is-called-so",
            "no account of this machine",
        ),
        ("GROUP_USERS", "finance=daemon research=root", "which may read everything"),
    ],
)
def test_groups_that_could_not_be_kept_apart_are_refused_in_one_sentence(
    good: Changed, name: str, value: str, says: str
) -> None:
    sentence = refusal({**good, **GROUPS, f"PCW_TEAM_{name}": value})
    assert says in sentence
    assert f"PCW_TEAM_{name}" in sentence
    assert "\n" not in sentence


def test_accounts_without_groups_are_refused(good: Changed) -> None:
    assert "each group" in refusal({**good, "PCW_TEAM_GROUP_USERS": "finance=daemon"})


def test_only_root_starts_servers_under_other_accounts(
    good: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = {"PCW_TEAM_GROUP_USERS": "finance=daemon research=nobody"}
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "needs root" in refusal({**good, **GROUPS, **users})
    monkeypatch.setattr("os.geteuid", lambda: 0)
    refuse_what_is_unsafe(read(None, {**good, **GROUPS, **users}))


def test_a_cluster_is_not_shared_by_groups(good: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_MASTER", "spark://10.0.0.1:7077")
    assert "SPARK_MASTER is spark://10.0.0.1:7077" in refusal({**good, **GROUPS})
    refuse_what_is_unsafe(read(None, good))


def test_a_demonstrations_groups_are_looked_at_too() -> None:
    found = as_demo(read(None, {"PCW_TEAM_GROUPS": "a b"}))
    refuse_what_is_unsafe(found)
    assert found.identity.group_claim == "groups"
    with pytest.raises(StackError, match="a group twice"):
        refuse_what_is_unsafe(as_demo(read(None, {"PCW_TEAM_GROUPS": "a a"})))


def test_a_plain_provider_on_this_machine_is_allowed(good: Changed) -> None:
    refuse_what_is_unsafe(read(None, {**good, "PCW_TEAM_ISSUER": "http://127.0.0.1:9000"}))


def test_a_key_that_everybody_may_read_is_refused(good: Changed, tmp_path: Path) -> None:
    for name in ("tls.crt", "tls.key"):
        secret(tmp_path, name, "x", 0o644)
    assert "Everybody may read" in refusal({**good, "PCW_TEAM_CERTIFICATES": str(tmp_path)})


@pytest.mark.parametrize("changed", [{"BIND": "0.0.0.0"}, {"URL": "https://spark.example.org"}])
def test_a_demonstration_is_for_this_machine_alone(changed: Changed) -> None:
    named = {f"PCW_TEAM_{name}": value for name, value in changed.items()}
    with pytest.raises(StackError, match="for this machine"):
        as_demo(read(None, named))


def test_the_environment_wins_over_the_file(good: Changed, tmp_path: Path) -> None:
    file = tmp_path / "team.env"
    file.write_text("# ours\nPCW_TEAM_CLIENT_ID=file\nPCW_TEAM_USER_RATE=7\n")
    found = read(file, {"PCW_TEAM_CLIENT_ID": "environment"})
    assert (found.identity.client_id, found.limits.user_rate) == ("environment", 7)


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    file = tmp_path / "team.env"
    file.write_text("PCW_TEAM_CLIENT_ID=pcw\nexport X\n")
    with pytest.raises(StackError, match="line 2"):
        read(file, {})


def test_the_shipped_file_has_every_setting_with_its_default() -> None:
    """Read as it is, without a #, it changes nothing."""
    shipped = env_file(SHIPPED, commented=True)
    assert read(SHIPPED, {}) == read(None, {})
    assert read(None, {name: value for name, value in shipped.items() if value}) == read(None, {})
    assert len(shipped) > len(fields(Limits))


def test_the_command_line_refuses_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "team.env"
    file.write_text("PCW_TEAM_URL=https://spark.example.org\n")
    monkeypatch.setenv("PCW_STATE_DIR", str(tmp_path / "state"))
    assert cli.main(["--env", str(file), "up"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("PCW_TEAM_ISSUER is missing")
    assert told.count("\n") == 1
    assert not (tmp_path / "state").exists()


def test_what_the_demonstration_makes_is_its_owners_alone(belongings: Belongings) -> None:
    for file in belongings.folder.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_what_the_demonstration_made_is_kept(belongings: Belongings) -> None:
    before = {f: f.read_bytes() for f in belongings.folder.rglob("*") if f.is_file()}
    belongings.make()
    assert before == {f: f.read_bytes() for f in belongings.folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize("check", settings._CHECKS, ids=lambda each: each.__name__)
def test_every_check_passes_what_is_good(
    good: Changed, check: Callable[[settings.Settings], str]
) -> None:
    assert check(read(None, good)) == ""
