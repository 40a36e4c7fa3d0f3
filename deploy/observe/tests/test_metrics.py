"""Dashboards and alerts on a real Prometheus, which scrapes a real Envoy with nothing behind it."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.team.edge.base import base
from deploy.team.edge.config import _admin, _metrics
from deploy.team.edge.facts import Edge, Endpoints
from spark.ports import free_ports

HERE = Path(__file__).resolve().parents[1]
ENVOY = HERE.parents[1] / ".venv" / "bin" / "envoy"
PATIENCE_S = 60.0
needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None,
    reason="no Prometheus here (Debian: `apt install --no-install-recommends prometheus`)",
)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str, data: bytes | None = None) -> bytes:
    kind = {"content-type": "application/grpc-web+proto"} if data is not None else {}
    try:
        with OPENER.open(urllib.request.Request(url, data, kind), timeout=10) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


def until(done: Callable[[], Any]) -> Any:
    """What ``done`` says at last; fails when it says nothing for a minute."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if found := done():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("nothing came")


@contextmanager
def running(command: list[str], log: Path) -> Iterator[None]:
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def edge(folder: Path, metrics_port: int) -> Edge:
    nowhere = Path("/nowhere")
    return Edge(
        url="https://localhost",
        bind="127.0.0.1",
        port=1,
        metrics_port=metrics_port,
        admin_socket=folder / "admin.sock",
        log=nowhere,
        certificates=nowhere,
        endpoints=Endpoints("", "", "", ""),
        client_id="",
        client_secret=nowhere,
        cookie_key=nowhere,
        provider_ca=None,
        site="127.0.0.1:1",
        spark=["127.0.0.1:1"],
    )


def envoy_config(facts: Edge, site: int, grpcweb: int) -> dict[str, Any]:
    here = {"SPARK_HOST": "127.0.0.1", "SPARK_PORT": "1", "SITE_HOST": "127.0.0.1"}
    ports = {"SITE_PORT": str(site), "GRPCWEB_PORT": str(grpcweb), "SITE_UPSTREAM_PORT": "1"}
    config = base({**here, **ports, "ADMIN_SOCKET": str(facts.admin_socket)})
    config["static_resources"]["listeners"].append(_metrics(facts))
    config["static_resources"]["clusters"].append(_admin(facts))
    return config


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("observe")
    site, grpcweb, metrics, port = free_ports(4)
    (folder / "envoy.json").write_text(
        json.dumps(envoy_config(edge(folder, metrics), site, grpcweb))
    )
    text = (HERE / "prometheus.yml").read_text().replace(":8444", f":{metrics}")
    (folder / "prometheus.yml").write_text(text.replace("15s", "1s"))
    shutil.copy(HERE / "alerts.yml", folder)
    envoy = [str(ENVOY), "-c", str(folder / "envoy.json"), "--disable-hot-restart"]
    address = f"127.0.0.1:{port}"
    server = [
        "prometheus",
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address={address}",
    ]
    call = f"http://127.0.0.1:{site}/spark.connect.SparkConnectService/Config"
    with running(envoy, folder / "envoy.log"), running(server, folder / "prometheus.log"):
        until(lambda: ask(call, b"\0\0\0\0\0") is not None)
        url = f"http://{address}"
        until(lambda: query(url, 'envoy_cluster_upstream_rq_xx{envoy_cluster_name="spark"}'))
        ask(call, b"\0\0\0\0\0")
        yield url


def query(url: str, expression: str) -> list[dict[str, Any]]:
    asked = urllib.parse.urlencode({"query": expression})
    answer = json.loads(ask(f"{url}/api/v1/query?{asked}") or b"{}")
    assert answer.get("status") == "success", answer
    return list(answer["data"]["result"])


def expressions() -> list[str]:
    panels = json.loads((HERE / "dashboard.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    rules = yaml.safe_load((HERE / "alerts.yml").read_text())
    return [rule for group in rules["groups"] for rule in group["rules"]]


@needs_prometheus
@pytest.mark.parametrize("expression", expressions())
def test_each_panel_shows_something(prometheus: str, expression: str) -> None:
    assert until(lambda: query(prometheus, expression))


@needs_prometheus
def test_each_alert_watches_what_envoy_tells(prometheus: str) -> None:
    names = {"NoEnvoy": "up"}
    for alert in alerts():
        expression = names.get(alert["alert"]) or alert["expr"].partition(" == ")[0]
        for sign in (" > ", " < "):
            expression = expression.rpartition(sign)[0] or expression
        assert until(lambda asked=expression: query(prometheus, asked)), alert["alert"]


@needs_prometheus
@pytest.mark.parametrize(
    "command",
    [["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]],
)
def test_promtool_finds_no_fault(command: list[str]) -> None:
    answer = subprocess.run(
        ["promtool", *command], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_each_alert_has_its_case() -> None:
    cases = (HERE / "alerts_test.yml").read_text()
    assert [alert["alert"] for alert in alerts() if alert["alert"] not in cases] == []
