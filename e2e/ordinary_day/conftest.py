"""A data person's day: notebooks in the real JupyterLab, one with PySpark, one without."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What Spark a notebook talks to makes no difference to a day in it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.any_stack)
