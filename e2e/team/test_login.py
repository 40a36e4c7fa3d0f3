"""A person signs in with the company's provider, and notebooks work: without a token anywhere."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import pytest

from e2e.notebook import Lab, Notebook
from e2e.team.tab import SIGNED_IN, SPARK, Person

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

SESSION_CELL = "import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.range(3).collect()"

NAME_OF_CELL = "(index) => jupyterapp.shell.currentWidget.content.widgets[index].model.id"

EVERYTHING_A_SCRIPT_CAN_READ = """
async () => {
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const store of db.objectStoreNames) {
      kept.push(await new Promise((resolve) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
      }));
    }
    db.close();
  }
  const session = await fetch("/pcw/session");
  return JSON.stringify([
    document.cookie, { ...localStorage }, { ...sessionStorage }, kept, location.href,
    performance.getEntries().map(({ name }) => name), document.documentElement.outerHTML,
    [...session.headers], await session.text(),
  ]);
}
"""

EVERYTHING_A_KERNEL_CAN_READ = """
import js, os, sys
answer = js.XMLHttpRequest.new()
answer.open("GET", "/pcw/session", False)
answer.send()
channel = spark.client._builder.metadata(), spark.client._builder.url
print(dict(os.environ), js.self.name, js.location.href, answer.getAllResponseHeaders(),
      answer.responseText, channel, [k for k in dir(js) if "cookie" in k.lower()])
"""


def test_who_signs_in_comes_to_the_page_that_was_asked_for(alice: Person) -> None:
    page = alice.context.new_page()
    asked = f"{SIGNED_IN}?from=a%20mail&path=demo.ipynb"
    alice.open(page, asked)
    assert page.url.startswith("http://127.0.0.1")
    alice.sign_in(page)
    assert page.url == f"{alice.site}{asked}"
    page.close()


def test_a_notebooks_session_is_the_persons_without_a_word_about_it(
    alice: Person, notebook: Notebook
) -> None:
    log = alice.log()
    result = notebook.run_cell(SESSION_CELL)
    assert result.error is None
    assert result.text == "[Row(id=0), Row(id=1), Row(id=2)]"
    calls = log.wait(lambda lines: any("ExecutePlan" in line["path"] for line in lines))
    spark = [line for line in calls if line["path"].startswith(SPARK)]
    assert {(line["user"], line["status"]) for line in spark} == {("alice", 200)}


def test_all_calls_of_a_cell_have_one_id_that_names_the_cell(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    ids = []
    for _ in range(2):
        log = alice.log()
        result = notebook.run_cell("spark.range(3).collect(), spark.range(4).count()")
        assert result.error is None
        name = lab.page.evaluate(NAME_OF_CELL, result.index)
        # Lines of the cell before it may come late; that of a query comes at its end.
        lines = log.wait(partial(_has_run_two, cell=name))
        [cell] = {line["cell"] for line in lines if _is(line, SPARK, name)}
        assert all(line["cell"] for line in lines if line["path"] == f"{SPARK}ExecutePlan")
        ids.append(cell)
    assert len(set(ids)) == 2


def test_one_id_leads_from_a_cell_to_its_request_and_its_jobs(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    log = alice.log()
    result = notebook.run_cell("spark.range(5).count()")
    assert result.error is None
    name = lab.page.evaluate(NAME_OF_CELL, result.index)
    call = f"{SPARK}ExecutePlan"
    lines = log.wait(lambda lines: any(_is(line, call, name) for line in lines))
    [line] = [line for line in lines if _is(line, call, name)]
    jobs = [job for job in _jobs(alice) if job.get("pcw.request") == line["id"]]
    assert jobs
    whose = f"alice | session {line['session']} | cell {line['cell']} | request {line['id']} | "
    for job in jobs:
        assert (job["pcw.user"], job["pcw.cell"]) == ("alice", line["cell"])
        assert job["pcw.session"] == line["session"]
        assert job["spark.job.description"].startswith(whose)


def _jobs(person: Person) -> list[dict[str, str]]:
    """The properties of each that has begun, as the event logs have them."""
    files = (person.stack.team.state_dir / "events").iterdir()
    lines = [line for file in files for line in file.read_text("utf-8", "replace").splitlines()]
    return [json.loads(line)["Properties"] for line in lines if '"SparkListenerJobStart"' in line]


def _has_run_two(lines: list[dict[str, Any]], cell: str) -> bool:
    return sum(_is(line, f"{SPARK}ExecutePlan", cell) for line in lines) >= 2


def _is(line: dict[str, Any], path: str, cell: str) -> bool:
    return bool(line["path"].startswith(path) and (line["cell"] or "").startswith(f"{cell}."))


def test_no_token_is_within_reach_of_a_script_a_kernel_an_address_or_a_log(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    cookies = alice.cookies()
    assert {"BearerToken", "IdToken", "RefreshToken"} <= cookies.keys()
    assert all(one["httpOnly"] and one["secure"] for one in cookies.values())
    assert {one["sameSite"] for one in cookies.values()} == {"Lax"}
    lab.page.evaluate("() => jupyterapp.commands.execute('docmanager:save-all')")
    seen = lab.page.evaluate(EVERYTHING_A_SCRIPT_CAN_READ)
    kernel = notebook.run_cell(EVERYTHING_A_KERNEL_CAN_READ)
    assert kernel.error is None
    assert '"user": "alice"' in kernel.text
    logs = "".join(
        file.read_text("utf-8", "replace") for file in alice.stack.team.state_dir.glob("*.log")
    )
    for name in ("BearerToken", "IdToken", "RefreshToken"):
        token = str(cookies[name]["value"])
        # The last part: the first ones of two tokens may be the same.
        part = token.rstrip("%3D").rpartition(".")[2][-40:]
        assert len(part) >= 16
        for place in (seen, kernel.text, logs, *alice.console):
            assert part not in place
    assert not re.search(r"eyJ[\w-]{20,}\.[\w-]{20,}\.", json.dumps([seen, kernel.text]) + logs)


def test_who_has_signed_in_is_told_so_where_the_link_leads(alice: Person) -> None:
    page = alice.context.new_page()
    alice.open(page, SIGNED_IN)
    assert page.locator("h1").inner_text() == "You are signed in"
    page.close()
