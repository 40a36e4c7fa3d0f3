"""A host that spoils the isolation: the first cell says which header of which response."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route

from e2e.browser import FOREIGN_NAME
from e2e.harness import Harness, PythonError
from e2e.headers_host import Rule, StaticHost
from e2e.notebook import Lab

pytestmark = pytest.mark.any_stack

COOP = ("Cross-Origin-Opener-Policy", "same-origin")
COEP = ("Cross-Origin-Embedder-Policy", "credentialless")
PAGE = "/harness.html"
SITE_FILE = "pcw-site.json"
BANNER = "#pcw-isolation-banner"
INSTALL = "import pyspark_connect_web as pcw\npcw.install()"
ENVOY_CURE = "so something between Envoy and this browser changes it"
SLOWEST_ANSWER_S = 60


def sentence_of(harness: Harness) -> str:
    """The whole error of the first cell, which is one line."""
    with pytest.raises(PythonError) as caught:
        harness.run(INSTALL)
    last = str(caught.value).strip().splitlines()[-1]
    assert last.startswith("pyspark_connect_web.errors.IsolationError: ")
    return last.partition(": ")[2]


NETLIFY_CURE = (
    "publish the file _headers, which the build put in the site's root, and let nothing in f"
)
CLOUDFLARE_CURE = (
    "publish the file _headers, which the build put in the site's root, and let no rule"
)
PYTHON_CURE = "serve the site with its serve_coi.py, or let the browser run the service worker"


@pytest.mark.parametrize(
    ("host_name", "headers", "words", "cure"),
    [
        (
            "envoy",
            [COEP],
            r"came without the header 'Cross-Origin-Opener-Policy: same-origin', so",
            ENVOY_CURE,
        ),
        (
            "netlify",
            [COOP],
            r"came without the header 'Cross-Origin-Embedder-Policy: credentialless', so",
            NETLIFY_CURE,
        ),
        (
            "netlify",
            [("Cross-Origin-Opener-Policy", "unsafe-none"), COEP],
            r"with the header 'Cross-Origin-Opener-Policy: unsafe-none' where 'same-origin' bel",
            NETLIFY_CURE,
        ),
        (
            "cloudflare-pages",
            [COOP, ("Cross-Origin-Embedder-Policy", "unsafe-none")],
            r"with the header 'Cross-Origin-Embedder-Policy: unsafe-none' where",
            CLOUDFLARE_CURE,
        ),
        (
            "envoy",
            [("Cross-Origin-Opener-Policy", "same-origin, same-origin"), COEP],
            r"'Cross-Origin-Opener-Policy: same-origin, same-origin' where 'same-origin' belongs",
            ENVOY_CURE,
        ),
        (
            "http-server",
            [],
            r"without the header 'Cross-Origin-Opener-.* and without the header 'Cross-Origin-E",
            PYTHON_CURE,
        ),
    ],
    ids=["no-coop", "no-coep", "coop-unsafe-none", "coep-unsafe-none", "coop-twice", "neither"],
)
def test_a_missing_or_wrong_header_is_named_with_its_value_and_the_hosts_cure(
    fresh: BrowserContext,
    site_dir: Path,
    tmp_path: Path,
    host_name: str,
    headers: list[tuple[str, str]],
    words: str,
    cure: str,
) -> None:
    site = built_for(host_name, site_dir, tmp_path / "dist")
    with StaticHost(site, rules=[Rule("/*", tuple(headers))]) as host:
        sentence = sentence_of(Harness.open(fresh, host.url))
        assert sentence.startswith(f"The page {host.url}harness.html came ")
        assert re.search(words, sentence), sentence
        assert cure in sentence


def built_for(host_name: str, site_dir: Path, copy: Path) -> Path:
    """The site with another host recorded in it; a real build would differ in its pages too."""
    shutil.copytree(site_dir, copy, copy_function=os.symlink)
    recorded = json.loads((site_dir / SITE_FILE).read_text("utf-8"))
    (copy / SITE_FILE).unlink()
    (copy / SITE_FILE).write_text(json.dumps({**recorded, "host": host_name}), "utf-8")
    return copy


def test_resources_need_no_header_of_their_own(fresh: BrowserContext, site_dir: Path) -> None:
    """Cross-Origin-Resource-Policy is for other sites that embed files of this one."""
    with StaticHost(site_dir, rules=[Rule("/*", (COOP, COEP))]) as host:
        Harness.open(fresh, host.url).run(INSTALL)


def test_a_worker_script_without_the_header_is_said_by_the_page(
    fresh: BrowserContext, site_dir: Path
) -> None:
    """No kernel starts there, so no cell could say it."""
    with StaticHost(site_dir, rules=[Rule(PAGE, (COOP, COEP))]) as host:
        page = fresh.new_page()
        page.goto(f"{host.url}harness.html")
        said = page.locator(BANNER)
        said.wait_for()
        assert said.inner_text().startswith(
            f"The worker script {host.url}worker_bootstrap.js came without the header "
            "'Cross-Origin-Embedder-Policy: credentialless'"
        )


def test_the_kernels_script_without_the_header_is_said_in_jupyterlab(
    fresh: BrowserContext, site_dir: Path
) -> None:
    with StaticHost(site_dir, rules=[Rule("/lab/*", (COOP, COEP))]) as host:
        lab = Lab.open(fresh, host.url, "lab/index.html?path=demo.ipynb")
        said = lab.page.locator(BANNER)
        said.wait_for()
        assert "pyodide-kernel-extension" in said.inner_text()
        assert "without the header 'Cross-Origin-Embedder-Policy: credentialless'" in (
            said.inner_text()
        )


def test_the_first_cell_of_a_notebook_says_it_in_one_sentence(
    fresh: BrowserContext, site_dir: Path
) -> None:
    wrong = ("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    with StaticHost(site_dir, rules=[Rule("/*", (wrong, COEP))]) as host:
        notebook = Lab.open(fresh, host.url, "lab/index.html?path=demo.ipynb").notebook
        notebook.wait_until_idle()
        error = notebook.run_cell(INSTALL).error
        assert error is not None
        assert len(error.splitlines()) == 1
        assert error.startswith(f"IsolationError: The page {host.url}lab/index.html came with the")
        assert "'Cross-Origin-Opener-Policy: same-origin-allow-popups'" in error


def test_plain_http_by_another_name_than_localhost_is_named(
    fresh: BrowserContext, site_dir: Path
) -> None:
    with StaticHost(site_dir, rules=[Rule("/*", (COOP, COEP))]) as host:
        address = host.url.replace("localhost", FOREIGN_NAME)
        sentence = sentence_of(Harness.open(fresh, address))
        assert sentence.startswith(f"The page {address.rstrip('/')} is no secure context")
        assert f"on this machine as {host.url.rstrip('/')}." in sentence


def test_a_host_that_stops_answering_does_not_stop_the_cell(
    fresh: BrowserContext, site_dir: Path
) -> None:
    with StaticHost(site_dir, rules=[Rule("/*", (COEP,))]) as host:
        harness = Harness.open(fresh, host.url)
        stalled: list[Route] = []
        fresh.route("**/*", lambda route: stalled.append(route))
        started = time.monotonic()
        assert "did not answer when it was asked for its headers" in sentence_of(harness)
        assert time.monotonic() - started < SLOWEST_ANSWER_S
        assert stalled, "the kernel asked"
