"""Containers with a company's own provider: over https, with an authority of its own."""

from __future__ import annotations

import http.server
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.shared.errors import StackError
from deploy.team.compose import keys
from deploy.team.compose.containers import Containers
from deploy.team.config import TeamConfig
from deploy.team.demo import Belongings
from deploy.team.settings import Settings

PATIENCE_S = 30
JWKS = {"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Belongings:
    """Its authority, certificates and secrets."""
    ours = Belongings(tmp_path_factory.mktemp("company"))
    ours.make()
    return ours


@pytest.fixture(scope="module")
def issuer(company: Belongings) -> Iterator[str]:
    """Tells where its endpoints are, and its keys."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            told = JWKS if self.path == "/keys" else known
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pair = company.certificates
        context.load_cert_chain(pair / "tls.crt", pair / "tls.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        address = f"https://localhost:{server.server_port}"
        known = {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "jwks_uri": f"{address}/keys",
        }
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


@pytest.fixture
def containers(company: Belongings, issuer: str, tmp_path: Path) -> Containers:
    usual = Settings()
    settings = replace(
        usual,
        url="https://spark.example.org",
        bind="0.0.0.0",
        port=443,
        certificates=company.certificates,
        identity=replace(
            usual.identity,
            issuer=issuer,
            client_secret=company.client_secret,
            cookie_key=company.cookie_key,
            provider_ca=company.authority,
        ),
    )
    site = tmp_path / "site"
    site.mkdir()
    return Containers(TeamConfig(settings, tmp_path / "state", site), environ={})


def test_envoy_asks_the_provider_over_https_and_trusts_its_authority_alone(
    containers: Containers, issuer: str, company: Belongings
) -> None:
    containers.prepare()
    folder = containers.mounts["envoy"].folder
    config: dict[str, Any] = json.loads((folder / "envoy.json").read_text())
    clusters = {each["name"]: each for each in config["static_resources"]["clusters"]}
    assert "provider" not in clusters
    for name in ("provider_token", "provider_jwks"):
        context = clusters[name]["transport_socket"]["typed_config"]["common_tls_context"]
        trusted = context["validation_context"]["trusted_ca"]["filename"]
        assert trusted == "/etc/pcw/team/authorities.pem"
    assert (folder / "authorities.pem").read_bytes() == company.authority.read_bytes()
    assert f"{issuer}/authorize" in (folder / "envoy.json").read_text()


def test_the_demonstrations_provider_is_not_started(containers: Containers) -> None:
    told = containers.engine_environ()
    assert "provider" not in containers.services
    assert told["COMPOSE_FILE"] == "compose.yaml:deploy/team/compose.yaml"
    assert (told["TEAM_BIND"], told["TEAM_PORT"]) == ("0.0.0.0", "443")


def test_its_keys_are_fetched_over_https_by_what_the_container_is_given(
    containers: Containers, tmp_path: Path
) -> None:
    containers.prepare()
    file, given = tmp_path / "jwks.json", containers.mounts["keys"].folder
    command = [sys.executable, keys.__file__, str(given), str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        give_up = time.monotonic() + PATIENCE_S
        while not file.exists() and time.monotonic() < give_up:
            time.sleep(0.02)
        process.terminate()
    assert json.loads(file.read_text()) == JWKS


def test_a_setting_that_is_unsafe_is_refused_before_a_file_is_written(
    containers: Containers,
) -> None:
    settings = replace(containers.config.settings, certificates=None)
    unsafe = replace(containers, config=replace(containers.config, settings=settings))
    with pytest.raises(StackError, match="PCW_TEAM_CERTIFICATES is missing"):
        unsafe.prepare()
    assert not unsafe.folder.exists()
