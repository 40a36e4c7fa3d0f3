"""A login runs out: it is renewed once for all, in the middle of a cell, or the person is told."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.harness import Harness, PythonError
from e2e.notebook import Lab, Notebook
from e2e.team.access_log import AccessLog, Lines
from e2e.team.tab import SESSION, SPARK, Person

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

SESSION_CELL = "import pyspark_connect_web as pcw\nspark = pcw.session()"

SIX_AT_ONCE = """
import pyspark.sql.connect.proto as pb2
client = spark.client
request = pb2.AnalyzePlanRequest(session_id=client._session_id)
request.user_context.user_id = client._user_id or ""
request.spark_version.SetInParent()
calls = [
    client._stub.AnalyzePlan.future(request, metadata=client._builder.metadata()) for _ in range(6)
]
print({call.result().spark_version.version for call in calls} == {spark.version})
"""

UNTIL_STOPPED = """
rounds = 0
print("begun")
try:
    while True:
        rounds += len(spark.range(1).collect())
except KeyboardInterrupt:
    print("stopped after", rounds)
"""


def renewals(log: AccessLog, count: int) -> Lines:
    """All renewals, once there are so many and what followed them is in the log too."""
    return [line for line in log.wait(lambda _: len(log.of(SESSION)) >= count) if _renews(line)]


def _renews(line: dict[str, Any]) -> bool:
    return bool(line["path"] == SESSION)


def refused(lines: Lines) -> Lines:
    return [line for line in lines if line["path"].startswith(SPARK) and line["status"] == 401]


@pytest.fixture(scope="module")
def harness(alice: Person, lab: Lab) -> Harness:
    """A second tab of the same person; ``lab`` has signed in."""
    harness = Harness.open(alice.context, alice.site)
    harness.run(f"{SESSION_CELL}\nspark.version")
    return harness


@pytest.fixture(autouse=True)
def _session(notebook: Notebook) -> None:
    notebook.run_cell(f"{SESSION_CELL}\nspark.version")


def test_six_calls_at_once_in_each_of_two_tabs_share_one_renewal_and_all_succeed(
    alice: Person, notebook: Notebook, harness: Harness
) -> None:
    before = alice.cookies()["RefreshToken"]["value"]
    alice.expire()
    log = alice.log()
    harness.start(SIX_AT_ONCE)
    cell = notebook.run_cell(SIX_AT_ONCE)
    assert (cell.error, cell.text) == (None, "True")
    assert harness.finish() == "True\n"
    [renewal] = renewals(log, 1)
    assert renewal["status"] == 200
    # Several met the end: how many depends on how soon the renewal was there.
    log.wait(lambda lines: len(refused(lines)) > 1)
    # The token was rotated, and the provider takes the new one: nobody has shown the old one twice.
    assert alice.cookies()["RefreshToken"]["value"] != before
    alice.expire()
    assert notebook.run_cell("spark.range(2).count()").text == "2"


def test_a_cell_that_blocks_goes_on_through_an_expiry(alice: Person, notebook: Notebook) -> None:
    index = notebook.start_cell(UNTIL_STOPPED)
    notebook.lab.wait(
        "the cell to begin",
        "() => [...document.querySelectorAll('.jp-OutputArea-output')]"
        ".at(-1)?.innerText.includes('begun')",
    )
    log = alice.log()
    alice.expire()
    renewals(log, 1)
    # Envoy writes in the order of ends: what follows the renewal was let in by it.
    log.wait(
        lambda lines: (
            [
                line
                for line in lines[[_renews(each) for each in lines].index(True) :]
                if line["path"].endswith("ExecutePlan") and line["status"] == 200
            ]
            != []
        )
    )
    notebook.interrupt()
    result = notebook.finish_cell(index)
    assert result.error is None
    assert "stopped after" in result.text
    assert len(renewals(log, 1)) == 1


def test_without_a_login_to_renew_one_sentence_says_where_to_sign_in_and_work_goes_on_after_it(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    notebook.run_cell("spark.range(7).createOrReplaceTempView('kept')")
    alice.lose_login()
    result = notebook.run_cell("spark.table('kept').count()  # my text")
    assert result.error is not None
    assert "\n" not in result.error.strip()
    assert "has ended" in result.error
    assert f"{alice.site}pcw-signed-in.html" in result.error
    link = lab.page.locator(f"a[href='{alice.site}pcw-signed-in.html']").last
    with alice.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    alice.sign_in(opened.value)
    assert opened.value.locator("h1").inner_text() == "You are signed in"
    opened.value.close()
    assert notebook.outputs()[result.index].source.endswith("# my text")
    assert notebook.run_cell("spark.table('kept').count()").text == "7"


def test_every_tab_is_told_and_each_question_is_asked_once_by_all(
    alice: Person, notebook: Notebook, harness: Harness
) -> None:
    alice.lose_login()
    log = alice.log()
    with pytest.raises(PythonError, match="has ended: sign in again at"):
        harness.run("spark.version, spark.range(1).count()")
    assert [line["status"] for line in renewals(log, 1)] == [401], log.lines()
    alice.come_in()
    assert harness.run("print(spark.range(5).count())") == "5\n"


def test_a_kernel_is_started_in_an_open_tab_without_a_login(
    alice: Person, notebook: Notebook
) -> None:
    alice.lose_login()
    notebook.restart_kernel()
    assert notebook.run_cell("import pandas\nint(pandas.Series([1, 2]).sum())").text == "3"
    alice.come_in()
    again = f"{SESSION_CELL}\nspark.range(5).count()"
    assert notebook.run_cell(again).text == "5"
