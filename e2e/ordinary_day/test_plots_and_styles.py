"""Plots, styles and whatever else loads a wheel of the site when it is first needed."""

from __future__ import annotations

import pytest

from e2e.conftest import CONNECT
from e2e.notebook import Lab, Notebook


@pytest.fixture
def fresh(lab: Lab) -> Notebook:
    """A kernel that has loaded nothing yet."""
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook


def test_a_frame_of_spark_is_plotted_in_one_line(fresh: Notebook) -> None:
    cell = fresh.run_cell(CONNECT + "spark.range(5).toPandas().plot()")
    assert cell.error is None
    [(width, height)] = cell.images
    assert min(width, height) > 100


def test_the_magic_and_the_import_stand_in_one_cell(fresh: Notebook) -> None:
    cell = fresh.run_cell(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);"
    )
    assert cell.error is None
    assert cell.images


def test_the_magic_does_the_same_before_matplotlib_is_loaded_and_after(
    lab: Lab, fresh: Notebook
) -> None:
    loaded = lab.new_notebook()
    loaded.wait_until_idle()
    assert loaded.run_cell("import matplotlib").error is None
    for one in (fresh, loaded):
        assert one.run_cell("%matplotlib inline").error is None
    backend = "import matplotlib\nmatplotlib.get_backend()"
    assert fresh.run_cell(backend).text == loaded.run_cell(backend).text
    # A list of the kernel's own order; of the same names.
    names = [set(one.run_cell("%matplotlib --list").text.split()) for one in (fresh, loaded)]
    assert names[0] == names[1]


def test_styles_and_latex_work(fresh: Notebook) -> None:
    cell = fresh.run_cell(
        CONNECT + "frame = spark.range(3).toPandas()\nframe.style.highlight_max(color='red')"
    )
    assert cell.error is None
    assert "background-color: red" in cell.html
    assert "tabular" in fresh.run_cell("print(frame.to_latex())").text
    shaded = fresh.run_cell("frame.style.background_gradient()")
    assert shaded.error is None
    assert "background-color" in shaded.html


def test_a_module_of_the_users_imports_what_the_site_has(fresh: Notebook) -> None:
    source = "def draw():\\n    import matplotlib\\n    return matplotlib.__name__"
    written = fresh.run_cell(f"open('drawing.py', 'w').write('{source}')")
    assert written.error is None
    assert fresh.run_cell("import drawing\ndrawing.draw()").text == "'matplotlib'"
    lazily = "import importlib\nimportlib.import_module('jinja2').Template('{{ a }}').render(a=1)"
    assert fresh.run_cell(lazily).text == "'1'"


def test_a_bar_of_progress_shows_no_warning(fresh: Notebook) -> None:
    cell = fresh.run_cell(
        "import warnings\nwarnings.simplefilter('always')\n"
        "from tqdm import tqdm\nprint(sum(tqdm(range(3))))"
    )
    assert cell.error is None
    text = "".join(output.text for output in cell.outputs)
    assert "Warning" not in text
    assert "3/3" in text


def test_what_a_library_merely_tries_costs_no_download(fresh: Notebook) -> None:
    loaded: list[str] = []
    fresh.page.context.on("request", lambda request: loaded.append(request.url))
    cell = fresh.run_cell(CONNECT + "import pandas, tqdm.auto\nspark.range(2).toPandas()")
    assert cell.error is None
    wheels = [url.rpartition("/")[2] for url in loaded if url.endswith(".whl")]
    names = {wheel.partition("-")[0] for wheel in wheels}
    assert names == {"numpy", "pandas", "python_dateutil", "pytz", "tzdata", "tqdm"}
