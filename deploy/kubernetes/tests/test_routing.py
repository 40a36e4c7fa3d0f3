"""A real Envoy leads a token's owner to the group's own server, and nobody to another's."""

from __future__ import annotations

import functools
import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest

from deploy.kubernetes import render
from deploy.kubernetes.settings import Settings, read
from deploy.team.edge import groups
from deploy.team.edge.config import envoy_config, write_secrets
from deploy.team.tests.tokens import AUDIENCE, ISSUER, Provider, rsa_key
from spark.ports import free_ports

ENVOY = render.HERE.parents[1] / ".venv" / "bin" / "envoy"
CALL = "/spark.connect.SparkConnectService/Config"
PATIENCE_S = 60.0


class _Named(grpc.GenericRpcHandler):
    """A server that answers each call with its group's name, as an error's text."""

    def __init__(self, name: str) -> None:
        self.name = name

    def service(self, _: object) -> grpc.RpcMethodHandler:
        def answer(_request: bytes, context: grpc.ServicerContext) -> bytes:
            context.abort(grpc.StatusCode.NOT_FOUND, f"server-of-{self.name}")

        return grpc.unary_unary_rpc_method_handler(answer)


def named_server(name: str, stack: ExitStack) -> int:
    server = grpc.server(ThreadPoolExecutor(2), handlers=[_Named(name)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stack.callback(server.stop, None)
    return port


def file_server(folder: Path, stack: ExitStack) -> str:
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"


def without_tls(config: dict[str, Any], port: int, servers: dict[str, int]) -> None:
    """On loopback, without the certificate, in front of servers of this process."""
    resources = config["static_resources"]
    for listener in resources["listeners"]:
        listener["filter_chains"][0].pop("transport_socket", None)
        if listener["name"] == "site":
            listener["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": port}
    for cluster in resources["clusters"]:
        if cluster["name"] in servers:
            [endpoints] = cluster["load_assignment"]["endpoints"]
            where = endpoints["lb_endpoints"][0]["endpoint"]["address"]["socket_address"]
            where.update(address="127.0.0.1", port_value=servers[cluster["name"]])


@dataclass
class Door:
    port: int
    provider: Provider

    def call(self, token: str | None, path: str = CALL, **more: str) -> tuple[int, str]:
        """HTTP's status, and what the server or Envoy said."""
        headers = {"content-type": "application/grpc-web+proto", "host": f"localhost:{self.port}"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        asked.request("POST", path, b"\0\0\0\0\0", {**headers, **more})
        answer = asked.getresponse()
        said = answer.getheader("grpc-message", "") + answer.read().decode(errors="replace")
        asked.close()
        return answer.status, said


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(tmp_path_factory.mktemp("door"), "group") as found:
        yield found


@contextmanager
def opened(folder: Path, claim: str) -> Iterator[Door]:
    provider = Provider(keys=[rsa_key()])
    (folder / "public").mkdir()
    provider.write_jwks(folder / "public" / "jwks.json")
    (folder / "index.html").write_text("<p>page")
    for name in ("client_secret", "cookie_key"):
        (folder / name).write_text("0" * 64)
    with ExitStack() as stack:
        port, metrics = free_ports(2)
        settings = replace(read(render.HERE / "team.toml"), group_claim=claim)
        servers = {f"spark-{name}": named_server(name, stack) for name in settings.groups}
        public = file_server(folder / "public", stack)
        config = made(settings, folder, f"https://localhost:{port}", public, metrics)
        without_tls(config, port, servers)
        (folder / "envoy.json").write_text(json.dumps(config))
        start(folder, stack)
        found = Door(port, provider)
        wait(found)
        yield found


def made(settings: Settings, folder: Path, url: str, public: str, metrics: int) -> dict[str, Any]:
    here = replace(
        settings,
        url=url,
        issuer=ISSUER,
        audiences=(AUDIENCE,),
        token=f"{public}/token",
        jwks=f"{public}/jwks.json",
    )
    facts = replace(
        render.edge("per-group", here, folder),
        certificates=folder,
        client_secret=folder / "client_secret",
        cookie_key=folder / "cookie_key",
        admin_socket=folder / "admin.sock",
        metrics_port=metrics,
        log=folder / "access.log",
    )
    write_secrets(facts, folder / "secrets")
    return envoy_config(facts, folder / "secrets")


def start(folder: Path, stack: ExitStack) -> None:
    command = [str(ENVOY), "-c", str(folder / "envoy.json"), "--disable-hot-restart"]
    log = stack.enter_context((folder / "envoy.log").open("w"))
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)


def wait(door: Door) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", door.port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Envoy does not listen")


@pytest.mark.parametrize("group", ["analytics", "science"])
def test_a_claim_leads_to_the_groups_own_server(door: Door, group: str) -> None:
    for claim in (group, [group], ["nobodys", group]):
        _, said = door.call(door.provider.token("alice", group=claim))
        assert f"server-of-{group}" in said, claim


@pytest.mark.parametrize(
    "claims", [{}, {"group": "nobodys"}, {"group": ["nobodys"]}, {"group": []}, {"group": 7}]
)
def test_who_has_no_known_group_is_told_what_to_do(door: Door, claims: dict[str, Any]) -> None:
    token = door.provider.token("alice", **claims)
    for asked in ({}, {"pcw-group": "science"}):
        status, said = door.call(token, **asked)
        assert "server-of" not in said
        assert (status, said) == (200, groups.NONE)


def test_a_program_that_speaks_no_grpc_is_refused_too(door: Door) -> None:
    status, said = door.call(door.provider.token("alice"), **{"content-type": "text/plain"})
    assert (status, said.strip()) == (403, groups.NONE)


def test_who_is_in_several_groups_names_one_of_them(door: Door) -> None:
    token = door.provider.token("dora", group=["science", "analytics", "chess"])
    _, said = door.call(token)
    assert "server-of" not in said
    assert "(analytics, science)" in said
    assert ";pcw-group=analytics" in said
    for group in ("science", "analytics"):
        _, said = door.call(token, **{"pcw-group": group})
        assert f"server-of-{group}" in said


@pytest.mark.parametrize("asked", ["chess", "analytics", "science,analytics", ""])
def test_nobody_names_a_group_that_is_not_his(door: Door, asked: str) -> None:
    token = door.provider.token("erin", group=["science", "chess"])
    _, said = door.call(token, **{"pcw-group": asked})
    assert "server-of" not in said
    assert "none of yours" in said


def test_a_claim_is_found_by_its_whole_name_or_as_a_path(tmp_path: Path) -> None:
    """As Spark finds it."""
    with opened(tmp_path, "realm.roles") as door:
        claims: list[dict[str, Any]] = [
            {"realm": {"roles": ["science"]}},
            {"realm.roles": "science"},
            {"realm.roles": ["science"], "realm": {"roles": ["analytics"]}},
        ]
        for each in claims:
            _, said = door.call(door.provider.token("alice", **each))
            assert "server-of-science" in said, each
        for each in (
            {"realm": "roles"},
            {"realm": {"roles": {"science": 1}}},
            {"roles": "science"},
        ):
            _, said = door.call(door.provider.token("alice", **each))
            assert said == groups.NONE, each


def test_what_a_closing_tab_says_last_goes_to_the_groups_server_too(door: Door) -> None:
    path = "/pcw/later/spark.connect.SparkConnectService/ReleaseSession"
    _, said = door.call(door.provider.token("alice", group=["science"]), path)
    assert "server-of-science" in said
    _, said = door.call(door.provider.token("alice"), path)
    assert said == groups.NONE


def test_a_header_that_a_client_sends_is_no_claim(door: Door) -> None:
    token = door.provider.token("alice", group="analytics")
    _, said = door.call(token, **{groups.HEADER: "science"})
    assert "server-of-analytics" in said
    _, said = door.call(door.provider.token("alice"), **{groups.HEADER: "science"})
    assert "server-of" not in said


def test_without_a_token_no_server_is_reached(door: Door) -> None:
    for name in (groups.HEADER, "pcw-group"):
        status, said = door.call(None, **{name: "science"})
        assert (status, "server-of" in said) == (401, False)
