"""A group's people reach the group's own Spark, and nothing leads to another's."""

from __future__ import annotations

import os
import socket
import struct
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import grpc
import pytest
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession

from deploy.local.service import Service
from deploy.team.config import TeamConfig
from deploy.team.edge import groups
from deploy.team.stack import TeamStack
from deploy.team.tests.servers import refusal
from deploy.team.tests.tokens import Provider
from e2e.conftest import QUICK_START
from e2e.native_clients import native_session, trusted
from e2e.team.calls import SERVICE, lines_when, version, version_request
from e2e.team.conftest import running
from e2e.team.people import Person, signed_in

pytestmark = pytest.mark.any_stack

FINANCE, RESEARCH = "finance", "research"
PERMISSION_DENIED = 7
RPC_REQUEST, RPC_RESPONSE = 3, 4
NO_PROXY = [("grpc.enable_http_proxy", 0)]
FOREIGN = (
    "This server is for the group research, and the token does not name you as a member of it."
)

Session = Callable[[str], AbstractContextManager[SparkSession]]


@pytest.fixture(scope="module")
def team(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TeamStack]:
    """Two groups, alice in the first, bob in the second, carol in none."""
    folder = tmp_path_factory.mktemp("groups")
    config = TeamConfig.demonstration(folder, site_dir, QUICK_START, groups=(FINANCE, RESEARCH))
    with running(config, request.session) as stack:
        yield stack


@pytest.fixture
def session(team: TeamStack) -> Iterator[Session]:
    """A native client's through Envoy, with what follows the token in its address."""
    with trusted(team.authority):
        yield lambda token: native_session(f"{team.native_remote};token={token}")


def server_of(team: TeamStack, group: str) -> Service:
    [found] = [each for each in team.sparks if each.name == f"spark-{group}"]
    return found


def port_of(team: TeamStack, group: str) -> int:
    return int(server_of(team, group).listens[0][1])


def straight_to(team: TeamStack, group: str, token: str, *more: tuple[str, str]) -> str:
    """A call past Envoy, as another group's functions could make it: `served`, or the refusal."""
    metadata = [("authorization", f"Bearer {token}"), *more]
    with grpc.insecure_channel(f"127.0.0.1:{port_of(team, group)}", NO_PROXY) as channel:
        call = channel.unary_unary(SERVICE + "AnalyzePlan")
        try:
            call(version_request(), metadata=metadata, timeout=60)
        except grpc.RpcError as error:
            return ": ".join(refusal(error))
    return "served"


def served_by(team: TeamStack, session_id: str) -> set[tuple[str, str, str]]:
    """User, group and server of a session's calls, as the log has them."""

    def its(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [line for line in lines if line["session"] == session_id]

    lines = its(lines_when(team, lambda all_: bool(its(all_))))
    return {(line["user"], line["group"], line["server"]) for line in lines}


def test_tables_of_one_group_are_not_seen_by_the_other(team: TeamStack, session: Session) -> None:
    """With access tokens of the real provider, whose claim is a list."""
    with session(Person(team, "alice").native_token()) as alices:
        alices.range(3).write.saveAsTable("salaries")
        assert alices.table("salaries").count() == 3
        alice = served_by(team, alices.client._session_id)
    with session(Person(team, "bob").native_token()) as bobs:
        assert bobs.catalog.listTables() == []
        with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
            bobs.table("salaries").collect()
        bob = served_by(team, bobs.client._session_id)
    assert alice == {("alice", FINANCE, f"127.0.0.1:{port_of(team, FINANCE)}")}
    assert bob == {("bob", RESEARCH, f"127.0.0.1:{port_of(team, RESEARCH)}")}


def test_a_file_of_the_other_groups_warehouse_cannot_be_named(
    team: TeamStack, session: Session, provider: Provider
) -> None:
    """By the guard; what a Python function may read is said in docs/team.md."""
    with session(provider.token("bob", groups=[RESEARCH])) as bobs:
        place = team.team.group_folder(FINANCE) / "spark" / "warehouse" / "salaries"
        with pytest.raises(PySparkException, match="below this server's warehouse only"):
            bobs.read.parquet(str(place)).collect()


def test_the_login_of_a_tab_leads_to_the_groups_own_server(team: TeamStack) -> None:
    assert signed_in(team, "alice").ask_spark().grpc == 0
    assert signed_in(team, "bob").ask_spark().grpc == 0
    called = f"{SERVICE}AnalyzePlan"

    def went(lines: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
        theirs = [line for line in lines if line["user"] in ("alice", "bob") and line["server"]]
        its = [line for line in theirs if line["path"] == called]
        return {(line["user"], line["group"], line["server"]) for line in its}

    wanted = {
        (name, group, f"127.0.0.1:{port_of(team, group)}")
        for name, group in (("alice", FINANCE), ("bob", RESEARCH))
    }
    assert went(lines_when(team, lambda all_: wanted <= went(all_))) == wanted


def test_who_is_in_no_group_gets_one_sentence_in_a_tab_and_natively(
    team: TeamStack, session: Session
) -> None:
    carol = signed_in(team, "carol")
    answer = carol.ask_spark()
    assert (answer.http, answer.grpc, answer.messages) == (200, PERMISSION_DENIED, [])
    assert answer.sentence == groups.NONE
    token = carol.native_token()
    with (
        pytest.raises(PySparkException) as caught,
        session(token) as carols,
    ):
        carols.range(1).collect()
    assert groups.NONE in str(caught.value)


def test_a_forged_header_leads_nowhere_else(team: TeamStack, provider: Provider) -> None:
    for name in ("x_pcw_group", "pcw_group"):
        token = provider.token("carol", groups=["staff"])
        assert version(team, token, **{name: FINANCE}).sentence == groups.NONE
    bob = provider.token("bob", groups=[RESEARCH])
    assert version(team, bob, x_pcw_group=FINANCE, pcw_cell="forged-1").grpc == 0
    assert version(team, bob, pcw_group=FINANCE).grpc == PERMISSION_DENIED

    def of_it(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [line for line in lines if line["cell"] == "forged-1"]

    [line] = of_it(lines_when(team, lambda all_: bool(of_it(all_))))
    assert (line["group"], line["server"]) == (RESEARCH, f"127.0.0.1:{port_of(team, RESEARCH)}")


def test_spark_itself_refuses_another_groups_token(team: TeamStack, provider: Provider) -> None:
    alice = provider.token("alice", groups=["staff", FINANCE])
    assert straight_to(team, FINANCE, alice) == "served"
    assert straight_to(team, RESEARCH, alice) == f"PERMISSION_DENIED: {FOREIGN}"
    smuggled = [("x-pcw-group", RESEARCH), ("pcw-group", RESEARCH), ("x-pcw-user", "bob")]
    assert straight_to(team, RESEARCH, alice, *smuggled) == f"PERMISSION_DENIED: {FOREIGN}"


def test_who_is_in_both_groups_says_in_his_address_which(
    team: TeamStack, session: Session, provider: Provider
) -> None:
    token = provider.token("dora", groups=[RESEARCH, "staff", FINANCE])
    answer = version(team, token)
    assert (answer.grpc, answer.messages) == (PERMISSION_DENIED, [])
    assert f"({FINANCE}, {RESEARCH})" in answer.sentence
    for group in (FINANCE, RESEARCH):
        with session(f"{token};pcw-group={group}") as doras:
            assert doras.range(4).count() == 4
            found = served_by(team, doras.client._session_id)
        assert {(user, to) for user, to, _ in found} == {("dora", group)}


def test_each_group_has_a_folder_that_is_its_owners_alone(team: TeamStack) -> None:
    for group in (FINANCE, RESEARCH):
        folder = team.team.group_folder(group)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "spark" / "catalog").is_dir()
        command = Path(f"/proc/{server_of(team, group).pid}/cwd")
        assert os.readlink(command) == str(folder / "spark")


def test_metrics_tell_the_groups_servers_apart(team: TeamStack) -> None:
    with urllib.request.urlopen(team.metrics_url, timeout=30) as answer:
        text = answer.read().decode()
    for group in (FINANCE, RESEARCH):
        assert f'envoy_cluster_name="spark-{group}"' in text


def asks_for_a_block(port: int) -> int:
    """The kind of answer (`org.apache.spark.network.protocol.Message.Type`), or -1 for none."""

    def text(value: str) -> bytes:
        return struct.pack(">i", len(value)) + value.encode()

    block = text("an-application") + text("driver") + struct.pack(">i", 1) + text("broadcast_0")
    open_blocks = b"\0" + block
    message = struct.pack(">bqi", RPC_REQUEST, 1, len(open_blocks)) + open_blocks
    with socket.create_connection(("127.0.0.1", port), timeout=30) as neighbour:
        neighbour.sendall(struct.pack(">q", 8 + len(message)) + message)
        answer = neighbour.recv(9)
    return answer[8] if len(answer) == 9 else -1


def test_a_neighbour_without_the_secret_is_not_heard(team: TeamStack) -> None:
    """The ports between Spark's own parts are open to all that runs on this machine."""
    for group in (FINANCE, RESEARCH):
        assert asks_for_a_block(team.team.spark_ports(group).spark_block) != RPC_RESPONSE
