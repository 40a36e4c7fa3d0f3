"""The bridge script in the pages of a JupyterLite site."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.lite_addon import (
    ISOLATION_SCRIPT,
    PAGE_SCRIPT,
    add_bridge,
    app_pages,
    are_first,
    check_page,
    insert_scripts,
)

PAGE = """<!DOCTYPE html>
<!-- a page -->
<html>
<head>
    <title>JupyterLite</title>
    <script id="jupyter-config-data" data-jupyter-lite-root="..">{}</script>
    <script>start()</script>
</head>
<body></body></html>
"""
HARNESS = (
    f'<html><head>\n    <script src="./{PAGE_SCRIPT}"></script>\n    <title>x</title></head></html>'
)
REDIRECT = "<html><head><script>location = '../'</script></head></html>"
PAGES = {
    "index.html": "./",
    "lab/index.html": "../",
    "notebooks/index.html": "../",
    "deep/er/index.html": "../../",
}


@pytest.fixture
def bridge(tmp_path: Path) -> Path:
    folder = tmp_path / "bridge"
    (folder / "tests").mkdir(parents=True)
    for name in (PAGE_SCRIPT, ISOLATION_SCRIPT, "pcw_io_worker.js", "notes.md", "tests/x.test.js"):
        (folder / name).write_text(f"// {name}")
    (folder / "harness.html").write_text(HARNESS)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name, html in {
        **dict.fromkeys(PAGES, PAGE),
        "lab/tree/index.html": REDIRECT,
        "files/index.html": PAGE,
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(html)
    return site


def test_every_app_page_loads_it_first(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    assert {str(p.relative_to(site)) for p in app_pages(site)} == set(PAGES)
    for name, prefix in PAGES.items():
        html = (site / name).read_text()
        tag = f'<script src="{prefix}{PAGE_SCRIPT}"></script>'
        head = html.split("<head>", 1)[1]
        assert head.lstrip().startswith(tag)
        assert html.replace(f"\n    {tag}", "") == PAGE
        check_page(site, site / name)


def test_pages_of_the_user_and_redirects_are_left_alone(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    assert (site / "files/index.html").read_text() == PAGE
    assert (site / "lab/tree/index.html").read_text() == REDIRECT


def test_twice_is_once(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    first = {name: (site / name).read_text() for name in PAGES}
    add_bridge(site, bridge)
    assert first == {name: (site / name).read_text() for name in PAGES}


def test_only_top_level_scripts_and_pages_are_copied(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    copied = {p.name for p in site.iterdir() if p.is_file()}
    written = {"pcw_conditions.json"}
    assert copied == {"index.html", PAGE_SCRIPT, "pcw_io_worker.js", "harness.html"} | written
    assert (site / "pcw_io_worker.js").read_text() == "// pcw_io_worker.js"


def test_check_fails_without_the_tag(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    (site / "lab/index.html").write_text(PAGE)
    with pytest.raises(ValueError, match="does not start its <head>"):
        check_page(site, site / "lab/index.html")


def test_check_fails_when_another_script_comes_first(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    page = site / "lab/index.html"
    page.write_text(
        page.read_text().replace("<head>", "<head><script src='analytics.js'></script>")
    )
    with pytest.raises(ValueError, match="does not start its <head>"):
        check_page(site, page)


def test_check_fails_when_the_script_is_not_copied(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    (site / PAGE_SCRIPT).unlink()
    with pytest.raises(ValueError, match="is missing"):
        check_page(site, site / "index.html")


def test_hosts_with_headers_get_no_isolation_script(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    assert not (site / ISOLATION_SCRIPT).exists()
    assert (site / "harness.html").read_text() == HARNESS
    assert all(ISOLATION_SCRIPT not in (site / name).read_text() for name in PAGES)


def test_where_the_host_sets_none_the_isolation_script_precedes_the_bridge(
    site: Path, bridge: Path
) -> None:
    add_bridge(site, bridge, service_worker=True)
    for name, prefix in {**PAGES, "harness.html": "./"}.items():
        head = (site / name).read_text().split("<head>", 1)[1].split()
        tags = ["<script", f'src="{prefix}{ISOLATION_SCRIPT}"></script>', "<script"]
        assert head[:4] == [*tags, f'src="{prefix}{PAGE_SCRIPT}"></script>']
        assert (site / name).read_text().count(PAGE_SCRIPT) == 1
        check_page(site, site / name)


def test_a_page_that_loads_only_the_bridge_fails_the_check_there(site: Path, bridge: Path) -> None:
    add_bridge(site, bridge)
    (site / ISOLATION_SCRIPT).touch()
    words = f"does not start its <head> with {ISOLATION_SCRIPT} and {PAGE_SCRIPT}"
    with pytest.raises(ValueError, match=words):
        check_page(site, site / "lab/index.html")


def test_a_comment_before_the_tag_is_no_script() -> None:
    tag = "<script src='x'></script>"
    assert are_first(f"<html><HEAD lang='en'>\n<!-- first -->\n{tag}", [tag])


def test_a_page_without_head() -> None:
    with pytest.raises(ValueError, match="no <head>"):
        insert_scripts("<html></html>", ["<script></script>"])
