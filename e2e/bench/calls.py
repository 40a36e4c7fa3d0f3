"""Calls and results, in the tab and natively, turn about on the same server."""

from __future__ import annotations

from playwright.sync_api import Browser

from deploy.local.stack import Stack
from e2e.bench.table import Table
from e2e.harness import Harness
from e2e.native_clients import native_session

OPERATIONS = {
    "small call (spark.version)": ("spark._client._analyze(method='spark_version')", 50),
    "collect() of 10 rows": ("spark.range(10).collect()", 5),
    "collect() of 200,000 rows": ("spark.range(200_000).collect()", 1),
    "toPandas() of 2,000,000 integers": ("spark.range(2_000_000).toPandas()", 1),
    "toPandas() of 200,000 strings": (
        "spark.range(200_000).selectExpr('uuid() as u').toPandas()",
        1,
    ),
    "createDataFrame() of 100,000 pandas rows, counted": (
        "spark.createDataFrame(frame).count()",
        1,
    ),
}
SETUP = (
    "import time, json\n"
    "import pandas as pd\n"
    "frame = pd.DataFrame({'a': range(100_000), 'b': [str(i) for i in range(100_000)]})\n"
)
TIMED = """
start = time.perf_counter()
for _ in range({times}):
    {source}
elapsed = (time.perf_counter() - start) / {times}
"""
BARE_FETCH = """async ({url, times}) => {
  const source = `self.onmessage = async ({data: {url, times}}) => {
    const body = new Uint8Array(5);
    const headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"};
    const begin = performance.now();
    for (let i = 0; i < times; i++) {
      await (await fetch(url, {method: "POST", body, headers})).arrayBuffer();
    }
    self.postMessage((performance.now() - begin) / times);
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  return new Promise((resolve) => {
    worker.onmessage = ({data}) => { worker.terminate(); resolve(data); };
    worker.postMessage({url, times});
  });
}"""
FETCHES = 50
LONG = "spark.range(10**12).selectExpr('sum(hash(id))').collect()"
INTERRUPT = """() => {
  const begin = performance.now();
  window.__pcwInterrupt();
  return window.running.then(() => NaN, () => performance.now() - begin);
}"""


def measure(browser: Browser, stack: Stack, rounds: int) -> Table:
    """Each operation, in the tab and natively; the same call by a bare `fetch` in a worker."""
    table = Table("Calls and results", "native PySpark")
    with browser.new_context() as context, native_session(stack.spark_remote) as spark:
        harness = Harness.open(context, stack.site_url)
        harness.connect(stack.grpcweb_remote)
        harness.run(SETUP)
        scope: dict[str, object] = {"spark": spark}
        exec(SETUP, scope)
        _turn_about(table, harness, scope, stack, rounds)
        interrupts = [_interrupt(harness) for _ in range(rounds)]
    table.add("Interrupt until the blocked cell has ended", interrupts)
    return table


def _turn_about(
    table: Table, harness: Harness, scope: dict[str, object], stack: Stack, rounds: int
) -> None:
    """Add a row for each operation; ``scope`` is the native client's."""
    fetches = [_bare_fetch(harness, stack) for _ in range(rounds)]
    for name, (source, times) in OPERATIONS.items():
        program = TIMED.format(source=source, times=times)
        tab, native = [], []
        for _ in range(rounds + 1):  # the first round warms both up
            exec(program, scope)
            native.append(float(str(scope["elapsed"])))
            tab.append(float(harness.run(program + "print(elapsed)")))
        table.add(name, tab[1:], native[1:])
        if name.startswith("small call"):
            table.add("the same round trip by a bare fetch", fetches, native[1:])


def _interrupt(harness: Harness) -> float:
    with harness.page.expect_response(lambda response: response.url.endswith("/ExecutePlan")):
        harness.start(LONG)
    return float(harness.page.evaluate(INTERRUPT)) / 1000


def _bare_fetch(harness: Harness, stack: Stack) -> float:
    argument = {
        "url": f"{stack.grpcweb_url}spark.connect.SparkConnectService/AnalyzePlan",
        "times": FETCHES,
    }
    milliseconds = harness.page.evaluate(BARE_FETCH, argument)
    return float(milliseconds) / 1000
