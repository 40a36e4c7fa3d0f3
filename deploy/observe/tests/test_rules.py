"""Alerts and scrapes as promtool reads them; e2e/observe has them on a real Prometheus."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).resolve().parents[1]
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="no Prometheus here (Debian: `apt install --no-install-recommends prometheus`)",
)


def alerts() -> list[dict[str, Any]]:
    rules = yaml.safe_load((HERE / "alerts.yml").read_text())
    return [rule for group in rules["groups"] for rule in group["rules"]]


@needs_promtool
@pytest.mark.parametrize(
    "command",
    [["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]],
)
def test_promtool_finds_no_fault(command: list[str]) -> None:
    answer = subprocess.run(
        ["promtool", *command], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_each_alert_has_its_case() -> None:
    cases = (HERE / "alerts_test.yml").read_text()
    assert [alert["alert"] for alert in alerts() if alert["alert"] not in cases] == []
