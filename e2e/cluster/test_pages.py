"""Spark's own pages behind a team's login: who may look, that they are whole, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from deploy.local.service import Service
from deploy.team import services
from deploy.team.cluster import TeamCluster
from deploy.team.spark.conf import Identity
from deploy.team.stack import TeamStack
from e2e.cluster.team import cluster_of
from e2e.team.calls import GRPC_WEB, SERVICE, frame, version_request
from e2e.team.people import NAVIGATION, Person
from e2e.waiting import until
from spark.ports import free_ports

pytestmark = pytest.mark.any_stack
PATIENCE_S = 60.0


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
    assert jobs.url.startswith(pages + application[1]), [each.headers for each in jobs.history]
    assert "Spark Jobs" in jobs.text
    assert brings_all_it_needs(person, jobs)

    assert brings_all_it_needs(person, look(person, f"{pages}/history/"))

    def listed() -> dict[str, str]:
        address = f"{pages}/history/api/v1/applications"
        answer = person.http.get(address, timeout=PATIENCE_S)
        return {each["name"]: each["id"] for each in answer.json()}

    until(lambda: names <= listed().keys(), "the history of each server")
    kept = f"{pages}/history/history/{listed()[min(names)]}"
    ended = look(person, kept)
    assert ended.url.startswith(f"{kept}/"), ended.url
    assert brings_all_it_needs(person, ended)


def test_spark_s_pages_change_nothing_and_may_not_call_spark(team: TeamStack) -> None:
    person, pages = Person(team, "bob"), team.team.settings.pages_url
    person.sign_in()
    refused = person.http.post(f"{pages}/master/app/kill/", timeout=PATIENCE_S)
    assert (refused.status_code, "no more" in refused.text) == (405, True)
    rebound = person.http.get(f"{pages}/master/", headers={"host": "else"}, timeout=PATIENCE_S)
    assert rebound.status_code == 421
    call = {"data": frame(version_request()), "headers": {**GRPC_WEB, "origin": pages}}
    assert person.fetch(SERVICE + "AnalyzePlan", method="POST", **call).status_code == 403


@pytest.mark.parametrize(("group", "status"), [("staff", 200), ("finance", 403)])
def test_where_a_group_is_set_only_its_members_look(
    team: TeamStack, tmp_path: Path, group: str, status: int
) -> None:
    door, pages = door_for(team, group, tmp_path)
    door.start()
    try:
        door.wait_healthy()
        bob = Person(team, "bob")  # one of the staff
        bob.sign_in()
        assert look(bob, f"{pages}/master/").status_code == status
    finally:
        door.stop()


def stack_has_started_it() -> Identity:
    raise AssertionError


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
    door = TeamCluster(config, shape, stack_has_started_it)
    return services.envoy(config, None, door), settings.pages_url
