"""A notebook on each kind of host: real Chromium, real JupyterLite, Spark on another origin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from e2e.browser import find_chromium, without_a_debugger
from e2e.harness import Harness
from e2e.headers_host import GITHUB_CACHE_S, StaticHost, headers_for, read_rules
from e2e.notebook import SCREENSHOTS, Lab, Notebook
from e2e.stacks import RunningStack
from e2e.waiting import until

pytestmark = pytest.mark.any_stack

ROOT = Path(__file__).resolve().parents[1]
REPO = "/repo/"
COLLECT = (
    "import pyspark_connect_web as pcw\n"
    "spark = pcw.session()\n"
    "[row.id for row in spark.range(3).collect()]"
)
DRIVE = """\
assert '"cells"' in open("demo.ipynb").read()
with open("mine.txt", "w") as file:
    _ = file.write("written in the tab")
open("mine.txt").read()
"""
BANNER = "#pcw-isolation-banner"
STARTED = re.compile(r"http://[\w.:\[\]]+:(\d+)/")
PATIENCE_S = 90
VIEWPORT = {"width": 1400, "height": 900}

MakeSite = Callable[..., Path]
MakeContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def make_site(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> MakeSite:
    """Builds a site for a host as `make site` does; seconds, for all but the pages is kept."""

    def make(host: str, base: str = "/", remote: str | None = stack.grpcweb_remote) -> Path:
        out = tmp_path_factory.mktemp(host) / "dist"
        command = [sys.executable, "-m", "builder", "--out", str(out), "--host", host]
        command += ["--base", base, "--remote", remote or ""]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "site")}
        subprocess.run(command, env=environment, check=True)
        return out

    return make


@pytest.fixture(scope="module")
def github_site(make_site: MakeSite) -> Path:
    return make_site("github-pages", REPO)


@pytest.fixture(scope="module")
def plain_site(make_site: MakeSite) -> Path:
    return make_site("http-server")


@pytest.fixture
def make_context(browser: Browser) -> Iterator[MakeContext]:
    """Profiles without a past: each sees a site for the first time."""
    made: list[BrowserContext] = []

    def make(**options: str) -> BrowserContext:
        made.append(browser.new_context(viewport=VIEWPORT, **options))
        return made[-1]

    yield make
    for context in made:
        context.close()


@contextmanager
def github_pages(site: Path) -> Iterator[StaticHost]:
    """No header but the one that lets browsers keep every file for ten minutes."""
    with StaticHost(site, base=REPO, max_age=GITHUB_CACHE_S) as host:
        yield host


@contextmanager
def running(*command: str, cwd: Path) -> Iterator[str]:
    """A server that a user starts and ends; gives the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-u", *command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = STARTED.search(line)
        assert found, f"{command} printed {line!r}"
        yield f"http://localhost:{found[1]}/"
    finally:
        process.terminate()
        process.communicate()


def visit(context: BrowserContext, url: str) -> tuple[Notebook, list[str]]:
    """The demo notebook as the bare address opens it, and the pages that were loaded on the way."""
    loaded: list[str] = []
    lab = Lab(context.new_page())
    lab.page.on("request", lambda request: _note_page(request, lab.page, loaded))
    lab.page.goto(url, wait_until="commit")
    lab.wait("JupyterLab", "() => document.querySelector('.jp-NotebookPanel')", timeout=60)
    notebook = lab.notebook
    notebook.wait_until_idle()
    return notebook, loaded


def _note_page(request: Request, page: Page, loaded: list[str]) -> None:
    if request.is_navigation_request() and request.frame == page.main_frame:
        loaded.append(urlsplit(request.url).path)


def reloads(loaded: list[str]) -> int:
    """How often a page was loaded again.

    The reload may overtake a redirection that has begun: its page is then asked for twice too, in
    the same one go.
    """
    return max(Counter(loaded).values()) - 1


def result(notebook: Notebook, source: str) -> str:
    cell = notebook.run_cell(source)
    assert cell.error is None, cell.error
    return cell.text


def test_a_host_that_reads_the_headers_file_runs_pyspark(
    make_site: MakeSite, make_context: MakeContext, stack: RunningStack
) -> None:
    site = make_site("netlify", "/notebooks/")
    with StaticHost(site, base="/notebooks/", rules=read_rules(site)) as host:
        notebook, loaded = visit(make_context(), host.url)
        assert loaded == ["/notebooks/", "/notebooks/lab/index.html"]
        assert result(notebook, COLLECT) == "[0, 1, 2]"
        assert result(notebook, "print(pcw.default_remote())") == stack.grpcweb_remote
        assert result(notebook, DRIVE) == "'written in the tab'"
        workers = "navigator.serviceWorker.getRegistrations().then(all => all.length)"
        assert notebook.page.evaluate(workers) == 0
        assert [text for text in notebook.lab.messages if not text.startswith("warning: ")] == []


def test_the_headers_file_keeps_for_ever_only_what_its_name_identifies(
    make_site: MakeSite,
) -> None:
    site = make_site("cloudflare-pages")
    rules = read_rules(site)
    for path in site.rglob("*"):
        name = f"/{path.relative_to(site).as_posix()}"
        given = headers_for(rules, name)
        assert given["Cross-Origin-Embedder-Policy"] == "credentialless"
        hashed = re.search(r"[.-][0-9a-f]{7,}\.", path.name)
        assert "Cache-Control" not in given or hashed, name


def test_on_a_host_without_headers_the_first_visit_reloads_once_and_the_second_not_at_all(
    github_site: Path, make_context: MakeContext
) -> None:
    context = make_context()
    with github_pages(github_site) as host:
        notebook, loaded = visit(context, host.url)
        assert reloads(loaded) == 1, loaded
        assert notebook.page.evaluate("crossOriginIsolated") is True
        assert result(notebook, COLLECT) == "[0, 1, 2]"
        assert result(notebook, DRIVE) == "'written in the tab'"
        assert result(notebook, "import js; js.crossOriginIsolated") == "True"
        asking = notebook.start_cell("input('name? ')")
        notebook.page.locator(".jp-Stdin-input").fill("Ada")
        notebook.page.keyboard.press("Enter")
        assert "'Ada'" in notebook.finish_cell(asking).text
        notebook.screenshot(SCREENSHOTS / "github-pages-first-visit.png")
        assert not notebook.page.locator(BANNER).count()
        notebook.page.close()
        again, loaded = visit(context, host.url)
        assert reloads(loaded) == 0, loaded
        assert result(again, COLLECT) == "[0, 1, 2]"


def test_what_the_host_redirects_or_does_not_have_is_isolated_too(
    github_site: Path, make_context: MakeContext
) -> None:
    context = make_context()
    with github_pages(github_site) as host:
        isolated_harness(context, host).close()
        page = context.new_page()
        for path, status, address in [("lab", 200, "lab/"), ("nothing", 404, "nothing")]:
            answer = page.goto(host.url + path, wait_until="commit")
            assert answer is not None
            assert (answer.status, page.url) == (status, host.url + address)
            assert page.evaluate("crossOriginIsolated") is True


def test_a_forced_reload_passes_the_service_worker_by_and_is_mended(
    github_site: Path, make_context: MakeContext
) -> None:
    with github_pages(github_site) as host:
        page = make_context().new_page()
        page.goto(f"{host.url}harness.html", wait_until="commit")
        page.wait_for_function("crossOriginIsolated")
        forced = page.context.new_cdp_session(page)
        with page.expect_navigation():
            forced.send("Page.reload", {"ignoreCache": True})
        page.wait_for_function("crossOriginIsolated")


FROM_AN_EARLIER_BUILD = """<!doctype html><script>
navigator.serviceWorker.register("service-worker.js");
navigator.serviceWorker.addEventListener("controllerchange", () => location.assign("harness.html"));
</script>"""
SAYS_HOW_IT_IS = """<script>
setInterval(() => {
  if (document.querySelector("[role=alert]")) return location.reload();  // as the bar asks
  fetch(`state?${crossOriginIsolated},${navigator.serviceWorker.controller?.scriptURL}`);
}, 300);
</script>"""


def test_it_takes_the_place_of_jupyterlites_worker_from_an_earlier_build(
    editable: Path, playwright: Playwright, tmp_path: Path
) -> None:
    (editable / "earlier.html").write_text(FROM_AN_EARLIER_BUILD)
    edit(editable / "harness.html", "</body>", SAYS_HOW_IT_IS + "</body>")
    chromium = find_chromium(playwright)
    with github_pages(editable) as host:
        with without_a_debugger(chromium, tmp_path / "profile", f"{host.url}earlier.html"):
            until(
                lambda: any("state?true,http" in path for path in host.asked),
                "isolation",
                PATIENCE_S,
            )
        said = [path for path in host.asked if "state?true" in path]
        assert all(f"{host.url}coi-serviceworker.js" in path for path in said), said
        assert any("service-worker.js" in path for path in host.asked[: host.asked.index(said[0])])


def test_a_browser_without_credentialless_is_isolated_by_require_corp_and_collects(
    github_site: Path, make_context: MakeContext
) -> None:
    context = make_context()
    context.add_init_script("delete HTMLIFrameElement.prototype.credentialless")
    with github_pages(github_site) as host:
        harness = isolated_harness(context, host)
        policy = "fetch('').then((answer) => answer.headers.get('Cross-Origin-Embedder-Policy'))"
        assert harness.page.evaluate(policy) == "require-corp"
        harness.run("import pyspark_connect_web as pcw\nspark = pcw.session()")
        assert harness.call("[row.id for row in spark.range(3).collect()]") == [0, 1, 2]


def test_a_refused_service_worker_is_said_and_reloads_nothing(
    github_site: Path, make_context: MakeContext
) -> None:
    with github_pages(github_site) as host:
        notebook, loaded = visit(make_context(service_workers="block"), host.url)
        assert reloads(loaded) == 0, loaded
        banner = notebook.page.locator(BANNER)
        assert banner.is_visible()
        assert "refused the service worker coi-serviceworker.js" in banner.inner_text()
        error = str(notebook.run_cell(COLLECT).error)
        assert error.startswith("IsolationError: ")
        assert "coi-serviceworker.js" in error
        assert len(error.splitlines()) == 1
        notebook.screenshot(SCREENSHOTS / "service-worker-refused.png")


@pytest.fixture
def editable(github_site: Path, tmp_path: Path) -> Path:
    """A copy whose files may be changed."""
    return Path(shutil.copytree(github_site, tmp_path / "dist", symlinks=True))


def isolated_harness(context: BrowserContext, host: StaticHost) -> Harness:
    """The harness page, once it has reloaded where it must."""
    page = context.new_page()
    page.goto(f"{host.url}harness.html", wait_until="commit")
    page.wait_for_function("crossOriginIsolated")
    page.close()
    return Harness.open(context, host.url)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    later = path.stat().st_mtime + 10  # Last-Modified counts seconds
    os.utime(path, (later, later))


def test_an_update_of_the_site_is_seen_at_the_next_load(
    editable: Path, make_context: MakeContext
) -> None:
    context = make_context()
    with github_pages(editable) as host:
        isolated_harness(context, host).close()
        edit(editable / "harness.html", "<h1>Harness</h1>", "<h1>Second edition</h1>")
        edit(editable / "pcw-site.json", '"remote": "sc://', '"remote": "sc://second.')
        second = isolated_harness(context, host)
        assert second.page.locator("h1").inner_text() == "Second edition"
        remote = second.call("__import__('pyspark_connect_web').default_remote()")
        assert remote.startswith("sc://second.")


def test_an_update_of_the_service_worker_takes_over_without_a_reload(
    editable: Path, make_context: MakeContext
) -> None:
    page = make_context().new_page()
    with github_pages(editable) as host:
        page.goto(f"{host.url}harness.html", wait_until="commit")
        page.wait_for_function("crossOriginIsolated")
        mark = 'headers.set("X-Edition", "2");'
        edit(editable / "coi-serviceworker.js", "const { status, ", f"{mark} const {{ status, ")
        loaded: list[str] = []
        page.on("request", lambda request: _note_page(request, page, loaded))
        page.goto(f"{host.url}harness.html")
        page.wait_for_function(
            "fetch('pcw-site.json').then((answer) => answer.headers.get('X-Edition') === '2')"
        )
        assert loaded == [f"{REPO}harness.html"]
        assert page.evaluate("crossOriginIsolated") is True


def test_a_static_site_without_an_endpoint_says_how_to_set_it(
    make_site: MakeSite, make_context: MakeContext
) -> None:
    site = make_site("netlify", remote=None)
    with StaticHost(site, rules=read_rules(site)) as host:
        harness = Harness.open(make_context(), host.url)
        harness.run("import pyspark_connect_web as pcw")
        harness.run("try:\n    pcw.session()\nexcept pcw.NoRemoteError as e:\n    error = str(e)")
        assert "`make site HOST=netlify SPARK_REMOTE=sc://...`" in harness.call("error")


def test_behind_envoy_the_default_is_the_sites_own_origin(
    make_context: MakeContext, stack: RunningStack
) -> None:
    harness = Harness.open(make_context(), stack.site_url)
    harness.run("import pyspark_connect_web as pcw\nspark = pcw.session()")
    own = urlsplit(stack.site_url).netloc
    assert harness.call("pcw.default_remote()") == f"sc://{own}/;transport=grpcweb"
    assert harness.call("[row.id for row in spark.range(3).collect()]") == [0, 1, 2]


def test_serve_coi_runs_pyspark_without_a_service_worker(
    plain_site: Path, make_context: MakeContext
) -> None:
    with running("serve_coi.py", "--port", "0", cwd=plain_site) as url:
        notebook, loaded = visit(make_context(), url)
        assert reloads(loaded) == 0
        assert notebook.page.evaluate("navigator.serviceWorker.controller") is None
        assert result(notebook, COLLECT) == "[0, 1, 2]"


def test_pythons_own_server_runs_pyspark_with_the_service_worker(
    plain_site: Path, make_context: MakeContext
) -> None:
    with running("-m", "http.server", "--bind", "127.0.0.1", "0", cwd=plain_site) as url:
        notebook, loaded = visit(make_context(), url)
        assert reloads(loaded) == 1
        assert result(notebook, COLLECT) == "[0, 1, 2]"
