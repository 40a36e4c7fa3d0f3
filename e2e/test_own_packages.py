"""A site with somebody's own packages and notebooks, and one that lets notebooks ask an index."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from e2e.headers_host import StaticHost, read_rules
from e2e.notebook import SCREENSHOTS, Lab, Notebook

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = """\
# drawing
seaborn
nanoarrow>=0.9  # made for this Pyodide by its own authors
ipympl
"""
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

INK = """() => [...document.querySelectorAll(".jupyter-matplotlib canvas")].some((canvas) => {
  if (!canvas.width || !canvas.height) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, index) => index % 4 === 0 && data[index + 3] > 0 && value < 128);
})"""

pytestmark = pytest.mark.any_stack
Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a site as ``make site`` does, into a folder of its own."""

    def build(**environ: str) -> Path:
        dist = tmp_path_factory.mktemp("own") / "dist"
        command = [sys.executable, "-m", "builder", "--out", str(dist), "--host", "netlify"]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT / "site"), **environ},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return dist

    return build


@pytest.fixture(scope="module")
def wishes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wishes")
    (folder / "requirements.txt").write_text(REQUIREMENTS)
    (folder / "course" / "week 1").mkdir(parents=True)
    (folder / "course" / "week 1" / "first.ipynb").write_text(json.dumps(NOTEBOOK))
    (folder / "course" / "rows.csv").write_text("a,b\n1,2\n")
    return {
        "PCW_PACKAGES": str(folder / "requirements.txt"),
        "PCW_CONTENT": str(folder / "course"),
    }


@pytest.fixture(scope="module")
def site(build: Build, wishes: dict[str, str]) -> Path:
    return build(**wishes)


@pytest.fixture(scope="module")
def lab(site: Path, context: BrowserContext) -> Iterator[Lab]:
    with StaticHost(site, rules=read_rules(site)) as host:
        yield Lab.open(context, host.url, "lab/index.html")


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Notebook:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook


def test_the_same_wishes_give_the_same_bytes_elsewhere(
    site: Path, build: Build, wishes: dict[str, str], tmp_path: Path
) -> None:
    """Versions looked up again, JupyterLite built again; only the downloads are there already."""
    usual = Path(os.environ.get("PCW_CACHE", Path.home() / ".cache" / "pyspark-connect-web"))
    (tmp_path / "downloads").symlink_to(usual / "downloads")
    again = build(**wishes, PCW_CACHE=str(tmp_path))
    assert (again / "SHA256SUMS").read_text() == (site / "SHA256SUMS").read_text()


def test_a_package_of_ones_own_loads_when_it_is_imported(notebook: Notebook) -> None:
    loaded = "import sys\n'seaborn' in sys.modules, 'scipy' in sys.modules"
    assert notebook.run_cell(loaded).text == "(False, False)"
    drawn = notebook.run_cell("import seaborn as sns\nsns.lineplot(x=[1, 2, 3], y=[1, 4, 9]);")
    assert drawn.error is None
    assert drawn.images


def test_it_is_installed_by_its_name_from_the_site(notebook: Notebook) -> None:
    assert notebook.run_cell("%pip install seaborn nanoarrow").error is None
    assert "seaborn" in notebook.run_cell("%pip list").text


def test_a_compiled_wheel_of_its_authors_runs(notebook: Notebook) -> None:
    cell = notebook.run_cell("import nanoarrow as na\nna.c_array([1, 2], na.int64()).length")
    assert (cell.error, cell.text) == (None, "2")


def test_the_page_has_the_other_half_of_a_widget(lab: Lab) -> None:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    assert notebook.run_cell("%pip install ipympl").error is None
    cell = notebook.run_cell(
        "%matplotlib widget\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"
        "ax.plot([1, 2, 3])\nplt.show()"
    )
    assert cell.error is None
    lab.wait("a figure with ink in it", INK)
    lab.screenshot(SCREENSHOTS / "ipympl.png")


def test_what_the_site_has_not_is_still_told(notebook: Notebook) -> None:
    for source in ("%pip install bokeh", "import micropip\nawait micropip.install('bokeh')"):
        error = str(notebook.run_cell(source).error)
        assert error.startswith("NotInSiteError: This site was built without the package bokeh")


def test_the_file_browser_lists_ones_own_notebooks(lab: Lab, notebook: Notebook) -> None:
    listing = lab.page.locator(".jp-DirListing-content")
    for name in ("week 1", "rows.csv", "demo.ipynb"):
        listing.get_by_text(name, exact=True).wait_for()
    listing.get_by_text("week 1", exact=True).dblclick()
    listing.get_by_text("first.ipynb", exact=True).wait_for()
    read = notebook.run_cell("import pandas as pd\npd.read_csv('/drive/rows.csv').b.tolist()")
    assert (read.error, read.text) == (None, "[2]")


@pytest.fixture
def index() -> Iterator[str]:
    """The address of an index of packages that has one, and lets pages of any origin ask."""
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("indexed.py", "value = 42")
        info = "indexed-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: indexed\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    name = "indexed-1.0-py3-none-any.whl"
    digest = hashlib.sha256(wheel.getvalue()).hexdigest()
    file = {"filename": name, "url": f"/{name}", "hashes": {"sha256": digest}, "size": 1}
    project = {"meta": {"api-version": "1.1"}, "name": "indexed", "files": [file]}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {f"/{name}": wheel.getvalue()}
            file["url"] = f"http://127.0.0.1:{server.server_port}/{name}"
            known["/simple/indexed/"] = json.dumps(project).encode()
            body = known.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Access-Control-Allow-Origin", "*")
            kind = "application/zip" if self.path.endswith(".whl") else SIMPLE_JSON
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    server.server_close()


SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


def test_a_site_that_allows_it_lets_notebooks_ask_an_index(
    build: Build, context: BrowserContext, index: str
) -> None:
    """PyPI itself is another machine: micropip is told of an index on this one in its place."""
    dist = build(PCW_PYPI="allow")
    with StaticHost(dist, rules=read_rules(dist)) as host:
        notebook = Lab.open(context, host.url, "lab/index.html").new_notebook()
        notebook.wait_until_idle()
        elsewhere = f"import micropip\nmicropip.set_index_urls({index!r})"
        assert notebook.run_cell(elsewhere).error is None
        assert notebook.run_cell("%pip install indexed").error is None
        assert notebook.run_cell("import indexed\nindexed.value").text == "42"
        missing = str(notebook.run_cell("%pip install nothing_here").error)
        assert missing.startswith("CannotInstallError: nothing_here could not be installed")
        notebook.page.close()


def test_a_site_that_does_not_asks_no_index(notebook: Notebook, index: str) -> None:
    assert notebook.run_cell(f"import micropip\nmicropip.set_index_urls({index!r})").error is None
    error = str(notebook.run_cell("%pip install indexed").error)
    assert error.startswith("NotInSiteError: ")
