"""What a server tells operators: in a place of its own, numbers and the names of users."""

from __future__ import annotations

import re
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.team.tests.servers import NO_PROXY, Client, TeamSpark, new_id, team_spark
from deploy.team.tests.tokens import Provider

pytestmark = pytest.mark.spark

PATIENCE_S = 60
NAMED_USERS = 200
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LINE = re.compile(r'(\w+)(?:\{(\w+)="(.*)"\})? (\S+)')


def get(team: TeamSpark, path: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{team.metrics_port}{path}", method=method)
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def values(team: TeamSpark, name: str) -> dict[str, float]:
    """The numbers of a metric by its label's value, which is empty where there is no label."""
    found = {}
    for line in get(team)[1].splitlines():
        match = LINE.fullmatch(line)
        if match and match[1] == name:
            found[match[3] or ""] = float(match[4])
    return found


def until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def release(client: Client, session: str) -> None:
    client.call("ReleaseSession", pb.ReleaseSessionRequest(session_id=session))


def test_sessions_are_counted_by_user_until_they_end(team: TeamSpark) -> None:
    mine = [new_id(), new_id()]
    for session in mine:
        team.of("jonas").version(session=session)
    assert values(team, "pcw_sessions")["jonas"] == 2
    release(team.of("jonas"), mine[0])
    assert values(team, "pcw_sessions")["jonas"] == 1
    release(team.of("jonas"), mine[1])
    assert values(team, "pcw_sessions")["jonas"] == 0


def test_queries_are_counted_by_user_while_they_run(team: TeamSpark, slow: pb.Plan) -> None:
    session = new_id()
    running = [team.of("klara").start(slow, session) for _ in range(2)]
    assert running
    assert values(team, "pcw_queries_running")["klara"] == 2
    until(lambda: values(team, "pcw_tasks_running")[""] >= 2)
    every = pb.InterruptRequest.InterruptType.INTERRUPT_TYPE_ALL
    interrupt = pb.InterruptRequest(session_id=session, interrupt_type=every)
    team.of("klara").call("Interrupt", interrupt)
    until(lambda: values(team, "pcw_queries_running")["klara"] == 0)


def no_token(team: TeamSpark) -> None:
    team.client(None).version()


def an_old_token(team: TeamSpark) -> None:
    team.client(team.provider.token("lena", exp=int(time.time()) - 3600)).version()


def a_foreign_token(team: TeamSpark) -> None:
    team.client(team.provider.token("lena", aud="another")).version()


def a_jar(team: TeamSpark) -> None:
    request = pb.AddArtifactsRequest(session_id=new_id())
    request.batch.artifacts.add().name = "jars/mine.jar"
    team.of("lena").call("AddArtifacts", iter([request]))


def a_method_of_the_jvm(team: TeamSpark) -> None:
    query = "select reflect('java.lang.System', 'lineSeparator')"
    team.of("lena").sql(query, "", new_id())


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (no_token, "no-token"),
        (an_old_token, "token-expired"),
        (a_foreign_token, "token-refused"),
        (a_jar, "guard"),
        (a_method_of_the_jvm, "guard"),
    ],
)
def test_refusals_are_counted_by_their_reason(
    team: TeamSpark, call: Callable[[TeamSpark], None], reason: str
) -> None:
    before = values(team, "pcw_refusals_total")
    with pytest.raises(grpc.RpcError):
        call(team)
    after = values(team, "pcw_refusals_total")
    changed = {name for name, count in after.items() if count > before[name]}
    assert changed == {reason}


def test_every_reason_is_there_before_it_is_met(team: TeamSpark) -> None:
    assert values(team, "pcw_refusals_total").keys() == {
        *("no-token", "token-expired", "token-refused", "not-in-group"),
        *("unknown-call", "guard", "too-many-queries", "no-keys"),
    }


def test_the_start_is_measured_from_the_jvms_to_the_first_answer(team: TeamSpark) -> None:
    [took] = values(team, "pcw_start_seconds").values()
    [ready] = values(team, "pcw_ready_timestamp_seconds").values()
    made = (team.service.state_dir / "spark.json").stat().st_mtime
    assert 0 < took <= ready - made + 1
    assert ready < time.time()
    assert values(team, "pcw_start_seconds") == {"": took}


def test_the_disks_of_scratch_files_and_of_the_warehouse_are_told(team: TeamSpark) -> None:
    size, free = values(team, "pcw_disk_size_bytes"), values(team, "pcw_disk_free_bytes")
    disk = shutil.disk_usage(team.service.state_dir)
    assert size == {"work": disk.total, "warehouse": disk.total}
    assert free.keys() == size.keys()
    assert all(0 < free[name] <= size[name] for name in size)


def test_sparks_own_metrics_are_there(team: TeamSpark) -> None:
    text = get(team)[1]
    for name in ("jvm_heap_used_Value", "appStatus_tasks_completedTasks_Count"):
        assert f"metrics_pcw_driver_{name}{{" in text


def test_the_port_gives_metrics_and_nothing_else(team: TeamSpark) -> None:
    assert get(team)[0] == 200
    for path in ("/", "/metrics/", "/metrics/json", "/metrics/../jobs", "/jobs/", "/environment/"):
        assert get(team, path)[0] == 404
    for method in ("POST", "PUT", "DELETE", "TRACE"):
        assert get(team, method=method)[0] == 404


def test_other_machines_cannot_reach_the_port(team: TeamSpark) -> None:
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    port = f":{team.metrics_port:04X} "
    [line] = [line for line in listening.splitlines() if port in line and " 0A " in line]
    assert "0100007F:" in line  # 127.0.0.1, as an address of IPv4 or in one of IPv6


def test_no_more_than_200_users_are_named(team: TeamSpark) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{team.port}", NO_PROXY) as channel:
        tokens = [team.provider.token(f"person-{number}") for number in range(NAMED_USERS + 5)]
        people = [Client(channel, [("authorization", f"Bearer {token}")]) for token in tokens]
        sessions = [new_id() for _ in people]
        for person, session in zip(people, sessions, strict=True):
            person.version(session=session)
        counts = values(team, "pcw_sessions")
        assert len(counts.keys() - {"(others)"}) == NAMED_USERS
        assert counts["(others)"] >= 5
        for person, session in zip(people, sessions, strict=True):
            release(person, session)
    team.of("one-more").version()
    counts = values(team, "pcw_sessions")
    assert counts["one-more"] == 1
    assert "(others)" not in counts


def test_a_place_that_is_taken_ends_the_server_with_one_sentence(
    provider: Provider, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        server = team_spark(tmp_path, provider, metrics=place)
        server.service.start()
        try:
            until(lambda: not server.service.is_alive())
        finally:
            server.service.stop()
    assert f"Metrics cannot be told at {place} (" in server.log
    assert "choose another place" in server.log
