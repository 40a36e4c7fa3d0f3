"""Every RPC of Spark Connect goes over the wire, and does what it does natively."""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from e2e import rpcs
from e2e.harness import Harness
from e2e.native_clients import as_in_the_tab
from e2e.parity import canonical
from e2e.stacks import RunningStack
from e2e.wire import Wire

FOLDER = Path(__file__).parent
USER = "user_id=e2e"
RELEASE = "ReleaseExecute"
LARGE_MIB = 100
MOST_GROWTH_BYTES = 16 * rpcs.MIB


@pytest.fixture(scope="module")
def tab(context: BrowserContext, stack: RunningStack) -> Harness:
    """A harness page with the programs loaded."""
    harness = Harness.open(context, stack.site_url)
    harness.run("import pyspark_connect_web as pcw\npcw.install()")
    for file in ("parity/canonical.py", "rpcs.py"):
        harness.run((FOLDER / file).read_text("utf-8"))
    return harness


@pytest.fixture(scope="module")
def wire(tab: Harness) -> Wire:
    return Wire(tab.page)


def tab_remote(stack: RunningStack, *parameters: str) -> str:
    return ";".join([stack.grpcweb_remote, USER, *parameters])


def native_remote(stack: RunningStack, *parameters: str) -> str:
    return ";".join([f"{stack.spark_remote.rstrip('/')}/", USER, *parameters])


def natively(program: Callable[..., Any], remote: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(rpcs, "outcome", canonical.outcome, raising=False)
    return json.loads(json.dumps(rpcs.run(program, remote)))


def without_releases(methods: list[str]) -> list[str]:
    """In the order of the calls; natively a pool of threads sends the releases."""
    return [method for method in methods if method != RELEASE]


@pytest.mark.any_stack
@pytest.mark.parametrize("program", rpcs.PROGRAMS, ids=lambda program: program.__name__)
def test_an_rpc_does_what_it_does_natively(
    tab: Harness,
    wire: Wire,
    stack: RunningStack,
    monkeypatch: pytest.MonkeyPatch,
    program: Callable[..., Any],
) -> None:
    expected = program.expected
    since = len(wire)
    # At the same time, each in a session of its own: some wait for a limit of the server's.
    tab.start(f"import json\nprint(json.dumps(run({program.__name__}, {tab_remote(stack)!r})))")
    there = natively(program, native_remote(stack), monkeypatch)
    here = json.loads(tab.finish())
    assert here["given"] == as_in_the_tab(there["given"], expected.natively)
    each = list if expected.counted else set
    methods = without_releases(here["methods"])
    assert each(methods) == each(without_releases(there["methods"]))
    assert set(methods) >= expected.unsent
    called = [*methods, *without_releases(here["at_the_end"])]
    to_be_sent = each(method for method in called if method not in expected.unsent)
    # The browser may tell of a request after the cell's end: nobody waits for a release.
    sent = wire.wait(
        lambda sent: (
            sent.count(RELEASE) >= here["methods"].count(RELEASE)
            and each(without_releases(sent)) == to_be_sent
        ),
        since,
    )
    assert set(sent) >= expected.rpcs


@contextlib.contextmanager
def native_session(remote: str) -> Iterator[Any]:
    spark = rpcs.new_session(remote)
    try:
        yield spark
    finally:
        spark.stop()


def seen_by_workers(tab: Harness, stack: RunningStack, session: str, names: list[str]) -> Any:
    """Asked from the tab, in a session of either client."""
    remote = tab_remote(stack, f"session_id={session}")
    return tab.call(f"seen_by_workers(new_session({remote!r}), {names!r})")


def test_each_kind_of_artifact_reaches_spark_and_its_python_workers(
    tab: Harness, wire: Wire, stack: RunningStack, tmp_path: Path
) -> None:
    ours, theirs = str(uuid.uuid4()), str(uuid.uuid4())
    since = len(wire)
    tab.run(f"sender = new_session({tab_remote(stack, f'session_id={ours}')!r})")
    names = tab.call("send_artifacts(sender, '/tmp/artifacts')")
    assert wire.methods(since).count("AddArtifacts") == len(names) + 1
    with native_session(native_remote(stack, f"session_id={theirs}")) as spark:
        assert rpcs.send_artifacts(spark, str(tmp_path / "artifacts")) == names
        expected = rpcs.listed_by_the_server(spark)
        assert "a.jar" in expected
        assert tab.call("listed_by_the_server(sender)") == expected
        seen = seen_by_workers(tab, stack, theirs, names)
        assert [name for name, _ in seen] == names
        assert seen_by_workers(tab, stack, ours, names) == seen
    tab.run("sender.stop()")


def test_a_hundred_megabytes_leave_the_tab_whole_and_its_memory_small(
    tab: Harness, wire: Wire, stack: RunningStack
) -> None:
    session = str(uuid.uuid4())
    since = len(wire)
    tab.run(f"sender = new_session({tab_remote(stack, f'session_id={session}')!r})")
    growth, digest = tab.call(f"send_megabytes(sender, '/tmp/large.bin', {LARGE_MIB})")
    assert growth <= MOST_GROWTH_BYTES
    assert wire.methods(since).count("AddArtifacts") == 1
    ((_, answer),) = seen_by_workers(tab, stack, session, ["file:large.bin"])
    assert answer == f"{LARGE_MIB * rpcs.MIB} {digest}"
    tab.run("sender.stop()\nimport os\nos.remove('/tmp/large.bin')")


def test_a_file_is_copied_to_sparks_file_system(
    tab: Harness, wire: Wire, stack: RunningStack, tmp_path: Path
) -> None:
    there = f"/tmp/pcw-e2e-{uuid.uuid4()}"
    since = len(wire)
    tab.run(f"sender = new_session({tab_remote(stack)!r})")
    try:
        here = tab.call(f"copied_to_the_server(sender, '/tmp/copied', '{there}/tab.bin')")
        assert wire.methods(since).count("AddArtifacts") == 2
        with native_session(native_remote(stack)) as spark:
            folder = str(tmp_path / "copied")
            assert here == rpcs.copied_to_the_server(spark, folder, f"{there}/native.bin")
    finally:
        shutil.rmtree(there, ignore_errors=True)


def test_an_artifact_that_cannot_be_sent_is_refused_as_natively(
    tab: Harness, stack: RunningStack
) -> None:
    tab.run(f"sender = new_session({tab_remote(stack)!r})")
    with native_session(native_remote(stack)) as spark:
        expected = rpcs.refused_artifacts(spark, "/tmp/none")
    assert len(expected) == 3
    assert tab.call("refused_artifacts(sender, '/tmp/none')") == expected


CALL_WITH_PARAMETERS = """
stamped = new_session({remote!r}, recorder := Recorder())
stamped.conf.get("spark.sql.shuffle.partitions")
request = recorder.requests("Config")[-1]
"""


def test_parameters_of_the_url_become_metadata_user_and_user_agent(
    tab: Harness, wire: Wire, stack: RunningStack
) -> None:
    remote = tab_remote(stack, "x-team=blue", "user_agent=reports-2")
    tab.run(CALL_WITH_PARAMETERS.format(remote=remote))
    request = wire.last("Config")
    assert request.headers["x-team"] == "blue"
    assert "transport" not in request.headers
    assert "user_id" not in request.headers
    recorder = rpcs.Recorder()
    spark = rpcs.new_session(native_remote(stack, "x-team=blue", "user_agent=reports-2"), recorder)
    spark.conf.get("spark.sql.shuffle.partitions")
    theirs = recorder.requests("Config")[-1]
    spark.stop()
    ours, user = tab.call("[request.client_type, request.user_context.user_id]")
    assert user == theirs.user_context.user_id
    agent = theirs.client_type.split()
    assert ours.split()[:2] == agent[:2] == ["reports-2", f"spark/{agent[1].partition('/')[2]}"]
    assert "os/emscripten" in ours
