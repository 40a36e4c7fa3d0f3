"""Keys that change under a running server, and settings with which nobody is served."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from deploy.shared.config import Config
from deploy.shared.errors import StackError
from deploy.team.spark import build
from deploy.team.spark.conf import Identity, as_properties
from deploy.team.tests import tokens
from deploy.team.tests.servers import TeamSpark, team_spark
from deploy.team.tests.tokens import AUDIENCE, ISSUER, Provider
from spark.java import find_java

pytestmark = pytest.mark.spark

GOOD = {"jwks": "keys.json", "issuer": ISSUER, "audience": AUDIENCE}


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, str]]:
    """The jar's own program, which looks at settings and tokens without a Spark."""
    home = build.spark_home(Config().spark_python)
    jar = build.build(tmp_path_factory.mktemp("jar"), home)
    command = [str(find_java().executable), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    return [*command, "pcw.team.Check"], {"CLASSPATH": f"{jar}:{home / 'jars'}/*"}


class Checker:
    def __init__(self, program: tuple[list[str], dict[str, str]], conf: Path) -> None:
        command, environ = program
        self.process = subprocess.Popen(
            [*command, str(conf)],
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def verdict(self, token: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(token + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def ended(self) -> tuple[int, str]:
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def checking(
    program: tuple[list[str], dict[str, str]], folder: Path, settings: dict[str, str]
) -> Iterator[Checker]:
    conf = folder / "checked.conf"
    conf.write_text(as_properties(Identity(**settings).entries()))
    checker = Checker(program, conf)
    try:
        yield checker
    finally:
        checker.process.kill()
        checker.process.communicate()


BAD = {
    "no keys": ({"jwks": ""}, "identity.jwks is not set: name the file"),
    "no issuer": ({"issuer": ""}, "identity.issuer is not set"),
    "no audience": ({"audience": ""}, "identity.audience is not set"),
    "an audience of commas": ({"audience": " , "}, "audience has no name in it"),
    "keys that are nowhere": ({"jwks": "/nowhere/keys.json"}, "there is no such file"),
    "keys that are none": ({"jwks": "broken.json"}, "it is no set of keys"),
    "keys over plain http": ({"jwks": "http://keys.example.test/"}, "use https, or a file"),
    "a subject that is no pattern": ({"subject": "[a-"}, "subject is no regular expression"),
    "a group without its claim": ({"group": "data"}, "belong together: set both, or neither"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_settings_are_told_in_one_sentence(
    checker: tuple[list[str], dict[str, str]], tmp_path: Path, what: str
) -> None:
    changed, sentence = BAD[what]
    keys = Provider().write_jwks(tmp_path / "keys.json")
    (tmp_path / "broken.json").write_text("{")
    settings = {**GOOD, "jwks": str(keys), **changed}
    if not settings["jwks"].startswith(("/", "http")) and settings["jwks"]:
        settings["jwks"] = str(tmp_path / settings["jwks"])
    with checking(checker, tmp_path, settings) as running:
        code, said = running.ended()
    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1
    assert said.endswith(".\n")


def test_a_server_without_usable_settings_does_not_start(tmp_path: Path) -> None:
    server = team_spark(tmp_path, Provider(), jwks="/nowhere/keys.json")
    try:
        server.service.start()
        with pytest.raises(StackError, match="ended at start"):
            server.service.wait_healthy()
    finally:
        server.service.stop()
    assert "identity.jwks is the file /nowhere/keys.json, and there is no such file." in server.log
    assert "\tat " not in server.log


def test_a_group_is_demanded_where_it_is_set(
    checker: tuple[list[str], dict[str, str]], tmp_path: Path
) -> None:
    provider = Provider()
    keys = str(provider.write_jwks(tmp_path / "keys.json"))
    settings = {**GOOD, "jwks": keys, "group": "data", "group_claim": "realm.groups"}
    with checking(checker, tmp_path, settings) as running:
        for good in (["x", "data"], "data"):
            token = provider.token("alice", realm={"groups": good})
            assert running.verdict(token) == "user alice"
        for bad in (["database"], "data x", [], None, {"data": 1}, 7):
            said = running.verdict(provider.token("alice", realm={"groups": bad}))
            assert said.startswith("PERMISSION_DENIED This server is for the group data")
        assert running.verdict(provider.token("alice")).startswith("PERMISSION_DENIED")
        expired = provider.token("alice", realm={"groups": ["data"]}, exp=1)
        assert running.verdict(expired).startswith("UNAUTHENTICATED")


def test_a_subjects_pattern_is_for_the_whole_of_it(
    checker: tuple[list[str], dict[str, str]], tmp_path: Path
) -> None:
    provider = Provider(keys=[tokens.rsa_key(None)])
    keys = str(provider.write_jwks(tmp_path / "keys.json"))
    settings = {**GOOD, "jwks": keys, "subject": r"[a-z]+\d|.*@example\.com"}
    with checking(checker, tmp_path, settings) as running:
        assert running.verdict(provider.token("ab1")) == "user ab1"
        assert running.verdict(provider.token("x@example.com")) == "user x@example.com"
        for bad in ("ab12", "1ab1", "x@example.com.evil", "a b@example.com", "a,b@example.com"):
            assert running.verdict(provider.token(bad)).startswith("UNAUTHENTICATED"), bad


def test_keys_change_without_a_restart_and_broken_ones_do_not(team: TeamSpark) -> None:
    provider, kept = team.provider, list(team.provider.keys)
    new = tokens.rsa_key("new")
    token = provider.signed(provider.claims("alice"), new)
    with pytest.raises(grpc.RpcError, match="by a key that this server does not know"):
        team.client(token).version()
    try:
        provider.keys = [new, *kept]
        provider.write_jwks(team.jwks)
        assert team.client(token).version()
        team.jwks.write_text("{ broken")
        for _ in range(3):
            assert team.client(token).version()
        said = [line for line in team.log.splitlines() if "it is no set of keys" in line]
        assert len(said) == 1
        assert said[0].endswith("The keys that were known stay in use.")
        provider.keys = kept
        provider.write_jwks(team.jwks)
        with pytest.raises(grpc.RpcError, match="by a key that this server does not know"):
            team.client(token).version()
    finally:
        provider.keys = kept
        provider.write_jwks(team.jwks)


class KeyServer(http.server.BaseHTTPRequestHandler):
    text = ""
    asked = 0

    def do_GET(self) -> None:
        KeyServer.asked += 1
        body = KeyServer.text.encode()
        self.send_response(200 if body else 503)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), KeyServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    server.shutdown()
    server.server_close()


def test_an_address_is_asked_for_an_unknown_key_though_not_by_each_token(
    checker: tuple[list[str], dict[str, str]], tmp_path: Path, address: str
) -> None:
    old, new = Provider(keys=[tokens.rsa_key("old")]), Provider(keys=[tokens.ec_key("new")])
    KeyServer.text, KeyServer.asked = "", 0
    with checking(checker, tmp_path, {**GOOD, "jwks": address}) as running:
        assert running.verdict(old.token("a")).startswith("UNAVAILABLE The sign-in provider's keys")
        KeyServer.text = old.jwks()
        until(lambda: running.verdict(old.token("a")) == "user a")
        asked = KeyServer.asked
        KeyServer.text = json.dumps({"keys": [json.loads(p.jwks())["keys"][0] for p in (old, new)]})
        for _ in range(50):
            assert running.verdict(old.token("a")) == "user a"
            running.verdict(old.signed(old.claims("a"), tokens.ec_key("forged")))
        assert KeyServer.asked - asked <= 3
        until(lambda: running.verdict(new.token("b")) == "user b")
        KeyServer.text = ""
        assert running.verdict(old.token("a")) == "user a"


def until(done: object, patience_s: float = 30.0) -> None:
    give_up = time.monotonic() + patience_s
    while not done():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.3)
