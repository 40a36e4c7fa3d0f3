"""The provider or Envoy dies while signed-in people work: they go on, or read one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from deploy.team.stack import TeamStack
from e2e.harness import Harness, PythonError
from e2e.team.tab import Person, person
from e2e.waiting import until

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

SESSION = """
import pyspark_connect_web as pcw
spark = pcw.session()
spark.range(7).createOrReplaceTempView("kept")
"""

HELD = """
from pyspark.sql.functions import udf

@udf("long")
def held(number):
    import os, time
    open({begun!r}, "w").close()
    while not os.path.exists({go!r}):
        time.sleep(0.1)
    return number + 1

print(spark.range(1).select(held("id")).collect()[0][0])
"""


@pytest.fixture(scope="module")
def bob(breakable_browser: Browser, breakable: TeamStack) -> Iterator[Person]:
    yield from person(breakable_browser, breakable, "bob")


@pytest.fixture(scope="module")
def tab(bob: Person) -> Harness:
    assert "You are signed in" in bob.come_in()
    tab = Harness.open(bob.context, bob.site)
    tab.run(SESSION)
    return tab


def test_a_cell_that_waits_for_its_answer_goes_on_when_envoy_was_killed_and_is_started_again(
    breakable: TeamStack, tab: Harness, tmp_path: Path
) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    tab.start(HELD.format(begun=str(begun), go=str(go)))
    until(begun.exists, "the query to begin", sleep=lambda _: tab.page.wait_for_timeout(100))
    breakable.envoy.kill()
    breakable.envoy.start()
    breakable.envoy.wait_healthy()
    go.touch()
    assert "1\n" in tab.finish()
    assert tab.run("print(spark.table('kept').count())") == "7\n"


def test_people_who_are_in_work_on_while_the_provider_is_dead_and_then_sign_in_anew(
    breakable: TeamStack, bob: Person, tab: Harness
) -> None:
    assert breakable.provider is not None
    breakable.provider.kill()
    assert tab.run("print(spark.table('kept').count())") == "7\n"
    another = Harness.open(bob.context, bob.site)
    another.run(SESSION)
    assert another.run("print(spark.range(2).count())") == "2\n"
    another.close()
    bob.expire()
    with pytest.raises(PythonError) as caught:
        tab.run("spark.range(1).count()")
    said = str(caught.value).splitlines()[-1]
    assert "has ended: sign in again at" in said
    breakable.provider.start()
    breakable.provider.wait_healthy()
    assert "You are signed in" in bob.come_in()
    assert tab.run("print(spark.table('kept').count())") == "7\n"
