"""From navigation to the first rows: JupyterLab, and the harness page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

from playwright.sync_api import BrowserContext, Page

from e2e.bench import plain
from e2e.bench.lines import MEGABYTE, Kind, Line, Probe, Sample, Samples, Unit
from e2e.bench.stage import Stage
from e2e.bench.turns import in_turn
from e2e.harness import Harness
from e2e.notebook import Lab
from e2e.traffic import Traffic, bytes_of

COLLECT = "import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.range(10).collect()"
FIRST_PANDAS = "spark.range(10).toPandas()"
PUBLISHED_BYTES = 32.4 * MEGABYTE
"""Until the first `collect()`, of the public implementation; its own figure."""

BARE_PYODIDE = """async (withPandas) => {
  const source = `self.onmessage = async ({ data }) => {
    const { loadPyodide } = await import(data.index + "pyodide.mjs");
    const pyodide = await loadPyodide({ indexURL: data.index });
    self.postMessage(0);
    if (!data.withPandas) return;
    const begin = performance.now();
    await pyodide.loadPackage("pandas", { messageCallback: () => {} });
    pyodide.runPython("import pandas");
    self.postMessage((performance.now() - begin) / 1000);
  };`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const told = () => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  const index = location.origin + "/static/pyodide/";
  let last = told();
  worker.postMessage({ index, withPandas });
  await last;
  if (!withPandas) return 0;
  const seconds = await told();
  worker.terminate();
  return seconds;
}"""

LAB = Line(
    "lab",
    "JupyterLab: navigation to the first collect()",
    "a plain JupyterLite: navigation to `1+1` shown",
    0.7,
)
LAB_AGAIN = Line("lab-again", "the same, second visit", "the first visit", 0.6)
HARNESS = Line(
    "harness",
    "harness page: navigation to the first collect()",
    "`loadPyodide()` done in a bare worker",
    1.2,
)
FIRST_FRAME = Line(
    "first-frame",
    "first toPandas() in a kernel that has collected",
    "`import pandas` in the same Pyodide, wheels of sources",
    0.5,
)
BYTES = Line(
    "bytes",
    "bytes over the wire until the first collect(), harness page",
    "32.4 MB, published of the public implementation",
    7 * MEGABYTE,
    Kind.MOST,
    Unit.BYTES,
)
REQUESTS = Line("requests", "requests until then", "", None, Kind.MOST, Unit.COUNT)
OF_A_START = (HARNESS, FIRST_FRAME, BYTES, REQUESTS)


def _lab(stage: Stage, turn: int) -> Samples:
    """One profile for both visits, since the first fills its cache."""
    plain_url, ours_url = stage.plain_url, stage.stack.site_url
    stage.start()
    visits: list[float] = []

    def ours() -> float:
        with stage.new_context() as context:
            visits.append(_until_shown(context, ours_url, COLLECT, "Row(id=9)"))
            visits.append(_until_shown(context, ours_url, COLLECT, "Row(id=9)"))
        return visits[0]

    def reference() -> float:
        with stage.new_context() as context:
            return _until_shown(context, plain_url, "1+1", "2")

    _, bare = in_turn(turn, ours, reference)
    first, again = visits
    return {LAB.name: Sample(first, bare), LAB_AGAIN.name: Sample(again, first)}


def _until_shown(context: BrowserContext, url: str, source: str, shown: str) -> float:
    """Seconds from navigation until the first cell of a new notebook shows its value."""
    begin = time.perf_counter()
    # What an earlier visit left open would be started too.
    lab = Lab.open(context, url, "lab/index.html?reset")
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    result = notebook.run_cell(source)
    seconds = time.perf_counter() - begin
    if shown not in result.text:
        raise RuntimeError(f"the cell showed {result.text!r} and {result.error!r}, not {shown}")
    lab.page.close()
    return seconds


@dataclass(frozen=True)
class Opened:
    """What the start of a page with Python took, in the order of `OF_A_START`."""

    seconds: float
    first_frame: float
    bytes: int
    requests: int


def _harness(stage: Stage, turn: int) -> Samples:
    plain_url, opened, frames = stage.plain_url, dict[str, Opened](), [0.0]
    stage.start()  # before the clock is

    def measure(name: str) -> float:
        opened[name] = _open(stage, stage.opens[name])
        return opened[name].seconds

    def reference() -> float:
        with stage.new_context() as context:
            seconds, frames[0] = _bare(context, plain_url)
        return seconds

    measures = [lambda name=name: measure(name) for name in stage.opens]
    bare = in_turn(turn, reference, *measures)[0]
    theirs = astuple(opened["theirs"]) if "theirs" in opened else (None,) * len(OF_A_START)
    references = (bare, frames[0], PUBLISHED_BYTES, None)
    each = zip(OF_A_START, astuple(opened["ours"]), references, theirs, strict=True)
    return {line.name: Sample(*numbers) for line, *numbers in each}


def _open(stage: Stage, opened: Callable[[Page], Harness]) -> Opened:
    with stage.new_context() as context:
        traffic = Traffic(context)
        begin = time.perf_counter()
        harness = opened(context.new_page())
        seconds = time.perf_counter() - begin
        requests = traffic.until("ExecutePlan")
        count, size = len(requests), bytes_of(requests)
        begin = time.perf_counter()
        harness.run(FIRST_PANDAS)
        return Opened(seconds, time.perf_counter() - begin, size, count)


def _bare(context: BrowserContext, plain_url: str) -> tuple[float, float]:
    """Seconds from navigation to a bare Pyodide; and those of pandas' import in it."""
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(f"{plain_url}{plain.BLANK_PAGE}")
    page.evaluate(BARE_PYODIDE, False)
    seconds = time.perf_counter() - begin
    page.reload()  # the other worker would share the machine
    return seconds, float(page.evaluate(BARE_PYODIDE, True))


PROBES = (
    Probe((LAB, LAB_AGAIN), _lab),
    Probe(OF_A_START, _harness, asks_theirs=True),
)
