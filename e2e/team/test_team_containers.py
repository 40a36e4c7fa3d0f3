"""A team's stack in containers: who gets in, what each may do, and where no secret is."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from cryptography import x509
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from deploy.shared.config import ROOT
from deploy.team.compose import cli
from deploy.team.compose.containers import Containers
from deploy.team.config import TeamConfig
from e2e.compose_stack import left_of
from e2e.conftest import OUT, QUICK_START
from e2e.native_clients import native_session, trusted
from e2e.stacks import stack_mode
from e2e.team.calls import (
    provider_of,
    version,
)
from e2e.team.people import Person
from e2e.waiting import until

pytestmark = [
    pytest.mark.skipif(
        stack_mode() != "compose",
        reason=f"asks the Docker engine; this run stands on {stack_mode()}",
    ),
    pytest.mark.timeout(900),  # the first one builds the images
]

SERVICES = ["envoy", "keys", "provider", "site", "spark"]
NO_CAPABILITY = "0000000000000000"
IN_A_QUERY = "only_in_a_query"
PATIENCE_S = 60


class Engine:
    """Questions about one project."""

    def __init__(self, containers: Containers) -> None:
        self.containers = containers

    def compose(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", "compose", *arguments],
            cwd=ROOT,
            env=self.containers.engine_environ(),
            capture_output=True,
            text=True,
            check=False,
        )

    def inspect(self, service: str) -> dict[str, Any]:
        identity = self.compose("ps", "--all", "--quiet", service).stdout.strip()
        [found] = json.loads(docker("inspect", identity))
        assert isinstance(found, dict)
        return found

    def networks(self) -> dict[str, tuple[bool, set[str]]]:
        """By name: whether it has no way out, and whose containers are in it."""
        label = f"label=com.docker.compose.project={self.containers.project}"
        names = docker("network", "ls", "--quiet", "--filter", label).split()
        prefix = f"{self.containers.project}"
        return {
            each["Name"].removeprefix(f"{prefix}_"): (
                each["Internal"],
                {
                    member["Name"].removeprefix(f"{prefix}-").rpartition("-")[0]
                    for member in each["Containers"].values()
                },
            )
            for each in json.loads(docker("network", "inspect", *names))
        }


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def containers(
    site_dir: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Containers]:
    """A running demonstration on free ports, which no test but the last may end."""
    folder = tmp_path_factory.mktemp("containers")
    config = TeamConfig.demonstration(folder, site_dir, {})
    project = f"pcw-team-{config.settings.port}"
    made = Containers(config, project, {**os.environ, **QUICK_START})
    try:
        made.up()
        yield made
    finally:
        keep_logs_of_failures(made, request)
        made.down("--volumes", "--rmi", "local")


def keep_logs_of_failures(containers: Containers, request: pytest.FixtureRequest) -> None:
    """Before `down`, which takes the engine's copy."""
    text = Engine(containers).compose("logs", "--no-color").stdout
    if request.session.testsfailed and text:
        OUT.mkdir(exist_ok=True)
        (OUT / f"{containers.project}.log").write_text(text)


@pytest.fixture(scope="module")
def engine(containers: Containers) -> Engine:
    return Engine(containers)


@pytest.fixture(scope="module")
def bob(containers: Containers) -> Person:
    """Signed in through the provider's page, as a browser is."""
    bob = Person(containers.addresses, "bob")
    assert bob.sign_in("/lab/").status_code == 200
    return bob


@pytest.fixture(scope="module")
def carols_token(containers: Containers) -> str:
    return Person(containers.addresses, "carol").native_token()


def test_who_signs_in_is_known_and_reaches_spark_by_cookies_alone(
    containers: Containers, bob: Person
) -> None:
    assert bob.session().json()["user"] == "bob"
    assert bob.ask_spark().grpc == 0
    stranger = Person(containers.addresses, "alice")
    assert stranger.ask_spark().http == 401


@pytest.fixture
def carol(containers: Containers, carols_token: str) -> Iterator[SparkSession]:
    """Her native client."""
    addresses = containers.addresses
    remote = f"{addresses.native_remote};token={carols_token}"
    with trusted(addresses.authority), native_session(remote) as spark:
        yield spark


def test_a_native_client_with_a_token_runs_a_query_under_its_own_name(carol: SparkSession) -> None:
    [row] = carol.sql(f"select current_user(), '{IN_A_QUERY}'").collect()
    assert row[0] == "carol"
    squares = carol.range(10).selectExpr("id * id as n").agg({"n": "sum"}).collect()
    assert squares[0][0] == 285


@pytest.mark.parametrize(
    "query",
    [
        "select java_method('java.lang.System', 'getProperty', 'user.name')",
        "select * from text.`/etc/pcw/team/spark.conf`",
        "select * from text.`/keys/jwks.json`",
    ],
)
def test_the_guard_keeps_queries_from_the_server_itself(carol: SparkSession, query: str) -> None:
    with pytest.raises(PySparkException, match=r"method of the JVM|below this server's warehouse"):
        carol.sql(query).collect()


@pytest.mark.parametrize(
    "changed", [{"iss": "http://127.0.0.1:1"}, {"exp": 1}, {"aud": "another"}], ids=str
)
def test_a_token_that_is_none_lets_nobody_in(
    containers: Containers, changed: dict[str, Any]
) -> None:
    token = provider_of(containers.addresses).token("alice", **changed)
    assert version(containers.addresses, token).http in (401, 403)


def test_spark_itself_refuses_who_comes_past_envoy(engine: Engine) -> None:
    """From inside its container, with the health check's words: a token is demanded there too."""
    answer = engine.compose("exec", "-T", "spark", "python", "-m", "deploy.team.spark.health")
    assert answer.stdout.strip() == "it answers, and lets nobody in without a token"


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_runs_as_an_ordinary_user_who_can_become_nobody_else(
    engine: Engine, service: str
) -> None:
    text = engine.compose("exec", "-T", service, "cat", "/proc/1/status").stdout
    fields = {
        name: value.split()
        for name, _, value in (line.partition(":") for line in text.splitlines())
    }
    assert "0" not in fields["Uid"] + fields["Gid"]
    sets = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    assert {name: fields[name] for name in sets} == {name: [NO_CAPABILITY] for name in sets}
    assert fields["NoNewPrivs"] == ["1"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_confined_and_limited(engine: Engine, service: str) -> None:
    host = engine.inspect(service)["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert host["LogConfig"]["Config"]["max-size"]


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_machine_gives_a_container_it_cannot_change(engine: Engine, service: str) -> None:
    binds = [each for each in engine.inspect(service)["Mounts"] if each["Type"] == "bind"]
    assert binds
    assert not any(each["RW"] for each in binds)


def test_only_envoy_publishes_ports_and_on_loopback(containers: Containers, engine: Engine) -> None:
    settings = containers.config.settings
    published = {
        (service, binding["HostIp"], int(binding["HostPort"]))
        for service in SERVICES
        for bindings in engine.inspect(service)["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    }
    ports = (settings.port, settings.metrics_port, settings.provider_port)
    assert published == {("envoy", "127.0.0.1", port) for port in ports}


def test_spark_is_reached_by_envoy_only_and_reaches_nobody(engine: Engine) -> None:
    networks = engine.networks()
    assert networks["spark"] == (True, {"envoy", "spark"})
    assert networks["site"] == (True, {"envoy", "site"})
    assert networks["provider"] == (True, {"envoy", "keys", "provider"})
    assert networks["front"] == (False, {"envoy"})


def secrets_of(containers: Containers, *tokens: str) -> list[bytes]:
    ours = containers.config.belongings
    files = (ours.client_secret, ours.cookie_key, ours.password)
    signing = json.loads(ours.signing_keys.read_text())["keys"][0]["d"]
    certificate = (ours.certificates / "tls.key").read_text().splitlines()[1]
    words = [*(path.read_text().strip() for path in files), signing, certificate, *tokens]
    return [word.encode() for word in words]


def test_no_secret_is_in_what_the_engine_tells_of_a_container(
    containers: Containers, engine: Engine
) -> None:
    for service in SERVICES:
        found = engine.inspect(service)
        image = docker("image", "inspect", found["Image"])
        history = docker("image", "history", "--no-trunc", found["Image"])
        told = f"{json.dumps(found)}{image}{history}".encode()
        assert not [word for word in secrets_of(containers) if word in told], service


def test_no_secret_is_in_a_layer_of_an_image(containers: Containers, engine: Engine) -> None:
    images = sorted({engine.inspect(service)["Image"] for service in SERVICES})
    words = secrets_of(containers)
    longest = max(map(len, words))
    with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as save:
        assert save.stdout is not None
        end, size = b"", 0
        while chunk := save.stdout.read(1 << 22):
            size += len(chunk)
            assert not [word for word in words if word in end + chunk]
            end = chunk[-longest:]
    assert save.returncode == 0
    assert size > 1 << 20


def test_the_log_names_who_called_and_has_no_secret_token_or_query(
    containers: Containers, engine: Engine, bob: Person, carols_token: str
) -> None:
    assert bob.ask_spark().grpc == 0

    envoy = engine.inspect("envoy")["Id"]

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in docker("logs", envoy).splitlines()]

    until(lambda: {"bob", "carol"} <= {line["user"] for line in lines()}, "both in the log")
    whole = engine.compose("logs", "--no-color").stdout.encode()
    cookies = [each.value or "" for each in bob.http.cookies if len(each.value or "") > 20]
    assert cookies
    words = secrets_of(containers, carols_token, IN_A_QUERY, *cookies)
    assert not [word for word in words if word in whole]


def test_spark_tells_its_metrics_through_envoy_and_who_is_at_work(
    containers: Containers, carol: SparkSession
) -> None:
    assert carol.range(1).count() == 1
    url = f"{containers.addresses.metrics_url}/spark"
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        text = answer.read().decode()
    assert re.search(r'^pcw_sessions\{.*"carol".*\} [1-9]', text, re.MULTILINE), text[:500]


def test_metrics_are_on_loopback(containers: Containers, bob: Person) -> None:
    with urllib.request.urlopen(containers.addresses.metrics_url, timeout=PATIENCE_S) as answer:
        assert b"envoy_http_downstream_rq_total" in answer.read()


def test_a_new_certificate_is_served_without_a_restart(
    containers: Containers, engine: Engine
) -> None:
    before, started = serial(containers), engine.inspect("envoy")["State"]["StartedAt"]
    containers.config.belongings.renew_certificate()
    containers.prepare()
    until(lambda: serial(containers) != before, "the new certificate")
    assert engine.inspect("envoy")["State"]["StartedAt"] == started


def serial(containers: Containers) -> int:
    address = ("localhost", containers.config.settings.port)
    trusted = str(containers.addresses.authority)
    pem = ssl.get_server_certificate(address, ca_certs=trusted)
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def run_status(containers: Containers, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """`make team-status STACK=compose`, told where by the environment."""
    settings = containers.config.settings
    told = {
        "PCW_STATE_DIR": str(containers.config.state_dir),
        "PCW_TEAM_URL": settings.url,
        "PCW_TEAM_METRICS_PORT": str(settings.metrics_port),
        "PCW_TEAM_PROVIDER_PORT": str(settings.provider_port),
        "COMPOSE_PROJECT_NAME": containers.project,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = cli.main(["status"])
    return code, out.getvalue()


def test_status_tells_what_answers(containers: Containers, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = run_status(containers, monkeypatch)
    assert code == 0, out
    assert [line.split()[0] for line in out.splitlines() if "answers" in line] == SERVICES
    assert containers.addresses.site_url in out


def test_down_leaves_no_container_network_volume_image_or_secret(
    containers: Containers, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    assert left_of(containers.project)
    keep_logs_of_failures(containers, request)
    assert containers.down("--volumes", "--rmi", "local") == 0
    assert left_of(containers.project) == []
    assert leftovers(containers) == []
    assert run_status(containers, monkeypatch)[0] == 3


def leftovers(containers: Containers) -> Sequence[str]:
    return [str(path) for path in containers.folder.rglob("*")]
