"""What Envoy writes into its own log while people sign in: no code, no state, no query."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from deploy.shared.config import ROOT
from deploy.team.demo import Belongings
from deploy.team.edge.config import envoy_config, write_secrets
from deploy.team.edge.facts import Edge, Endpoints
from deploy.team.edge.log import LOG_ARGUMENTS
from spark.ports import free_ports

ENVOY = Path(sys.executable).parent / "envoy"
PATIENCE_S = 60.0
SECRET = "the-code-of-a-login"
CALLBACKS = [
    f"/pcw/callback?code={SECRET}&state=late",
    f"/pcw/callback?code={SECRET}",
    f"/pcw/callback?state={SECRET}",
    f"/pcw/callback?error=denied&state={SECRET}",
    f"/pcw/callback?error={SECRET}",
    f"/pcw/callback?code={SECRET}&state=eyJ1cmwiOiJ4In0",
    f"/?token={SECRET}",
]


class _Keys(BaseHTTPRequestHandler):
    """A provider that has keys, and refuses every code."""

    def do_GET(self) -> None:
        key = {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "1"}
        self._answer(200, json.dumps({"keys": [key]}).encode())

    def do_POST(self) -> None:
        self._answer(400, b'{"error": "invalid_grant"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@dataclass
class Door:
    """A team's Envoy, and what it wrote."""

    port: int
    log: Path
    said: str = ""
    """The last answer's body."""

    @property
    def written(self) -> str:
        return self.log.read_text(errors="replace")

    def ask(self, path: str, fetch: bool = False) -> int:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        to = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)
        headers = {"host": f"localhost:{self.port}"} | ({"sec-fetch-mode": "cors"} if fetch else {})
        to.request("GET", path, headers=headers)
        answer = to.getresponse()
        self.said = answer.read().decode()
        to.close()
        return answer.status


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    port, metrics_port = free_ports(2)
    ours = Belongings(folder / "demo")
    ours.make()
    provider = ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    issuer = f"http://127.0.0.1:{provider.server_port}"
    edge = Edge(
        url=f"https://localhost:{port}",
        bind="127.0.0.1",
        port=port,
        metrics_port=metrics_port,
        admin_socket=folder / "admin.sock",
        log=folder / "access.log",
        certificates=ours.certificates,
        endpoints=Endpoints(issuer, f"{issuer}/auth", f"{issuer}/token", f"{issuer}/jwks"),
        client_id="pcw",
        client_secret=ours.client_secret,
        cookie_key=ours.cookie_key,
        provider_ca=None,
        site="127.0.0.1:9",
        spark=("127.0.0.1:9",),
        spark_metrics={},
    )
    secrets, config, log = folder / "secrets", folder / "envoy.json", folder / "envoy.log"
    write_secrets(edge, secrets)
    config.write_text(json.dumps(envoy_config(edge, secrets)))
    command = [str(ENVOY), "--config-path", str(config), "--disable-hot-restart", "--concurrency"]
    with log.open("wb") as output:
        running = subprocess.Popen([*command, "1", *LOG_ARGUMENTS], stdout=output, stderr=output)
    try:
        opened = Door(port, log)
        wait_for(opened, running)
        yield opened
    finally:
        running.terminate()
        running.wait(PATIENCE_S)
        provider.shutdown()
        provider.server_close()


def wait_for(door: Door, running: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            door.ask("/.well-known/pcw/ready")
        except OSError:
            assert running.poll() is None, door.written
            assert time.monotonic() < give_up, door.written
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("path", CALLBACKS)
def test_a_login_that_fails_leaves_no_query_in_the_log(door: Door, path: str) -> None:
    assert door.ask(path) in (302, 401)
    assert door.ask(path, fetch=True) in (302, 401)
    assert SECRET not in door.written
    assert "state=" not in door.written


def test_who_cannot_be_signed_in_is_told_so_without_an_error_of_ours(door: Door) -> None:
    assert door.ask(CALLBACKS[0]) == 401
    assert "You are not signed in" in door.said
    assert door.said.endswith("</html>\n")
    assert "[lua]" not in door.written


def test_containers_and_pods_have_envoy_log_the_same() -> None:
    wanted = " ".join(LOG_ARGUMENTS)
    overlay = yaml.load((ROOT / "deploy/team/compose.yaml").read_text(), _Loader)
    assert wanted in " ".join(overlay["services"]["envoy"]["entrypoint"])
    pods = yaml.safe_load_all((ROOT / "deploy/kubernetes/edge/envoy.yaml").read_text())
    [pod] = [each for each in pods if each["kind"] == "Deployment"]
    [container] = pod["spec"]["template"]["spec"]["containers"]
    assert wanted in " ".join(container["args"])


class _Loader(yaml.SafeLoader):
    """With what is compose's own: `!reset` and `!override`."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, _node: None)
