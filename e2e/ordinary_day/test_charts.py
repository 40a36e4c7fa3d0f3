"""plotly's charts and ipywidgets' sliders, drawn by the page from what the site has."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e.notebook import SCREENSHOTS, Lab, Notebook
from e2e.stacks import RunningStack

CHART = ".jp-OutputArea-output .js-plotly-plot .main-svg"
SLIDER = ".jp-OutputArea-output .widget-slider [role=slider]"
READOUT = ".jp-OutputArea-output .widget-readout"
KIB = 1024
HEAVY = ("jupyterlab-plotly/static/0.", "plotly-", "narwhals-", "ipywidgets-", "numpy-", "pandas-")
"""What is loaded when it is used: a renderer, and wheels."""


@pytest.fixture(scope="module")
def asked(context: BrowserContext) -> list[str]:
    """The addresses that the page and its workers ask for, in their order."""
    addresses: list[str] = []
    context.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.fixture(scope="module")
def lab(context: BrowserContext, stack: RunningStack, asked: list[str]) -> Iterator[Lab]:
    lab = Lab.open(context, stack.site_url, "lab/index.html")
    yield lab
    lab.page.close()


def shown(notebook: Notebook, selector: str) -> int:
    return notebook.panel.locator(selector).count()


def test_nothing_of_it_loads_before_it_is_used(notebook: Notebook, asked: list[str]) -> None:
    assert notebook.run_cell("len(spark.range(3).collect())").text == "3"
    assert any("lazy_plotly.js" in address for address in asked)
    assert not [address for address in asked if any(name in address for name in HEAVY)]


def test_pyspark_draws_with_plotly(notebook: Notebook, lab: Lab) -> None:
    drawn = notebook.run_cell(
        "df = spark.range(20).selectExpr('id', 'id * id AS square')\n"
        "df.plot.line(x='id', y='square')"
    )
    assert drawn.error is None
    notebook.panel.locator(CHART).first.wait_for()
    lab.screenshot(SCREENSHOTS / "plotly.png")
    assert shown(notebook, f"{CHART} .scatterlayer .trace") == 1


@pytest.mark.parametrize("kind", ["bar", "scatter", "area", "hist", "box", "kde", "pie"])
def test_every_kind_of_plot_is_drawn(notebook: Notebook, kind: str) -> None:
    before = shown(notebook, ".js-plotly-plot")
    arguments = {
        "hist": "column='square', bins=5",
        "box": "column='square'",
        "kde": "column='square', bw_method=0.3, ind=20",
    }.get(kind, "x='id', y='square'")
    assert notebook.run_cell(f"df.plot.{kind}({arguments})").error is None
    notebook.panel.locator(".js-plotly-plot .main-svg").nth(before).wait_for(state="attached")
    assert shown(notebook, ".js-plotly-plot") == before + 1


def test_pandas_on_spark_draws_with_plotly(notebook: Notebook) -> None:
    before = shown(notebook, ".js-plotly-plot")
    drawn = notebook.run_cell(
        "import pyspark.pandas as ps\nps.DataFrame({'a': [1, 2, 3], 'b': [4, 5, 7]}).plot.bar()"
    )
    assert drawn.error is None
    notebook.panel.locator(".js-plotly-plot").nth(before).wait_for()


def test_express_and_show_draw_too(notebook: Notebook) -> None:
    before = shown(notebook, ".js-plotly-plot")
    drawn = notebook.run_cell(
        "import plotly.express as px\npx.scatter(x=[1, 2, 3], y=[3, 1, 2]).show()"
    )
    assert drawn.error is None
    notebook.panel.locator(".js-plotly-plot").nth(before).wait_for()


def test_a_slider_calls_python(notebook: Notebook, lab: Lab) -> None:
    made = notebook.run_cell(
        "import ipywidgets as widgets\n"
        "from IPython.display import display\n"
        "heard = []\n"
        "slider = widgets.IntSlider(value=3, max=10)\n"
        "slider.observe(lambda change: heard.append(change.new), 'value')\n"
        "display(slider)"
    )
    assert made.error is None
    handle = notebook.panel.locator(SLIDER).first
    handle.wait_for()
    handle.press("ArrowRight")
    lab.wait(
        "the slider's new value",
        f"() => document.querySelector('{READOUT}')?.textContent.trim() === '4'",
    )
    lab.screenshot(SCREENSHOTS / "slider.png")
    assert notebook.run_cell("slider.value, heard").text == "(4, [4])"


def test_interact_asks_spark(notebook: Notebook, lab: Lab) -> None:
    made = notebook.run_cell(
        "@widgets.interact(n=(0, 10))\ndef count(n=3):\n    print('rows', spark.range(n).count())"
    )
    assert made.error is None
    output = notebook.panel.locator(".widget-output").last
    output.get_by_text("rows 3").wait_for()
    notebook.panel.locator(SLIDER).last.press("ArrowRight")
    output.get_by_text("rows 4").wait_for()


def test_plotly_is_installed_from_the_site(notebook: Notebook) -> None:
    assert notebook.run_cell("%pip install plotly ipywidgets").error is None


def test_all_came_from_the_sites_origin(
    notebook: Notebook, stack: RunningStack, asked: list[str]
) -> None:
    places = {urlsplit(address)[:2] for address in asked if not address.startswith("blob:")}
    places.discard(("data", ""))
    assert places == {urlsplit(stack.site_url)[:2]}
