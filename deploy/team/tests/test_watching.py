"""A Prometheus of the stack's own, for who asks for one."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.shared.errors import StackError
from deploy.team import watching
from deploy.team.config import TeamConfig
from deploy.team.settings import Settings
from deploy.team.stack import TeamStack
from spark.ports import free_ports

PATIENCE_S = 30
installed = pytest.mark.skipif(
    shutil.which("prometheus") is None,
    reason="no Prometheus here (Debian: `apt install prometheus`)",
)


def config(folder: Path, **changed: int) -> TeamConfig:
    return TeamConfig(settings=Settings(demo=True, **changed), state_dir=folder, site_dir=folder)  # type: ignore[arg-type]


def ask(port: int, what: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{what}") as answer:
        found: dict[str, Any] = json.load(answer)["data"]
    return found


def test_nobody_gets_one_who_does_not_ask_for_it(tmp_path: Path) -> None:
    assert watching.prometheus(config(tmp_path)) is None
    assert "prometheus" not in [each.name for each in TeamStack(config(tmp_path)).services]


@installed
def test_it_asks_the_deployments_own_envoy_and_is_stopped_without_being_named(
    tmp_path: Path,
) -> None:
    port, metrics = free_ports(2)
    service = watching.prometheus(config(tmp_path, prometheus_port=port, metrics_port=metrics))
    assert service is not None
    service.start()
    try:
        service.wait_healthy()
        give_up = time.monotonic() + PATIENCE_S
        while not (targets := ask(port, "targets")["activeTargets"]):
            assert time.monotonic() < give_up, "it has nothing to scrape"
            time.sleep(0.1)
        assert [each["scrapeUrl"] for each in targets] == [f"http://127.0.0.1:{metrics}/metrics"]
        assert ask(port, "rules")["groups"]
    finally:
        found = watching.prometheus(config(tmp_path))
        assert found is not None
        found.stop()
    assert not service.is_alive()
    assert watching.prometheus(config(tmp_path)) is None


def test_where_none_is_installed_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    [port] = free_ports(1)
    service = watching.prometheus(replace(config(tmp_path, prometheus_port=port)))
    assert service is not None
    with pytest.raises(StackError, match="apt install prometheus"):
        service.start()
