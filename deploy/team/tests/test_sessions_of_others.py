"""Whatever user a message names, it acts for its token's: all twelve calls, every message."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.team.tests.servers import Client, TeamSpark, new_id, refusal, rows, sql

pytestmark = pytest.mark.spark

SERVICE = pb.DESCRIPTOR.services_by_name["SparkConnectService"]
KEY = "spark.sql.shuffle.partitions"
ALICES = "7"


class Alice:
    """A session with a setting, a view, a file and a running query, none of which is Bob's."""

    def __init__(self, client: Client, slow: pb.Plan) -> None:
        self.client, self.session, self.operation = client, new_id(), new_id()
        client.call("Config", set_option("alice", self.session, KEY, ALICES))
        client.sql("create temporary view hers as select 41 as n", "alice", self.session)
        client.call("AddArtifacts", iter([artifact("alice", self.session, "files/hers.txt")]))
        self.running = client.start(slow, self.session, self.operation)

    def runs(self) -> bool:
        request = pb.GetStatusRequest(session_id=self.session, user_context=user("alice"))
        request.operation_status.operation_ids.append(self.operation)
        answer = self.client.call("GetStatus", request)[0]
        states = {state.operation_id: state.state for state in answer.operation_statuses}
        return states.get(self.operation) == RUNNING


RUNNING = pb.GetStatusResponse.OperationStatus.OperationState.OPERATION_STATE_RUNNING


def user(name: str) -> pb.UserContext:
    return pb.UserContext(user_id=name, user_name=name)


def set_option(name: str, session: str, key: str, value: str) -> pb.ConfigRequest:
    request = pb.ConfigRequest(session_id=session, user_context=user(name))
    request.operation.set.pairs.add(key=key, value=value)
    return request


def get_option(name: str, session: str, key: str) -> pb.ConfigRequest:
    request = pb.ConfigRequest(session_id=session, user_context=user(name))
    request.operation.get_option.keys.append(key)
    return request


def artifact(name: str, session: str, path: str) -> pb.AddArtifactsRequest:
    chunk = pb.AddArtifactsRequest.ArtifactChunk(data=b"x", crc=zlib.crc32(b"x"))
    one = pb.AddArtifactsRequest.SingleChunkArtifact(name=path, data=chunk)
    return pb.AddArtifactsRequest(
        session_id=session,
        user_context=user(name),
        batch=pb.AddArtifactsRequest.Batch(artifacts=[one]),
    )


@pytest.fixture(scope="module")
def alice(team: TeamSpark, slow: pb.Plan) -> Iterator[Alice]:
    alice = Alice(team.of("alice"), slow)
    yield alice
    request = pb.ReleaseSessionRequest(session_id=alice.session, user_context=user("alice"))
    alice.client.call("ReleaseSession", request)


def requests(alice: Alice) -> dict[str, Any]:
    """Each names Alice and her session, and her running query where it can."""
    whose = {"session_id": alice.session, "user_context": user("alice")}
    every = pb.InterruptRequest.InterruptType.INTERRUPT_TYPE_ALL
    return {
        "ExecutePlan": sql("select * from hers", "alice", alice.session),
        "AnalyzePlan": pb.AnalyzePlanRequest(
            **whose, schema=pb.AnalyzePlanRequest.Schema(plan=sql("table hers", "", "").plan)
        ),
        "Config": get_option("alice", alice.session, KEY),
        "AddArtifacts": [
            artifact("bob", alice.session, "files/his.txt"),
            artifact("alice", alice.session, "files/of-bob.txt"),
        ],
        "ArtifactStatus": pb.ArtifactStatusesRequest(**whose, names=["files/hers.txt"]),
        "Interrupt": pb.InterruptRequest(**whose, interrupt_type=every),
        "ReattachExecute": pb.ReattachExecuteRequest(**whose, operation_id=alice.operation),
        "ReleaseExecute": pb.ReleaseExecuteRequest(
            **whose,
            operation_id=alice.operation,
            release_all=pb.ReleaseExecuteRequest.ReleaseAll(),
        ),
        "FetchErrorDetails": pb.FetchErrorDetailsRequest(**whose, error_id=new_id()),
        "CloneSession": pb.CloneSessionRequest(**whose, new_session_id=new_id()),
        "GetStatus": pb.GetStatusRequest(**whose),
        "ReleaseSession": pb.ReleaseSessionRequest(**whose),
    }


REFUSED = {
    "ExecutePlan": "TABLE_OR_VIEW_NOT_FOUND",
    "AnalyzePlan": "TABLE_OR_VIEW_NOT_FOUND",
    "ReattachExecute": "INVALID_HANDLE.SESSION_NOT_FOUND",
    "ReleaseExecute": "INVALID_HANDLE.SESSION_NOT_FOUND",
    "CloneSession": "INVALID_HANDLE.SESSION_NOT_FOUND",
    "GetStatus": "INVALID_HANDLE.SESSION_NOT_FOUND",
}
"""What is only Alice's is not there; the others are answered about a session of Bob's own."""


def test_the_list_of_calls_is_sparks(alice: Alice) -> None:
    assert set(requests(alice)) == {method.name for method in SERVICE.methods}


@pytest.mark.parametrize("method", [method.name for method in SERVICE.methods])
def test_nobody_reaches_anothers_session(team: TeamSpark, alice: Alice, method: str) -> None:
    bob = team.of(f"bob-{method}")  # another for each: none has a session yet
    request = requests(alice)[method]
    answers: list[Any] = []
    refused = ""
    try:
        answers = bob.call(method, iter(request) if isinstance(request, list) else request)
    except grpc.RpcError as error:
        refused = refusal(error)[1]
    assert REFUSED[method] in refused if method in REFUSED else not refused, refused
    assert all(row.get("n") != 41 for row in (rows(answers) if method == "ExecutePlan" else []))
    text = "".join(map(str, answers))
    assert f'value: "{ALICES}"' not in text
    assert "exists: true" not in text
    assert alice.operation not in text
    assert alice.runs()


def test_what_bob_did_is_not_in_her_session(team: TeamSpark, alice: Alice) -> None:
    bob = team.of("bob")
    bob.call("Config", set_option("alice", alice.session, KEY, "3"))
    bob.call("AddArtifacts", iter([artifact("alice", alice.session, "files/of-bob.txt")]))
    kept = alice.client.call("Config", get_option("alice", alice.session, KEY))
    assert kept[0].pairs[0].value == ALICES
    names = ["files/of-bob.txt", "files/hers.txt"]
    asked = pb.ArtifactStatusesRequest(
        session_id=alice.session, user_context=user("alice"), names=names
    )
    assert not alice.client.call("ArtifactStatus", asked)[0].statuses["files/of-bob.txt"].exists
    assert alice.runs()


def test_ones_own_session_can_be_cloned_read_interrupted_and_released(
    team: TeamSpark, slow: pb.Plan
) -> None:
    carol, session, clone = team.of("carol"), new_id(), new_id()
    whose = {"session_id": session, "user_context": user("somebody else")}
    carol.call("Config", set_option("", session, KEY, "5"))
    carol.call("CloneSession", pb.CloneSessionRequest(**whose, new_session_id=clone))
    assert carol.call("Config", get_option("", clone, KEY))[0].pairs[0].value == "5"
    operation = new_id()
    running = carol.start(slow, session, operation)
    one = pb.InterruptRequest.InterruptType.INTERRUPT_TYPE_OPERATION_ID
    asked = pb.InterruptRequest(**whose, interrupt_type=one, operation_id=operation)
    assert carol.call("Interrupt", asked)[0].interrupted_ids == [operation]
    with pytest.raises(grpc.RpcError, match="OPERATION_CANCELED"):
        list(running)
    carol.call("ReleaseSession", pb.ReleaseSessionRequest(**whose))
    with pytest.raises(grpc.RpcError, match="SESSION_CLOSED"):
        carol.call("Config", get_option("", session, KEY))


def test_the_same_session_id_of_two_users_is_two_sessions(team: TeamSpark) -> None:
    session = new_id()
    for name, value in (("dora", "1"), ("emil", "2")):
        team.of(name).call("Config", set_option("dora", session, KEY, value))
    answers = [
        team.of(name).call("Config", get_option("dora", session, KEY))[0].pairs[0].value
        for name in ("dora", "emil")
    ]
    assert answers == ["1", "2"]
