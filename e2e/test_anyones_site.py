"""Somebody else's JupyterLite: `pip install` our wheel, `jupyter lite build`, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builder.assemble import vendored
from builder.constants import PYODIDE_DIR
from builder.lockfile import load_lock
from builder.pyodide import write_pyodide
from builder.settings import Options, default_cache, wheel_folders
from playwright.sync_api import BrowserContext

from e2e.headers_host import Rule, StaticHost
from e2e.notebook import Lab, Notebook
from e2e.stacks import RunningStack

ROOT = Path(__file__).resolve().parents[1]
LITE = ("jupyterlite-core==0.8.6", "jupyterlite-pyodide-kernel==0.8.6")
DRAWING = ("plotly==7.1.0", "ipywidgets==8.1.9")
NOT_PYODIDES = {"ipywidgets", "jupyterlab-widgets", "plotly"}
CARRIED = {"googleapis-common-protos", "protobuf", "pyspark-client", "pyspark-connect-web"}
ISOLATED = [
    Rule(
        "/*",
        (
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "credentialless"),
        ),
    )
]
BASE = "/class/"
COLLECT = """\
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote({!r}).getOrCreate()
[row.id for row in spark.range(3).collect()]"""

Build = Callable[..., Path]
pytestmark = pytest.mark.any_stack


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make release` publishes."""
    folder = tmp_path_factory.mktemp("wheel")
    script = (
        "import sys; from pathlib import Path; from builder.cli import options_of, parser\n"
        "from builder.release import kernel_wheels; from builder.wheels import own_wheel\n"
        "from builder.settings import ROOT\n"
        "wheel = own_wheel(ROOT, kernel_wheels(options_of(parser().parse_args([]))))\n"
        "(Path(sys.argv[1]) / wheel.file_name).write_bytes(wheel.data)"
    )
    run(sys.executable, "-c", script, str(folder), PYTHONPATH=str(ROOT / "site"))
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def build(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds the site of a project with its own environment, outside of this repository."""
    project = tmp_path_factory.mktemp("anyone")
    run(sys.executable, "-m", "venv", str(project / "venv"))
    python = project / "venv" / "bin" / "python"
    run(str(python), "-m", "pip", "install", "--quiet", *LITE, *DRAWING, f"{wheel}[jupyterlite]")
    pypi = ("download", "--quiet", "--no-deps", "--dest", str(project / "pypi"))
    run(str(python), "-m", "pip", *pypi, *DRAWING, "jupyterlab-widgets", "widgetsnbextension")
    pyodide_as_elsewhere(project / "static" / PYODIDE_DIR)

    def build(*arguments: str) -> Path:
        lite = str(project / "venv" / "bin" / "jupyter-lite")
        for hook in ("build", "check"):
            run(lite, hook, *arguments, cwd=project)
        return project / "_output"

    return build


def run(*command: str, cwd: Path | None = None, **environ: str) -> None:
    environment = {**os.environ, **environ}
    if not environ:
        environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def pyodide_as_elsewhere(folder: Path) -> None:
    """A Pyodide that knows nothing of PySpark, in place of the CDN's, which tests cannot reach."""
    lock = load_lock()
    options = Options(out=folder, cache=default_cache().absolute(), wheel_folders=wheel_folders())
    files = vendored(options, [*lock.core, *lock.wheels, *lock.pure_sdists], lock)
    write_pyodide(folder.parent, lock, files, ())
    path = folder / "pyodide-lock.json"
    amended = json.loads(path.read_text("utf-8"))
    for name in (CARRIED | NOT_PYODIDES) & amended["packages"].keys():
        (folder / amended["packages"].pop(name)["file_name"]).unlink()
    path.write_text(json.dumps(amended), "utf-8")


@pytest.fixture(scope="module")
def lab(build: Build, context: BrowserContext) -> Iterator[Lab]:
    with StaticHost(build(), base=BASE, rules=ISOLATED) as host:
        lab = Lab.open(context, host.url, "lab/index.html")
        yield lab
        lab.page.close()


@pytest.fixture
def notebook(lab: Lab) -> Notebook:
    """With a kernel that has loaded nothing yet."""
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook


def test_a_notebook_collects_from_spark_without_another_step(
    notebook: Notebook, stack: RunningStack
) -> None:
    first = notebook.run_cell(COLLECT.format(stack.grpcweb_remote))
    assert first.error is None, first.error
    assert first.text == "[0, 1, 2]"
    frame = notebook.run_cell("spark.range(2).toPandas()['id'].tolist()")
    assert frame.error is None, frame.error
    assert frame.text == "[0, 1]"
    again = notebook.run_cell("%pip install pyspark-connect-web\npcw.__version__")
    assert again.error is None, again.error
    missing = notebook.run_cell("pcw.session()").error
    assert missing is not None
    assert missing.startswith("NoRemoteError: ")
    assert "jupyter lite build --PysparkConnectWebAddon.remote=sc://" in missing


def test_wheels_of_the_project_load_when_they_are_imported_and_are_drawn(
    notebook: Notebook, stack: RunningStack
) -> None:
    assert notebook.run_cell(COLLECT.format(stack.grpcweb_remote)).error is None
    drawn = notebook.run_cell("spark.range(5).plot.line(x='id', y='id')")
    assert drawn.error is None, drawn.error
    notebook.panel.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert notebook.run_cell("import ipywidgets\nipywidgets.IntSlider()").error is None
    notebook.panel.locator(".widget-slider").first.wait_for()


def test_wheels_of_the_project_are_installed_by_their_names(notebook: Notebook) -> None:
    assert notebook.run_cell("%pip install plotly").error is None
    assert notebook.run_cell("import plotly\nplotly.__version__").text == "'7.1.0'"


def test_the_build_takes_an_endpoint_and_a_service_worker(
    build: Build, context: BrowserContext, stack: RunningStack
) -> None:
    """The last one here: it takes the place of the site that the others look at."""
    site = build(
        f"--PysparkConnectWebAddon.remote={stack.grpcweb_remote}",
        "--PysparkConnectWebAddon.service_worker=True",
    )
    with StaticHost(site, base=BASE) as host:
        page = context.new_page()
        page.goto(f"{host.url}lab/index.html", wait_until="commit")
        page.wait_for_function("crossOriginIsolated")
        page.close()
        notebook = Lab.open(context, host.url, "lab/index.html").new_notebook()
        notebook.wait_until_idle()
        cell = notebook.run_cell(
            "import pyspark_connect_web as pcw\n"
            "[row.id for row in pcw.session().range(3).collect()]"
        )
        assert cell.error is None, cell.error
        assert cell.text == "[0, 1, 2]"
