"""A folder beside the built site: listed, served, and nothing outside of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from deploy.local import services
from deploy.local.mounted import Mounted
from deploy.shared.config import Config
from deploy.shared.errors import StackError

BUILT = {"content": [{"name": "demo.ipynb"}, {"name": "notebooks"}], "path": ""}


def built_site(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b"the site"]


@pytest.fixture
def mounted(tmp_path: Path) -> Mounted:
    folder, site = tmp_path / "own", tmp_path / "site"
    (folder / "week 1").mkdir(parents=True)
    (folder / "week 1" / "größen.ipynb").write_text("{}")
    (folder / "rows.csv").write_text("a,b")
    (folder / ".secret").write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (folder / "link").symlink_to(tmp_path / "outside.txt")
    (folder / "up").symlink_to(tmp_path)
    (site / "api" / "contents").mkdir(parents=True)
    (site / "api" / "contents" / "all.json").write_text(json.dumps(BUILT))
    return Mounted(folder, site, built_site)


def ask(mounted: Mounted, path: str) -> tuple[str, bytes]:
    """Status and body."""
    status: list[str] = []
    environ: Any = {"PATH_INFO": path.encode().decode("latin-1"), "REQUEST_METHOD": "GET"}
    body = mounted(environ, lambda line, headers, *_: status.append(line))  # type: ignore[arg-type,return-value]
    return status[0], b"".join(body)


def listed(mounted: Mounted, path: str) -> list[tuple[str, str | None]]:
    content = json.loads(ask(mounted, f"/api/contents/{path}all.json")[1])["content"]
    return [(entry["name"], entry.get("type")) for entry in content]


def test_the_folder_is_listed_beside_what_was_built(mounted: Mounted) -> None:
    assert listed(mounted, "") == [("demo.ipynb", None), ("notebooks", "directory")]


def test_what_is_in_it_is_listed_as_it_is_now(mounted: Mounted) -> None:
    assert listed(mounted, "notebooks/") == [("rows.csv", "file"), ("week 1", "directory")]
    (mounted.folder / "later.ipynb").write_text("{}")
    assert ("later.ipynb", "notebook") in listed(mounted, "notebooks/")
    assert listed(mounted, "notebooks/week 1/") == [("größen.ipynb", "notebook")]


def test_its_files_are_served(mounted: Mounted) -> None:
    assert ask(mounted, "/files/notebooks/rows.csv") == ("200 OK", b"a,b")
    assert ask(mounted, "/files/notebooks/week 1/größen.ipynb") == ("200 OK", b"{}")


@pytest.mark.parametrize(
    "path",
    [
        *(f"/files/notebooks/{name}" for name in (".secret", "link", "up/outside.txt", "gone")),
        *("/files/notebooks/../outside.txt", "/files/notebooks/week 1/../../outside.txt"),
        *("/files/notebooks//etc/passwd", "/api/contents/notebooks//etc/all.json"),
        *("/api/contents/notebooks/up/all.json", "/api/contents/notebooks/../all.json"),
        *("/index.html", "/files/notebooks/week 1"),
    ],
)
def test_all_else_is_the_sites(mounted: Mounted, path: str) -> None:
    assert ask(mounted, path) == ("404 Not Found", b"the site")


def test_a_folder_that_is_not_there_is_told_before_the_start(tmp_path: Path) -> None:
    config = Config(state_dir=tmp_path, site_dir=tmp_path, notebooks="nowhere")
    prepare = services.site(config).prepare
    assert prepare is not None
    with pytest.raises(StackError, match="PCW_NOTEBOOKS=nowhere is no folder"):
        prepare()
