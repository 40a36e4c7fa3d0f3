"""A team's stack with a cluster: one command starts it, and an upgrade of it needs no Envoy."""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.local.config import ROOT
from deploy.local.service import Service
from deploy.team import services
from deploy.team.cluster import TeamCluster
from deploy.team.spark.health import answers
from deploy.team.stack import TeamStack
from e2e.cluster.people import run
from e2e.cluster.team import cluster_of, environment, remote, stack_of, trusted
from e2e.cluster.work import InBackground, slow_sum, wait_for
from e2e.native_clients import native_session
from e2e.team.calls import GRPC_WEB, SERVICE, frame, post, provider_of, version_request
from e2e.team.people import NAVIGATION, Person
from spark.ports import free_ports

pytestmark = pytest.mark.any_stack

PEOPLE, SECONDS, PAUSE_S = 4, 8.0, (0.2, 0.6)
MOST_GROWTH = 0.5
"""So short a time sees no slow leak, only memory that is never given back."""
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def environ(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment(tmp_path_factory.mktemp("team"), site_dir)


@pytest.fixture(scope="module")
def team(environ: dict[str, str]) -> Iterator[TeamStack]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        stack = stack_of(environ)
        try:
            stack.up()
            with trusted(stack):
                yield stack
        finally:
            stack.down()


@pytest.fixture(autouse=True)
def no_session_is_left() -> None:
    """In place of the other cluster's, which need not run."""


class Make:
    """`make` with a target, while it runs and after that."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._file = folder / f"{words[0]}.out"
        with self._file.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", *words],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._file.read_text()

    def succeeds(self) -> str:
        """What it said in all."""
        code = self.process.wait(PATIENCE_S)
        assert code == 0, self.said
        return self.said


def server_of(team: TeamStack, user: str) -> str:
    with native_session(remote(team, user)) as spark:
        assert spark.sql("select current_user()").collect()[0][0] == user
        return str(spark.conf.get("spark.app.name"))


def ask_as_a_tab_does(team: TeamStack, user: str) -> None:
    """By grpc-web, a session of its own, which is ended."""
    session, bearer = str(uuid.uuid4()), f"Bearer {provider_of(team).token(user)}"
    release = pb.ReleaseSessionRequest(session_id=session).SerializeToString()
    for method, message in (("AnalyzePlan", version_request(session)), ("ReleaseSession", release)):
        answer = post(team, frame(message), method, authorization=bearer)
        assert (answer.http, answer.grpc) == (200, 0), answer


def test_each_server_asks_who_calls_and_each_person_is_on_one_of_them(team: TeamStack) -> None:
    servers = cluster_of(team).servers
    assert [answers(server.ports.grpc) for server in servers] == [""] * len(servers)
    seen = {user: server_of(team, user) for user in map("user{}".format, range(6))}
    assert {*seen.values()} == {server.name for server in servers}
    assert server_of(team, "user0") == seen["user0"]


def metrics_of_servers(team: TeamStack) -> list[str]:
    """The texts, by way of Envoy, of those that answer."""
    targets = requests.get(f"{team.metrics_url}/targets", timeout=PATIENCE_S).json()
    base = team.metrics_url.removesuffix("/metrics")
    paths = [target["labels"]["__metrics_path__"] for target in targets]
    answers = [requests.get(base + path, timeout=PATIENCE_S) for path in paths]
    return [answer.text for answer in answers if answer.ok]


def test_prometheus_finds_the_metrics_of_each_server(team: TeamStack) -> None:
    with native_session(remote(team, "alice")) as spark:
        assert spark.range(3).count() == 3
        texts = metrics_of_servers(team)
        assert len(texts) == len(cluster_of(team).servers)
        assert sum('pcw_sessions{user="alice"} 1\n' in text for text in texts) == 1
    assert all("pcw_task_slots " in text for text in texts)


def look(person: Person, address: str) -> requests.Response:
    """As a browser does; the cookies are those of the site, whose name is the same."""
    return person.http.get(address, headers=NAVIGATION, timeout=PATIENCE_S)


def brings_all_it_needs(person: Person, page: requests.Response) -> bool:
    """Whether what a page names of scripts and styles is there."""
    named = {*re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page.text)}
    return bool(named) and all(look(person, urljoin(page.url, each)).ok for each in named)


def test_spark_s_pages_are_for_who_is_signed_in(team: TeamStack) -> None:
    person, pages = Person(team, "bob"), team.team.settings.pages_url
    for path in ("/master/", "/master/static/webui.css", "/history/api/v1/applications"):
        assert look(person, pages + path).status_code == 401
    person.sign_in()
    names = {server.name for server in cluster_of(team).servers}

    master = look(person, f"{pages}/")
    assert master.url == f"{pages}/master/"
    assert names <= {*re.findall(r"connect-\d+-\d+", master.text)}
    assert "(kill)" not in master.text
    assert brings_all_it_needs(person, master)
    application = re.search(r'href="(/master/proxy/app-[^/"]+)', master.text)
    assert application
    jobs = look(person, pages + application[1])
    assert jobs.ok
    assert jobs.url.startswith(pages + application[1])
    assert "Spark Jobs" in jobs.text
    assert brings_all_it_needs(person, jobs)

    assert brings_all_it_needs(person, look(person, f"{pages}/history/"))
    address = f"{pages}/history/api/v1/applications"
    wait_for(lambda: names <= {each["name"] for each in look(person, address).json()})
    listed = look(person, address).json()
    ended = look(person, f"{pages}/history/history/{listed[0]['id']}")
    assert ended.url.startswith(f"{pages}/history/history/{listed[0]['id']}/")
    assert brings_all_it_needs(person, ended)


def test_spark_s_pages_change_nothing_and_may_not_call_spark(team: TeamStack) -> None:
    person, pages = Person(team, "bob"), team.team.settings.pages_url
    person.sign_in()
    assert person.http.post(f"{pages}/master/app/kill/", timeout=PATIENCE_S).status_code == 405
    rebound = person.http.get(f"{pages}/master/", headers={"host": "else"}, timeout=PATIENCE_S)
    assert rebound.status_code == 421
    call = {"data": frame(version_request()), "headers": {**GRPC_WEB, "origin": pages}}
    assert person.fetch(SERVICE + "AnalyzePlan", method="POST", **call).status_code == 403


def test_where_a_group_is_set_only_its_members_look(team: TeamStack, tmp_path: Path) -> None:
    door, pages = door_for(team, "finance", tmp_path)
    door.start()
    try:
        door.wait_healthy()
        for name, status in (("carol", 200), ("bob", 403)):
            person = Person(team, name)
            person.sign_in()
            assert look(person, f"{pages}/master/").status_code == status
    finally:
        door.stop()


def door_for(team: TeamStack, group: str, folder: Path) -> tuple[Service, str]:
    """Another Envoy before the same site and cluster, and where it shows Spark's pages."""
    for name in ("demo", "cluster"):
        (folder / name).symlink_to(team.team.state_dir / name)
    port, metrics_port, pages_port = free_ports(3)
    settings = team.team.settings
    settings = replace(
        settings,
        port=port,
        metrics_port=metrics_port,
        identity=replace(settings.identity, group_claim="groups", group=group),
        cluster=replace(settings.cluster, pages_port=pages_port),
    )
    config = replace(team.team, settings=settings, state_dir=folder)
    shape = team.require_cluster().shape
    door = TeamCluster(config, shape, lambda: services.identity_of(config, None))
    return services.envoy(config, None, door), settings.pages_url


def test_several_people_work_and_nothing_fails(team: TeamStack) -> None:
    result = run(team, PEOPLE, SECONDS, lambda _message: None, PAUSE_S)
    assert not result.tally.errors
    assert not result.tally.limits
    assert result.tally.questions >= PEOPLE
    assert result.most_sessions >= PEOPLE // 2
    assert result.growth("envoy") < MOST_GROWTH


def test_servers_are_replaced_under_people_and_envoy_goes_on(
    team: TeamStack, tmp_path: Path
) -> None:
    envoy, old = team.envoy.pid, cluster_of(team).servers
    assert Make(tmp_path, "team-status").succeeds().count("answers, 0 sessions") == len(old)
    with native_session(remote(team, "alice")) as before:
        before.range(5).createOrReplaceTempView("kept")
        upgrading = Make(tmp_path, "team-upgrade", "ARGS=--limit=100")
        wait_for(lambda: "waiting for 1 session" in upgrading.said)
        query = InBackground(lambda: slow_sum(before, seconds=1))
        with native_session(remote(team, "alice")) as after:
            assert after.conf.get("spark.app.name") not in {server.name for server in old}
        ask_as_a_tab_does(team, "alice")
        assert query.result() == sum(range(100))
        assert before.table("kept").count() == 5
        assert upgrading.process.poll() is None
    assert "no sessions were cut off" in upgrading.succeeds()
    assert not any(server.is_alive() for server in old)

    assert "no sessions were cut off" in Make(tmp_path, "team-rollback").succeeds()
    assert server_of(team, "alice") in {server.name for server in cluster_of(team).servers}
    assert team.envoy.pid == envoy
