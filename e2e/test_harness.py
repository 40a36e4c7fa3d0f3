"""The harness page: a worker without JupyterLite, whose parts may lie elsewhere on its origin."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Route

from e2e.harness import Harness, PythonError
from e2e.stacks import RunningStack
from e2e.waiting import WaitedInVain

pytestmark = pytest.mark.any_stack

ELSEWHERE = "/elsewhere"
PYODIDE = "/pyodide"


def test_python_and_both_wheels_are_loaded_from_where_the_page_says(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    site = fresh.request.get(f"{stack.site_url}pcw-site.json").json()
    settings = {
        "PCW_PYODIDE_INDEX_URL": f"{ELSEWHERE}{PYODIDE}/",
        "PCW_WHEEL_URL": f"{ELSEWHERE}/{site['wheel']}",
        "PCW_PYSPARK_WHEEL_URL": f"{ELSEWHERE}/{site['pysparkWheel']}",
    }
    asked: set[str] = set()

    def from_its_usual_place(route: Route) -> None:
        address = route.request.url
        asked.add(urlsplit(address).path)
        route.fulfill(response=route.fetch(url=address.replace(ELSEWHERE, "", 1)))

    def not_here(route: Route) -> None:
        route.fulfill(status=404)

    for usual in (f"{PYODIDE}/**", f"/{site['wheel']}", f"/{site['pysparkWheel']}"):
        fresh.route(f"{stack.site_url.rstrip('/')}{usual}", not_here)
    fresh.route(f"**{ELSEWHERE}/**", from_its_usual_place)
    harness = Harness.open(fresh, stack.site_url, **settings)
    harness.connect(stack.grpcweb_remote)
    assert harness.call("[row.id for row in spark.range(3).collect()]") == [0, 1, 2]
    assert {settings["PCW_WHEEL_URL"], settings["PCW_PYSPARK_WHEEL_URL"]} <= asked
    assert f"{ELSEWHERE}{PYODIDE}/pyodide.asm.wasm" in asked


def test_running_python_gives_what_it_printed_or_its_traceback(harness: Harness) -> None:
    assert harness.run("print('é')\nprint(2)") == "é\n2\n"
    with pytest.raises(PythonError, match=r"(?s)printed.*Traceback.*ZeroDivisionError"):
        harness.run("print('printed')\n1 / 0")
    assert harness.run("print(3)") == "3\n"


def test_python_that_does_not_end_is_told_and_not_waited_for(harness: Harness) -> None:
    harness.start("import time\ntime.sleep(1000)")
    with pytest.raises(WaitedInVain, match="Waited 1 s in vain for the end of what was started"):
        harness.finish(limit_s=1)
    harness.interrupt()
    with pytest.raises(PythonError, match="KeyboardInterrupt"):
        harness.finish()


READERS = """
import inspect, json, os, sys, traceback
from pyspark.sql.connect.dataframe import DataFrame

path = sys.modules[DataFrame.__module__].__file__
with open(path, "rb") as file:
    print(os.path.getsize(path) == len(file.read()))
print(inspect.getsource(DataFrame.collect).split("(")[0])
print(inspect.getsource(json.dumps).split("(")[0])
try:
    spark.table(3)
except Exception:
    print("raise PySparkTypeError(" in traceback.format_exc())
"""


def test_imports_fetch_no_sources_and_who_reads_them_has_them_as_they_are(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    asked: list[tuple[str, str]] = []
    fresh.on("request", lambda it: asked.append((it.method, urlsplit(it.url).path)))
    harness = Harness.open(fresh, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    assert harness.call("[row.id for row in spark.range(3).collect()]") == [0, 1, 2]

    def fetched() -> list[str]:
        """Their contents; whether the host answers at all is asked before, by another method."""
        contents = [path for method, path in asked if method == "GET"]
        return [path for path in contents if "/pcw-lazy/" in path or "sources" in path]

    assert fetched() == []
    assert harness.run(READERS) == "True\n    def collect\ndef dumps\nTrue\n"
    assert harness.run(READERS) == "True\n    def collect\ndef dumps\nTrue\n"
    assert len(fetched()) == 2, "of PySpark and of Python itself, once each"
    assert harness.call("__import__('pyspark.ml.linalg').ml.linalg.Vectors.dense([1.0]).tolist()")
    assert len(fetched()) == 3, "bytecode that no first collect() imports"
