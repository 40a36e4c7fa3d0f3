"""Each execution of a cell has an id, which begins with the notebook's own id of the cell."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark_connect_web.grpc.cell_metadata import cell_headers, cell_running
from pyspark_connect_web.kernel.lite_kernel import _run_whole_cells

ORIGIN = "http://host:1"


class Kernel:
    def __init__(self, parent: Any) -> None:
        self._parent_header = parent
        self.seen: list[str] = []

    async def run(self, code: str) -> None:
        await asyncio.sleep(0)
        self.seen.append(dict(cell_headers(ORIGIN))["pcw-cell"])
        await asyncio.create_task(self.later())

    async def later(self) -> None:
        self.seen.append(dict(cell_headers(ORIGIN))["pcw-cell"])


@pytest.mark.parametrize(
    ("parent", "name"),
    [
        ({"header": {}, "metadata": {"cellId": "1f0c"}}, "1f0c."),
        ({"header": {}, "metadata": {}}, ""),
        (None, ""),
    ],
)
def test_a_cell_and_its_tasks_share_an_id_that_names_the_cell(parent: Any, name: str) -> None:
    kernel = Kernel(parent)
    _run_whole_cells(kernel, SimpleNamespace(deliver=lambda: None))  # type: ignore[arg-type]
    asyncio.run(kernel.run("1"))
    first, second = kernel.seen
    assert first == second
    assert first.startswith(name)
    asyncio.run(kernel.run("1"))
    assert kernel.seen[2] != first
    assert cell_headers(ORIGIN) == []


@pytest.mark.parametrize(
    ("page", "endpoint", "told"),
    [
        ("http://localhost:8000/lab/", "http://localhost:8081", True),
        ("http://[::1]:8000/lab/", "http://[::1]:8081", True),
        ("https://site.example/lab/", "https://SITE.example", True),
        ("https://site.example/lab/", "https://spark.example", False),
        ("http://[::1]:8000/lab/", "http://[::2]:8081", False),
    ],
)
def test_only_the_host_of_the_page_hears_of_the_cell(
    monkeypatch: pytest.MonkeyPatch, page: str, endpoint: str, told: bool
) -> None:
    monkeypatch.setattr("pyspark_connect_web.grpc.cell_metadata.in_browser", lambda: True)
    js = SimpleNamespace(location=SimpleNamespace(href=page))
    monkeypatch.setitem(sys.modules, "js", js)  # type: ignore[arg-type]
    with cell_running("1f0c"):
        assert bool(cell_headers(endpoint)) is told
