"""cloudpickle as this package has it, for one test."""

from __future__ import annotations

import pytest
from pyspark.cloudpickle import cloudpickle
from pyspark_connect_web.functions.pickling import adapt_pickler


@pytest.fixture
def adapted(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = cloudpickle.Pickler.reducer_override
    monkeypatch.setattr(cloudpickle.Pickler, "reducer_override", plain)
    adapt_pickler(cloudpickle)
