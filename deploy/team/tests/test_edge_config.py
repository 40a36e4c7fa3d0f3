"""Envoy's configuration for a team: made of the small stack's, and taken by the real Envoy."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.cluster.routing import Routing
from deploy.team.demo import Belongings
from deploy.team.edge.config import envoy_config, write_secrets
from deploy.team.edge.facts import Edge, Endpoints, Pages
from deploy.team.edge.log import FIELDS
from deploy.team.edge.policy import content_security_policy, inline_script_hashes

LOGIN = "https://login.example.org"
PAGES = Pages(8446, ("127.0.0.1", 8080), ("127.0.0.1", 18080), "realm.groups", 'a "group"')
ENVOY = Path(sys.executable).parent / "envoy"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    folder = tmp_path_factory.mktemp("edge")
    ours = Belongings(folder / "demo")
    ours.make()
    return Edge(
        url="https://spark.example.org",
        bind="127.0.0.1",
        port=443,
        metrics_port=8444,
        admin_socket=folder / "admin.sock",
        log=folder / "access.log",
        certificates=ours.certificates,
        endpoints=Endpoints(LOGIN, f"{LOGIN}/auth", f"{LOGIN}/token", f"{LOGIN}/jwks"),
        client_id="pcw",
        client_secret=ours.client_secret,
        cookie_key=ours.cookie_key,
        provider_ca=ours.authority,
        site="127.0.0.1:8080",
        spark=("10.0.0.1:15002", "10.0.0.2:15002"),
        spark_metrics={"10.0.0.1:15006": "10.0.0.1:15006", "spark": "unix:/a/socket"},
    )


def made(edge: Edge) -> dict[str, Any]:
    secrets = edge.log.parent / "secrets"
    write_secrets(edge, secrets)
    return envoy_config(edge, secrets)


def manager(config: dict[str, Any]) -> dict[str, Any]:
    listener = config["static_resources"]["listeners"][0]
    found: dict[str, Any] = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return found


@pytest.mark.parametrize("before_a_cluster", [False, True])
def test_the_real_envoy_takes_it(edge: Edge, tmp_path: Path, before_a_cluster: bool) -> None:
    if before_a_cluster:
        edge = replace(edge, routing=Routing(tmp_path), pages=PAGES)
        edge.routing.write([("127.0.0.1", 15002)])
    file = tmp_path / "config.json"
    file.write_text(json.dumps(made(edge)))
    command = [str(ENVOY), "--mode", "validate", "-c", str(file), "-l", "error"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]


def test_no_secret_is_in_the_configuration(edge: Edge) -> None:
    text = json.dumps(made(edge))
    text += "".join(file.read_text() for file in (edge.log.parent / "secrets").iterdir())
    for file in (edge.client_secret, edge.cookie_key, edge.certificates / "tls.key"):
        assert file.read_text() not in text


def test_a_stranger_is_stopped_before_anything_looks_at_his_request(edge: Edge) -> None:
    """The order of the filters is the order of what is decided."""
    names = [each["name"].rpartition(".")[2] for each in manager(made(edge))["http_filters"]]
    order = ["guard", "cors", "rbac", "oauth2", "jwt_authn", "person", "local_ratelimit", "router"]
    assert [name for name in names if name in order] == order


def test_a_persons_calls_go_to_one_of_several_servers(edge: Edge) -> None:
    config = made(edge)
    [spark] = [c for c in config["static_resources"]["clusters"] if c["name"] == "spark"]
    assert spark["lb_policy"] == "MAGLEV"
    assert len(spark["load_assignment"]["endpoints"][0]["lb_endpoints"]) == 2
    assert spark["health_checks"]
    [host, _] = manager(config)["route_config"]["virtual_hosts"]
    to_spark = [r for r in host["routes"] if r.get("route", {}).get("cluster") == "spark"]
    assert len(to_spark) == 2
    for route in to_spark:
        assert route["route"]["hash_policy"] == [{"header": {"header_name": "x-pcw-user"}}]


def test_the_metrics_of_each_server_have_a_path_that_prometheus_is_told(edge: Edge) -> None:
    config = made(edge)
    _, port = config["static_resources"]["listeners"]
    [chain] = port["filter_chains"]
    [host] = chain["filters"][0]["typed_config"]["route_config"]["virtual_hosts"]
    asked = {route["match"]["path"]: route for route in host["routes"]}
    told = json.loads(asked["/metrics/targets"]["direct_response"]["body"]["inline_string"])
    assert [one["targets"] for one in told] == [["127.0.0.1:8444"]] * 2
    found = {}
    for one in told:
        route = asked[one["labels"]["__metrics_path__"]]["route"]
        assert route["prefix_rewrite"] == "/metrics"
        found[one["labels"]["instance"]] = place_of(config, route["cluster"])
    assert found == edge.spark_metrics


def place_of(config: dict[str, Any], cluster: str) -> str:
    [found] = [c for c in config["static_resources"]["clusters"] if c["name"] == cluster]
    [endpoint] = found["load_assignment"]["endpoints"][0]["lb_endpoints"]
    address = endpoint["endpoint"]["address"]
    if "pipe" in address:
        return f"unix:{address['pipe']['path']}"
    return "{address}:{port_value}".format(**address["socket_address"])


@pytest.mark.parametrize(("seconds", "sent"), [(31536000, True), (0, False)])
def test_browsers_are_told_to_insist_on_https(edge: Edge, seconds: int, sent: bool) -> None:
    text = json.dumps(made(replace(edge, hsts_s=seconds)))
    assert ("strict-transport-security" in text) is sent


def test_the_log_names_no_header_that_holds_a_secret() -> None:
    text = json.dumps(FIELDS).lower()
    for name in ("authorization", "cookie", "id-token", "%path(wq", "req(:path)", "referer"):
        assert name not in text


def test_only_code_of_the_built_pages_runs_inline(edge: Edge, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<script>one()</script><script src='x.js'></script>"
        "<script type='application/json'>{}</script><script type='module'>two()</script>"
    )
    hashes = inline_script_hashes(tmp_path)
    assert len(hashes) == 2
    policy = content_security_policy(replace(edge, script_hashes=hashes))
    [scripts] = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert all(f"'{each}'" in scripts for each in hashes)
    assert "'unsafe-inline'" not in scripts
    assert "*" not in policy
    assert "http" not in policy


def test_the_links_of_kubernetes_are_watched_where_they_are_swapped(
    edge: Edge, tmp_path: Path
) -> None:
    (tmp_path / "..data").mkdir()
    secrets = tmp_path / "secrets"
    write_secrets(replace(edge, certificates=tmp_path), secrets)
    [found] = json.loads((secrets / "certificate.yaml").read_text())["resources"]
    assert found["tls_certificate"]["watched_directory"] == {"path": str(tmp_path)}
