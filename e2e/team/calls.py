"""Calls of Spark Connect as grpc-web, byte by byte, and the tokens they carry."""

from __future__ import annotations

import json
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import requests
from joserfc.jwk import RSAKey
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.local.service import Service
from deploy.shared.config import Ports
from deploy.team import services
from deploy.team.config import TeamConfig
from deploy.team.edge.facts import Limits
from deploy.team.stack import TeamStack
from deploy.team.tests.tokens import Provider
from e2e.team.access_log import AccessLog, Lines

SERVICE = "/spark.connect.SparkConnectService/"
GRPC_WEB = {"content-type": "application/grpc-web+proto", "accept": "application/grpc-web+proto"}
PATIENCE_S = 60
TRAILERS = 0x80


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP's status, gRPC's, and the messages."""

    http: int
    grpc: int | None
    sentence: str
    messages: list[bytes]
    headers: dict[str, str]
    text: str = ""
    """Of an answer that is not gRPC."""


def provider_of(team: TeamStack) -> Provider:
    """The provider's own key, so that one thing alone is wrong with a forged token."""
    [key] = json.loads(team.team.belongings.signing_keys.read_text())["keys"]
    return Provider(
        issuer=services.provider_address(team.team.settings),
        audience=team.team.settings.identity.audiences[0],
        keys=[RSAKey.import_key(key)],
    )


def frame(message: bytes, flags: int = 0) -> bytes:
    return struct.pack(">BI", flags, len(message)) + message


def version_request(session: str | None = None, user: str = "") -> bytes:
    return bytes(
        pb.AnalyzePlanRequest(
            session_id=session or str(uuid.uuid4()),
            user_context=pb.UserContext(user_id=user),
            spark_version=pb.AnalyzePlanRequest.SparkVersion(),
        ).SerializeToString()
    )


def post(
    team: TeamStack, body: bytes, method: str = "AnalyzePlan", url: str = "", **headers: str
) -> Answer:
    """A call; ``headers`` have underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = requests.post(
        (url or team.team.settings.url) + SERVICE + method,
        data=body,
        headers={**GRPC_WEB, **named},
        verify=str(team.authority),
        allow_redirects=False,
        timeout=PATIENCE_S,
    )
    return answer_of(answer)


def answer_of(answer: requests.Response) -> Answer:
    """Status and messages, wherever grpc-web puts them."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    messages, trailers, rest = [], dict(headers), answer.content
    is_grpc = headers.get("content-type", "").startswith("application/grpc-web")
    while is_grpc and len(rest) >= 5:
        flags, length = struct.unpack(">BI", rest[:5])
        content, rest = rest[5 : 5 + length], rest[5 + length :]
        if flags & TRAILERS:
            lines = content.decode("latin-1").split("\r\n")
            trailers |= dict(line.split(":", 1) for line in lines if ":" in line)
        else:
            messages.append(content)
    status = trailers.get("grpc-status")
    return Answer(
        http=answer.status_code,
        grpc=int(status) if status is not None else None,
        sentence=unquote(trailers.get("grpc-message", "")),
        messages=messages,
        headers=headers,
        text="" if is_grpc else answer.text,
    )


def version(team: TeamStack, token: str, **headers: str) -> Answer:
    """Asks Spark for its version with a bearer token."""
    return post(team, frame(version_request()), authorization=f"Bearer {token}", **headers)


def second_door(team: TeamStack, folder: Path, limits: Limits, **changed: Any) -> Service:
    """Another Envoy before the same Spark, site and provider; `listens[0]` is where."""
    ports = Ports.free()
    settings = replace(
        team.team.settings,
        url=f"https://localhost:{ports.site}",
        port=ports.site,
        metrics_port=ports.grpcweb,
        limits=limits,
        **changed,
    )
    (folder / "demo").symlink_to(team.team.belongings.folder)
    config: TeamConfig = replace(
        team.team,
        state_dir=folder,
        settings=settings,
        ports=replace(team.config.ports, site=ports.site, grpcweb=ports.grpcweb),
    )
    return services.envoy(config, None)


def lines_when(team: TeamStack, enough: Callable[[Lines], object]) -> Lines:
    """The access log's lines, once they are what is waited for."""
    return AccessLog(team.access_log).wait(enough)
