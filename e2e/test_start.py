"""How a page comes to its first rows: what is loaded, when, and how much of it."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from e2e.conftest import CONNECT
from e2e.harness import Harness
from e2e.notebook import KERNEL_WORKER, Lab
from e2e.stacks import RunningStack
from e2e.waiting import until
from e2e.wire import SERVICE

pytestmark = pytest.mark.any_stack

LAUNCHER = "lab/index.html"
WASM = "pyodide.asm.wasm"
WARM_SCRIPT = "pcw_warm_worker.js"
KEPT_MS = 120_000
MOST_REQUESTS = 27
MOST_BYTES = 8_700_000
PATIENCE_S = 30.0
PLACES = """\
import os
print(os.getcwd(), get_ipython().starting_dir, *map(str, get_ipython().user_ns["_dh"]))"""


def kernels(page: Page) -> list[str]:
    """The scripts of the page's kernel workers."""
    return [worker.url.rpartition("/")[2] for worker in page.workers if KERNEL_WORKER in worker.url]


def test_the_first_kernel_is_the_one_that_started_with_the_page_and_others_are_their_own(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    asked: Counter[str] = Counter()
    fresh.on("request", lambda request: asked.update([urlsplit(request.url).path]))
    wasm = f"{urlsplit(stack.site_url).path}pyodide/{WASM}"
    lab = Lab.open(fresh, stack.site_url, LAUNCHER)
    assert kernels(lab.page) == [WARM_SCRIPT]
    assert asked[wasm] == 1
    first = lab.new_notebook()
    first.wait_until_idle()
    assert first.run_cell(PLACES).text == "/drive /drive /drive"
    assert first.run_cell(f"{CONNECT}len(spark.range(3).collect())").text == "3"
    assert (kernels(lab.page), asked[wasm]) == ([WARM_SCRIPT], 1)
    twice = [path for path, times in asked.items() if times > 1 and path.endswith(".whl")]
    assert twice == []
    second = lab.new_notebook()
    second.wait_until_idle()
    assert second.run_cell(PLACES).text == "/drive /drive /drive"
    assert (len(kernels(lab.page)), asked[wasm]) == (2, 2)
    first.restart_kernel()
    assert first.run_cell("1 + 1").text == "2"
    assert WARM_SCRIPT not in kernels(lab.page)
    assert second.run_cell("2 + 2").text == "4"
    lab.page.close()


def test_a_page_without_a_kernel_gives_pythons_memory_back(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    page = fresh.new_page()
    page.clock.install()
    page.goto(f"{stack.site_url}{LAUNCHER}")
    page.locator(".jp-LauncherCard").first.wait_for()
    [worker] = [worker for worker in page.workers if WARM_SCRIPT in worker.url]
    with worker.expect_event("close"):
        page.clock.fast_forward(KEPT_MS)
    assert kernels(page) == []
    page.close()


def test_first_rows_need_few_requests_and_no_byte_twice_and_pandas_comes_after_them(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    answers: list[Response] = []
    fresh.on("response", lambda answer: answers.append(answer))
    harness = Harness.open(fresh, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    assert harness.call("len(spark.range(3).collect())") == 3
    loaded = [answer for answer in answers if SERVICE not in answer.url]
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in loaded}
    assert len(loaded) == len(sizes)
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= MOST_BYTES
    page, pandas = harness.page, "/pandas-"
    until(
        lambda: any(pandas in answer.url for answer in answers),
        "pandas to be fetched before it is asked for",
        PATIENCE_S,
        sleep=lambda seconds: page.wait_for_timeout(1000 * seconds),
    )
    [ahead] = [answer for answer in answers if pandas in answer.url]
    ahead.finished()
    assert harness.call("len(spark.range(3).toPandas())") == 3
    [_, asked_again] = [answer for answer in answers if pandas in answer.url]
    assert ahead.request.sizes()["responseBodySize"] > 0
    assert asked_again.request.sizes()["responseBodySize"] == 0
    harness.close()
