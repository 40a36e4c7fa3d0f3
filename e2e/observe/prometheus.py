"""A real Prometheus that scrapes a team's stack as `deploy/observe/prometheus.yml` says."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deploy.shared.config import ROOT
from e2e import waiting
from spark.ports import free_ports

OBSERVE = ROOT / "deploy" / "observe"
PATIENCE_S = 60.0
POLL_S = 0.2
STOP_S = 20
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
T = TypeVar("T")


@dataclass(frozen=True)
class Prometheus:
    url: str

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """The samples of now; none where nothing matches."""
        asked = urllib.parse.urlencode({"query": expression})
        with _OPENER.open(f"{self.url}/api/v1/query?{asked}", timeout=10) as answer:
            return list(json.load(answer)["data"]["result"])

    def by(self, label: str, expression: str) -> dict[str, float]:
        """The numbers of now by a label's value."""
        samples = self.ask(expression)
        return {sample["metric"].get(label, ""): float(sample["value"][1]) for sample in samples}


@contextmanager
def prometheus(folder: Path, metrics_port: int) -> Iterator[Prometheus]:
    """Scrapes each second what Envoy tells on this port."""
    text = (OBSERVE / "prometheus.yml").read_text().replace(":8444", f":{metrics_port}")
    (folder / "prometheus.yml").write_text(text.replace("15s", "1s"))
    shutil.copy(OBSERVE / "alerts.yml", folder)
    [port] = free_ports(1)
    command = [
        "prometheus",
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    server = Prometheus(f"http://127.0.0.1:{port}")
    try:
        until(lambda: server.ask("vector(1)"), "an answer of Prometheus")
        yield server
    finally:
        process.terminate()
        process.wait(STOP_S)


def until(found: Callable[[], T], what: str) -> T:
    """What ``found`` gives at last that is true; nobody may listen until then.

    Raises:
        WaitedInVain: it never came.
    """
    return waiting.until(found, what, PATIENCE_S, poll_s=POLL_S, despite=(OSError,))
