"""Where the claim of a group leads, in the configuration that the real Envoy accepts."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from deploy.kubernetes import render
from deploy.kubernetes.settings import Settings, read
from deploy.team.edge import groups
from deploy.team.edge.config import envoy_config, write_secrets

ENVOY = render.HERE.parents[1] / ".venv" / "bin" / "envoy"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read(render.HERE / "team.toml")


@pytest.fixture(scope="module")
def config(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("edge")
    (folder / "index.html").write_text("<p>page")
    for name in ("client_secret", "cookie_key"):
        (folder / name).write_text("0" * 64)
    facts = replace(
        render.edge("per-group", settings, folder),
        certificates=folder,
        client_secret=folder / "client_secret",
        cookie_key=folder / "cookie_key",
    )
    write_secrets(facts, folder / "secrets")
    made = envoy_config(facts, folder / "secrets")
    (folder / "envoy.json").write_text(json.dumps(made))
    command = [str(ENVOY), "--mode", "validate", "-c", str(folder / "envoy.json")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return made


def spark_routes(config: dict[str, Any]) -> list[dict[str, Any]]:
    [site] = [each for each in config["static_resources"]["listeners"] if each["name"] == "site"]
    hosts = site["filter_chains"][0]["filters"][0]["typed_config"]["route_config"]["virtual_hosts"]
    routes = [route for host in hosts for route in host["routes"]]
    return [each for each in routes if each.get("name", "").startswith(("spark", "later"))]


def test_each_route_to_a_server_demands_the_claim_of_its_group(
    config: dict[str, Any], settings: Settings
) -> None:
    led = [each for each in spark_routes(config) if "route" in each]
    assert len(led) == 2 * len(settings.groups)
    for route in led:
        [wanted] = [h for h in route["match"]["headers"] if h["name"] == groups.HEADER]
        assert route["route"]["cluster"] == f"spark-{wanted['string_match']['exact']}"


def test_what_has_no_group_reaches_no_server(config: dict[str, Any]) -> None:
    others = [each for each in spark_routes(config) if "route" not in each]
    assert [each["direct_response"]["status"] for each in others] == [403, 403]
    # Origins are looked at there too, and a preflight has no claim yet.
    assert all(each["typed_per_filter_config"] for each in others)


def test_each_groups_cluster_is_its_own_server(config: dict[str, Any], settings: Settings) -> None:
    found = {
        each["name"]: each["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"][
            "address"
        ]["socket_address"]["address"]
        for each in config["static_resources"]["clusters"]
        if each["name"].startswith("spark")
    }
    assert found == {f"spark-{group}": f"spark.pcw-{group}.svc" for group in settings.groups}


def test_the_claim_is_looked_at_after_the_proof_of_the_token(config: dict[str, Any]) -> None:
    [site] = [each for each in config["static_resources"]["listeners"] if each["name"] == "site"]
    manager = site["filter_chains"][0]["filters"][0]["typed_config"]
    names = [each["name"].rpartition(".")[2] for each in manager["http_filters"]]
    assert names.index("guard") < names.index("jwt_authn") < names.index("groups")
