"""When the wheels of pandas are asked for."""

from __future__ import annotations

import asyncio

import pytest
from pyspark_connect_web.client import ahead
from pyspark_connect_web.client.ahead import PandasAhead
from pyspark_connect_web.client.operations import Operation


def test_once_after_the_first_operation_when_the_kernel_has_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ahead, "PAUSE_S", 0.0)
    monkeypatch.setattr(ahead, "fetch_ahead", asked.append)

    async def cells() -> None:
        watcher, operation = PandasAhead(), Operation("first")
        watcher.begins(operation)
        await asyncio.sleep(0.01)
        assert asked == []
        for _ in range(2):
            watcher.ends(operation)
            assert len(asked) < 2
            await asyncio.sleep(0.01)

    asyncio.run(cells())
    assert asked == ["pandas"]
