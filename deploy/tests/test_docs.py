"""What the documentation promises of itself: links, pages, names, figures of the same source."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.docs.built import POLICY, faults
from deploy.docs.links import anchors, broken, slug
from deploy.docs.pages import OUTSIDE, rewritten
from deploy.shared.config import ROOT

DOCS = ROOT / "docs"
MARKDOWN = [
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")),
    *sorted(path for path in OUTSIDE if path.endswith("README.md")),
]
README_LINES = 120
PACKAGE = ROOT / "site" / "pyspark_connect_web"


def text(source: str) -> str:
    return (ROOT / source).read_text("utf-8")


def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text("mkdocs.yml"))
    return loaded


def pages_of(navigation: Any) -> Iterator[str]:
    if isinstance(navigation, str):
        yield navigation
    elif isinstance(navigation, dict):
        navigation = list(navigation.values())
    if isinstance(navigation, list):
        for one in navigation:
            yield from pages_of(one)


@pytest.mark.parametrize("source", MARKDOWN)
def test_every_link_and_anchor_leads_somewhere(source: str) -> None:
    assert broken(ROOT, source) == []


def test_the_readme_is_no_wall() -> None:
    assert len(text("README.md").splitlines()) <= README_LINES


def test_every_page_is_in_the_navigation_once_and_nothing_else_is() -> None:
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert sorted(pages_of(config()["nav"])) == sorted(written | set(OUTSIDE.values()))


def test_the_readme_leads_to_every_page_of_docs() -> None:
    named = set(re.findall(r"\]\(docs/([^)#]+\.md)", text("README.md")))
    assert {path.name for path in DOCS.glob("*.md")} - named == {"index.md"}


def test_the_reference_has_every_public_name() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    [names] = [
        ast.literal_eval(one.value)
        for one in tree.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"
    ]
    errors = (PACKAGE / "errors.py").read_text("utf-8")
    reference = text("docs/reference.md")
    for name in names:
        its_own = re.search(rf"^::: pyspark_connect_web\S*\.{name}$", reference, re.MULTILINE)
        assert its_own or f"`pcw.{name}`" in reference or f"class {name}(" in errors, name
    assert "::: pyspark_connect_web.errors\n" in reference


def test_what_the_reference_takes_its_texts_from_is_there() -> None:
    for dotted in re.findall(r"^::: pyspark_connect_web\.(\S+)$", text("docs/reference.md"), re.M):
        *folders, name = dotted.split(".")
        module = PACKAGE.joinpath(*folders)
        file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        whole = module / f"{name}.py"
        defines = re.search(rf"^def {name}\(", file.read_text("utf-8"), re.M)
        assert defines or (whole.exists() and dotted == "errors"), dotted


def described() -> set[str]:
    """The environment variables that the page of settings names."""
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", text("docs/configuration.md")))


def test_every_variable_of_the_containers_is_described() -> None:
    composed = text("compose.yaml")
    named = set(re.findall(r"\$\{([A-Z][A-Z0-9_]+)", composed))
    named |= set(re.findall(r"^\s+([A-Z][A-Z0-9_]+):", composed, re.MULTILINE))
    versions = {line.split("=")[0] for line in text(".env").splitlines() if "=" in line}
    assert named - versions - described() == set()


def test_every_variable_of_the_processes_is_described() -> None:
    listed = re.search(r"^_ENVIRONMENT = (\"{3}.*?\"{3})", text("deploy/local/cli.py"), re.M | re.S)
    assert listed
    assert set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)\b", listed[1])) - described() == set()


def test_the_changes_begin_with_what_is_not_released_and_name_this_version() -> None:
    versions = re.findall(r"^## \[?([^]\s]+)\]?", text("CHANGELOG.md"), re.MULTILINE)
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert versions[0] == "Unreleased"
    assert project["version"] in text("CHANGELOG.md")


def test_no_page_takes_fonts_or_pictures_from_elsewhere() -> None:
    assert config()["theme"]["font"] is False
    for source in MARKDOWN:
        assert not re.search(r"!\[[^]]*\]\((?:https?:)?//", text(source)), source


def test_the_python_of_the_pages_is_python() -> None:
    for source in MARKDOWN:
        for block in re.findall(r"^```python\n(.*?)^```", text(source), re.MULTILINE | re.DOTALL):
            if not block.startswith("%"):
                ast.parse(block)


class TestLinks:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "there.md").write_text(
            "# There\n\n## `A_b` (c), d\n\n## Twice\n\n## Twice\n"
        )
        return tmp_path

    def write(self, project: Path, markdown: str) -> list[str]:
        (project / "README.md").write_text(markdown)
        return broken(project, "README.md")

    def test_a_missing_file_is_named_with_its_line(self, project: Path) -> None:
        [sentence] = self.write(project, "one\n\n[two](docs/gone.md)\n")
        assert (
            sentence == "README.md:3: the link docs/gone.md leads nowhere: there is no docs/gone.md"
        )

    def test_a_missing_heading_is_named(self, project: Path) -> None:
        [sentence] = self.write(project, "[two](docs/there.md#gone)")
        assert "docs/there.md has no heading #gone" in sentence

    def test_a_picture_counts(self, project: Path) -> None:
        assert len(self.write(project, "![two](docs/gone.png)")) == 1

    def test_what_is_out_of_the_project_is_missing(self, project: Path) -> None:
        assert len(self.write(project, "[two](../other/file.md)")) == 1

    def test_code_and_addresses_are_no_links_of_ours(self, project: Path) -> None:
        markdown = "```\n[a](gone.md)\n```\n`[b](gone.md)` [c](https://example.org/gone.md)"
        assert self.write(project, markdown) == []

    def test_headings_have_the_anchors_that_github_gives_them(self, project: Path) -> None:
        assert self.write(project, "# Here\n\n[a](docs/there.md#a_b-c-d) [b](#here)") == []
        assert anchors(project / "docs" / "there.md") >= {"there", "twice", "twice_1"}
        assert slug("What differs, and `why`") == "what-differs-and-why"


class TestPages:
    def test_a_file_outside_of_docs_is_a_page_of_the_site(self) -> None:
        assert rewritten("a.md", "[x](../SECURITY.md)") == "[x](project/reporting.md)"

    def test_a_folder_is_its_readme(self) -> None:
        page = rewritten("hosting.md", "[x](../deploy/static-hosts/netlify#a)")
        assert page == "[x](project/netlify.md#a)"

    def test_links_of_such_a_file_lead_back(self) -> None:
        assert rewritten("project/changes.md", "[x](docs/team.md#b)") == "[x](../team.md#b)"

    def test_code_stays(self) -> None:
        assert rewritten("a.md", "`[x](../SECURITY.md)`") == "`[x](../SECURITY.md)`"


class TestBuiltSite:
    POLICY = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}; object-src \'none\'">'

    def site(self, folder: Path, body: str, policy: str = POLICY) -> list[str]:
        (folder / "index.html").write_text(f'{policy}<h1 id="top">A</h1>{body}')
        (folder / "sub").mkdir()
        page = f'{self.POLICY}<h2 id="b">B</h2><a href="../#top">a</a>'
        (folder / "sub" / "index.html").write_text(page)
        return faults(folder)

    def test_a_whole_site_has_no_fault(self, tmp_path: Path) -> None:
        body = '<a href="sub/#b">b</a> <a href="https://example.org/">c</a> <img src="data:,">'
        assert self.site(tmp_path, body) == []

    @pytest.mark.parametrize("link", ["gone.html", "sub/#gone", "#gone", "../up.html"])
    def test_a_link_that_leads_nowhere_is_one(self, tmp_path: Path, link: str) -> None:
        assert self.site(tmp_path, f'<a href="{link}">x</a>') == [
            f"index.html: {link} leads nowhere"
        ]

    @pytest.mark.parametrize(
        "markup",
        [
            '<script src="https://example.org/a.js"></script>',
            '<link rel="stylesheet" href="//example.org/a.css">',
            '<p style="background: url(https://example.org/a.png)">',
        ],
    )
    def test_what_comes_from_another_origin_is_one(self, tmp_path: Path, markup: str) -> None:
        [fault] = self.site(tmp_path, markup)
        assert "example.org" in fault
        assert "from elsewhere" in fault

    def test_a_style_sheet_that_imports_from_elsewhere_is_one(self, tmp_path: Path) -> None:
        (tmp_path / "a.css").write_text('@import "https://example.org/b.css";')
        assert self.site(tmp_path, "") == ["a.css loads https://example.org/b.css from elsewhere"]

    def test_a_page_whose_scripts_may_load_anything_is_one(self, tmp_path: Path) -> None:
        [fault] = self.site(tmp_path, "", policy="")
        assert fault.startswith("index.html has no policy")

    def test_an_empty_folder_is_one(self, tmp_path: Path) -> None:
        assert len(faults(tmp_path)) == 1
