"""Start-up: of each process, and of a page until its first rows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict

from playwright.sync_api import Browser

from deploy.local.archive import ensure_archive
from deploy.local.stack import Stack
from e2e.bench.table import Table
from e2e.harness import Harness

STEPS = {
    "pcw.install()": "import pyspark_connect_web as pcw; pcw.install()",
    "import PySpark and connect": (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.remote({remote!r}).create()"
    ),
    "first collect()": "spark.range(10).collect()",
    "second collect()": "spark.range(10).collect()",
    "first toPandas() (loads numpy and pandas)": "spark.range(10).toPandas()",
    "second toPandas()": "spark.range(10).toPandas()",
}
NATIVE_STEPS = {name: source for name, source in STEPS.items() if name != "pcw.install()"}

BARE_PYODIDE = """async () => {
  const source = `self.onmessage = async () => {
    const { loadPyodide } = await import("${location.origin}/pyodide/pyodide.mjs");
    await loadPyodide({ indexURL: "${location.origin}/pyodide/" });
    self.postMessage(1);
  };`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  await new Promise((resolve) => { worker.onmessage = resolve; worker.postMessage(1); });
  worker.terminate();
}"""

NATIVE_SCRIPT = """
import json, time
__file__ = "bench"  # PySpark takes a main module without a file for a doctest run
times = {{}}
for name, source in json.loads({steps!r}).items():
    start = time.perf_counter()
    exec(source)
    times[name] = time.perf_counter() - start
print(json.dumps(times))
spark.stop()
"""


def of_the_stack(stack: Stack, rounds: int) -> Table:
    """From the start of a process to its first real answer; the last round's go on."""
    table = Table("Start of the stack", "reference")
    times = defaultdict(list)
    ensure_archive(stack.config, lambda _: None)
    for _ in range(rounds):
        stack.down()
        for service in stack.services:
            begin = time.perf_counter()
            service.start()
            service.wait_healthy(lambda _: None)
            times[service.name].append(time.perf_counter() - begin)
    for name, seconds in times.items():
        table.add(name, seconds)
    return table


def of_the_page(browser: Browser, stack: Stack, rounds: int) -> Table:
    """From navigation to the first rows, in a new profile each time."""
    table = Table("Start of a page", "native PySpark (page: bare Pyodide)")
    page_times, bare_times = [], []
    times: dict[str, list[float]] = defaultdict(list)
    native: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        bare_times.append(_bare_pyodide(browser, stack))
        context = browser.new_context()
        begin = time.perf_counter()
        harness = Harness.open(context, stack.site_url)
        page_times.append(time.perf_counter() - begin)
        for name, source in STEPS.items():
            begin = time.perf_counter()
            harness.run(source.format(remote=stack.grpcweb_remote))
            times[name].append(time.perf_counter() - begin)
        context.close()
        for name, seconds in _native(stack).items():
            native[name].append(seconds)
    table.add("navigation until Python runs", page_times, bare_times)
    for name, seconds_of in times.items():
        table.add(name, seconds_of, native.get(name))
    return table


def _bare_pyodide(browser: Browser, stack: Stack) -> float:
    context = browser.new_context()
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(f"{stack.site_url}pcw-site.json")
    page.evaluate(BARE_PYODIDE)
    seconds = time.perf_counter() - begin
    context.close()
    return seconds


def _native(stack: Stack) -> dict[str, float]:
    steps = {
        name: source.format(remote=stack.spark_remote) for name, source in NATIVE_STEPS.items()
    }
    script = NATIVE_SCRIPT.format(steps=json.dumps(steps))
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(run.stdout)
    return result
