"""The harness page: a worker without JupyterLite, whose parts may lie elsewhere on its origin."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from e2e.harness import Harness, PythonError
from e2e.stacks import RunningStack

pytestmark = pytest.mark.any_stack

ELSEWHERE = "/elsewhere"
PYODIDE = "/pyodide"


@pytest.fixture
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


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


def test_running_python_gives_what_it_printed_or_its_traceback(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    harness = Harness.open(fresh, stack.site_url)
    assert harness.run("print('é')\nprint(2)") == "é\n2\n"
    with pytest.raises(PythonError, match=r"(?s)printed.*Traceback.*ZeroDivisionError"):
        harness.run("print('printed')\n1 / 0")
    assert harness.run("print(3)") == "3\n"
