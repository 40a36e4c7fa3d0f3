"""Small calls: beside a bare `fetch`, and while the page is busy; and how soon one ends."""

from __future__ import annotations

import base64

from e2e.bench.lines import Kind, Line, Probe, Sample, Samples
from e2e.bench.stage import Stage
from e2e.bench.turns import in_turn
from e2e.harness import Harness
from e2e.wire import SERVICE

CALLS = 50
SMALL_CALLS = f"""
import time
def _small():
    begin = time.perf_counter()
    spark._client._analyze(method='spark_version')
    return time.perf_counter() - begin
_each = sorted(_small() for _ in range({CALLS}))
"""
REQUEST = """
import base64
_request = spark._client._analyze_plan_request_with_metadata()
_request.spark_version.SetInParent()
print(base64.b64encode(_request.SerializeToString()).decode())
"""
BARE_FETCH = """async ({url, message, times}) => {
  const source = `self.onmessage = async ({data: {url, body, times}}) => {
    const headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"};
    const each = [];
    for (let i = 0; i < times; i++) {
      const begin = performance.now();
      const response = await fetch(url, {method: "POST", body, headers});
      const answer = await response.arrayBuffer();
      if (!response.ok || answer.byteLength < 10) throw new Error("not answered");
      each.push(performance.now() - begin);
    }
    self.postMessage(each.sort((a, b) => a - b)[times >> 1]);
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const text = atob(message);
  const body = new Uint8Array(5 + text.length);
  new DataView(body.buffer).setUint32(1, text.length);
  for (let i = 0; i < text.length; i++) body[5 + i] = text.charCodeAt(i);
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({data}) => { worker.terminate(); resolve(data); };
    worker.postMessage({url, body, times});
  });
}"""
BEFORE_S, SPIN_S = 0.3, 3.0
MANY_CALLS = f"""
import time
time.sleep({BEFORE_S})
_begin = time.perf_counter()
for _ in range({CALLS}):
    spark._client._analyze(method='spark_version')
print(time.perf_counter() - _begin)
"""
SPIN = """(seconds) => {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end);
}"""
LONG = "spark.range(10**12).selectExpr('sum(hash(id))').collect()"
INTERRUPT = """() => {
  const begin = performance.now();
  window.__pcwInterrupt();
  return window.running.then(() => NaN, () => performance.now() - begin);
}"""

SMALL = Line(
    "small-rpc",
    "small RPC from the kernel (spark.version), beyond the bare one",
    "the same request by a bare `fetch` in a worker",
    0.0005,
    Kind.MORE,
)
SPINNING = Line(
    "spinning-page", f"{CALLS} small RPCs while the page's main thread spins", "idle page", 1.1
)
INTERRUPTED = Line("interrupt", "Interrupt until the blocked cell has ended", "")


def _small(stage: Stage, turn: int) -> Samples:
    tab, their_tab = stage.tab, stage.their_tab
    message = tab.run(REQUEST).strip()
    base64.b64decode(message, validate=True)
    argument = {
        "url": f"{stage.stack.grpcweb_url.rstrip('/')}{SERVICE}AnalyzePlan",
        "message": message,
        "times": CALLS,
    }
    bare, ours, theirs = in_turn(
        turn,
        lambda: float(tab.page.evaluate(BARE_FETCH, argument)) / 1000,
        lambda: _median_of_calls(tab),
        lambda: None if their_tab is None else _median_of_calls(their_tab),
    )
    assert ours is not None
    return {SMALL.name: Sample(ours, bare, theirs)}


def _median_of_calls(tab: Harness) -> float:
    return float(tab.run(f"{SMALL_CALLS}print(_each[{CALLS // 2}])"))


def _spinning(stage: Stage, turn: int) -> Samples:
    tab, their_tab = stage.tab, stage.their_tab
    idle, busy, theirs = in_turn(
        turn,
        lambda: float(tab.run(MANY_CALLS)),
        lambda: _while_it_spins(tab),
        lambda: None if their_tab is None else _while_it_spins(their_tab),
    )
    assert busy is not None
    return {SPINNING.name: Sample(busy, idle, theirs)}


def _while_it_spins(tab: Harness) -> float:
    tab.start(MANY_CALLS)
    tab.page.evaluate(SPIN, SPIN_S)
    return float(tab.finish())


def _interrupted(stage: Stage, turn: int) -> Samples:
    tab = stage.tab
    with tab.page.expect_response(lambda response: response.url.endswith("/ExecutePlan")):
        tab.start(LONG)
    return {INTERRUPTED.name: Sample(float(tab.page.evaluate(INTERRUPT)) / 1000)}


PROBES = (
    Probe((SMALL,), _small, asks_theirs=True),
    Probe((SPINNING,), _spinning, asks_theirs=True),
    Probe((INTERRUPTED,), _interrupted),
)
