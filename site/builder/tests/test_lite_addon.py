"""The bridge script in the pages of a JupyterLite site."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from builder import lite_addon
from builder.lite import LITE_PACKAGES, lite_versions
from builder.lite_addon import (
    ISOLATION_SCRIPT,
    KERNEL_WORKER_FOLDER,
    PAGE_SCRIPT,
    TESTED_EXTRA,
    WARM_WORKER,
    add_page_half,
    app_pages,
    are_first,
    check_page,
    insert_scripts,
    page_files,
    page_folder,
    untested_versions,
)
from builder.settings import ROOT
from packaging.requirements import Requirement

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
WARM_PAGES = {"lab/index.html", "notebooks/index.html"}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page's files in their folders."""
    folder = tmp_path / "page"
    for name in (
        f"bridge/{PAGE_SCRIPT}",
        "bridge/pcw_io_worker.js",
        "bridge/notes.md",
        "bridge/tests/x.test.js",
        f"isolation/{ISOLATION_SCRIPT}",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"// {Path(name).name}")
    (folder / "harness").mkdir()
    (folder / "harness" / "harness.html").write_text(HARNESS)
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


def test_every_app_page_loads_it_first(site: Path, page: Path) -> None:
    add_page_half(site, page)
    assert {str(p.relative_to(site)) for p in app_pages(site)} == set(PAGES)
    for name, prefix in PAGES.items():
        html = (site / name).read_text()
        tag = f'<script src="{prefix}{PAGE_SCRIPT}"></script>'
        head = html.split("<head>", 1)[1]
        assert head.lstrip().startswith(tag)
        assert html.replace(f"\n    {tag}", "") == PAGE
        check_page(site, site / name)


def test_pages_for_notebooks_name_the_worker_to_start_early_in_sites_with_pyodide_only(
    site: Path, page: Path
) -> None:
    (page / "jupyterlite").mkdir()
    (page / "jupyterlite" / WARM_WORKER).write_text("// warm")
    (site / KERNEL_WORKER_FOLDER).mkdir(parents=True)
    add_page_half(site, page, own_site=False)
    assert not list(site.rglob(WARM_WORKER))
    assert WARM_WORKER not in (site / "lab/index.html").read_text()
    add_page_half(site, page)
    assert (site / KERNEL_WORKER_FOLDER / WARM_WORKER).read_text() == "// warm"
    attribute = f'data-warm-kernel="../{KERNEL_WORKER_FOLDER}/{WARM_WORKER}"'
    for name in PAGES:
        assert (attribute in (site / name).read_text()) == (name in WARM_PAGES)
        check_page(site, site / name)


def test_pages_of_the_user_and_redirects_are_left_alone(site: Path, page: Path) -> None:
    add_page_half(site, page)
    assert (site / "files/index.html").read_text() == PAGE
    assert (site / "lab/tree/index.html").read_text() == REDIRECT


def test_twice_is_once(site: Path, page: Path) -> None:
    add_page_half(site, page)
    first = {name: (site / name).read_text() for name in PAGES}
    add_page_half(site, page)
    assert first == {name: (site / name).read_text() for name in PAGES}


def test_scripts_and_pages_are_copied_to_the_root_without_their_tests(
    site: Path, page: Path
) -> None:
    add_page_half(site, page)
    copied = {p.name for p in site.iterdir() if p.is_file()}
    written = {"pcw_conditions.json"}
    assert copied == {"index.html", PAGE_SCRIPT, "pcw_io_worker.js", "harness.html"} | written
    assert (site / "pcw_io_worker.js").read_text() == "// pcw_io_worker.js"


def test_no_two_files_of_the_page_have_one_name_and_so_one_address() -> None:
    names = [file.name for file in page_files(page_folder())]
    assert PAGE_SCRIPT in names
    assert len(names) == len(set(names))


def test_check_fails_without_the_tag(site: Path, page: Path) -> None:
    add_page_half(site, page)
    (site / "lab/index.html").write_text(PAGE)
    with pytest.raises(ValueError, match="does not start its <head>"):
        check_page(site, site / "lab/index.html")


def test_check_fails_when_another_script_comes_first(site: Path, page: Path) -> None:
    add_page_half(site, page)
    lab = site / "lab/index.html"
    lab.write_text(lab.read_text().replace("<head>", "<head><script src='analytics.js'></script>"))
    with pytest.raises(ValueError, match="does not start its <head>"):
        check_page(site, lab)


def test_check_fails_when_the_script_is_not_copied(site: Path, page: Path) -> None:
    add_page_half(site, page)
    (site / PAGE_SCRIPT).unlink()
    with pytest.raises(ValueError, match="is missing"):
        check_page(site, site / "index.html")


def test_hosts_with_headers_get_no_isolation_script(site: Path, page: Path) -> None:
    add_page_half(site, page)
    assert not (site / ISOLATION_SCRIPT).exists()
    assert (site / "harness.html").read_text() == HARNESS
    assert all(ISOLATION_SCRIPT not in (site / name).read_text() for name in PAGES)


def test_where_the_host_sets_none_the_isolation_script_precedes_the_bridge(
    site: Path, page: Path
) -> None:
    add_page_half(site, page, service_worker=True)
    for name, prefix in {**PAGES, "harness.html": "./"}.items():
        head = (site / name).read_text().split("<head>", 1)[1].split()
        tags = ["<script", f'src="{prefix}{ISOLATION_SCRIPT}"></script>', "<script"]
        assert head[:4] == [*tags, f'src="{prefix}{PAGE_SCRIPT}"></script>']
        assert (site / name).read_text().count(PAGE_SCRIPT) == 1
        check_page(site, site / name)


def test_a_page_that_loads_only_the_bridge_fails_the_check_there(site: Path, page: Path) -> None:
    add_page_half(site, page)
    (site / ISOLATION_SCRIPT).touch()
    words = f"does not start its <head> with {ISOLATION_SCRIPT} and {PAGE_SCRIPT}"
    with pytest.raises(ValueError, match=words):
        check_page(site, site / "lab/index.html")


EXTRA = 'jupyterlite-core<0.9,>=0.8.6; extra == "jupyterlite"'


@pytest.mark.parametrize("found", ["0.8.6", "0.8.11"])
def test_a_tested_version_of_jupyterlite_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    monkeypatch.setattr(lite_addon, "requires", lambda _: [EXTRA, 'other>9; extra == "else"'])
    monkeypatch.setattr(lite_addon, "version", lambda _: found)
    assert untested_versions() == []


@pytest.mark.parametrize("found", ["0.8.5", "0.9.0", "1.0.0rc1"])
def test_another_version_is_named_with_what_was_tested_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    monkeypatch.setattr(lite_addon, "requires", lambda _: [EXTRA])
    monkeypatch.setattr(lite_addon, "version", lambda _: found)
    (sentence,) = untested_versions()
    assert sentence.startswith(f"jupyterlite-core {found} was not tested with this ")
    assert "<0.9,>=0.8.6" in sentence
    assert "run `pip install 'pyspark-connect-web[jupyterlite]'`" in sentence


def test_a_site_without_the_kernel_is_told_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(lite_addon, "requires", lambda _: [EXTRA])
    monkeypatch.setattr(lite_addon, "version", missing)
    (sentence,) = untested_versions()
    assert sentence.startswith("jupyterlite-core (not installed) was not tested")


def test_the_versions_of_our_own_sites_are_tested_ones() -> None:
    """What the end-to-end tests run with is what the extra promises."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = [Requirement(one) for one in project["optional-dependencies"][TESTED_EXTRA]]
    assert {one.name for one in extra} == set(LITE_PACKAGES)
    for one in extra:
        assert one.specifier.contains(lite_versions()[one.name])
        assert not one.specifier.contains("999")


def test_a_comment_before_the_tag_is_no_script() -> None:
    tag = "<script src='x'></script>"
    assert are_first(f"<html><HEAD lang='en'>\n<!-- first -->\n{tag}", [tag])


def test_a_page_without_head() -> None:
    with pytest.raises(ValueError, match="no <head>"):
        insert_scripts("<html></html>", ["<script></script>"])
