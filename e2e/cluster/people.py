"""People at work through a team's Envoy, each with a session of a native client.

A person comes with a token, opens a session, asks small and larger questions with pauses, as a
notebook does, closes it, and comes again.
"""

from __future__ import annotations

import random
import re
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from deploy.cluster.upgrade import sessions_of
from deploy.local.service import Service
from deploy.team.stack import TeamStack
from e2e.cluster.team import cluster_of, remote
from e2e.native_clients import native_session
from e2e.stacks import cpu_seconds

PAUSE_S = (1.0, 10.0)
"""Between two questions of a person."""
QUESTIONS = (5, 15)
ROWS = (1, 100, 10_000)
SETTLED_AFTER = 0.4
"""Of the time: from then on a process's memory should not grow."""
_LINE = re.compile(r"(\w+)\{(.*)\} (\d+)")
LIMITS = ("RESOURCE_EXHAUSTED", "Too many calls", "running queries on this server")


@dataclass
class Tally:
    """What all people have done so far."""

    questions: int = 0
    visits: int = 0
    rows: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float, rows: int) -> None:
        with self.lock:
            self.questions += 1
            self.rows += rows
            self.seconds.append(seconds)

    def fail(self, error: Exception) -> None:
        words = f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"
        with self.lock:
            which = self.limits if any(each in str(error) for each in LIMITS) else self.errors
            which[words] += 1


@dataclass(frozen=True)
class Sample:
    """Of one process."""

    cpu_s: float
    rss: int
    """Bytes."""

    @classmethod
    def of(cls, service: Service) -> Sample:
        return cls(cpu_seconds(service), psutil.Process(service.pid).memory_info().rss)


@dataclass(frozen=True)
class Result:
    tally: Tally
    people: int
    seconds: float
    first: dict[str, Sample]
    settled: dict[str, Sample]
    last: dict[str, Sample]
    most_sessions: int
    streams: int
    """Requests that Envoy has passed on."""
    sent: int
    """Bytes that Envoy has sent to people."""

    def growth(self, name: str) -> float:
        """Of a process's memory since it had settled; 0.1 is a tenth."""
        return self.last[name].rss / self.settled[name].rss - 1

    def cpu_s(self, beginning: str) -> float:
        """Of all processes whose names begin so."""
        names = [name for name in self.first if name.startswith(beginning)]
        return sum(self.last[name].cpu_s - self.first[name].cpu_s for name in names)

    def grown(self, beginning: str) -> int:
        """Bytes, likewise."""
        names = [name for name in self.first if name.startswith(beginning)]
        return sum(self.last[name].rss - self.first[name].rss for name in names)


def person(
    name: str, team: TeamStack, until: float, tally: Tally, pause_s: tuple[float, float]
) -> None:
    chance = random.Random(name)
    while time.monotonic() < until:
        try:
            with native_session(remote(team, name)) as spark:
                for _ in range(chance.randint(*QUESTIONS)):
                    time.sleep(chance.uniform(*pause_s))
                    if time.monotonic() >= until:
                        return
                    rows = chance.choice(ROWS)
                    began = time.monotonic()
                    got = spark.range(rows).selectExpr("id", "id % 7 as day").collect()
                    assert len(got) == rows
                    tally.add(time.monotonic() - began, rows)
            with tally.lock:
                tally.visits += 1
        except Exception as error:  # noqa: BLE001 - counted and shown
            tally.fail(error)
            time.sleep(pause_s[0])


def run(
    team: TeamStack,
    people: int,
    seconds: float,
    tell: Callable[[str], None],
    pause_s: tuple[float, float] = PAUSE_S,
) -> Result:
    """So many people, for so long."""
    watched = {service.name: service for service in team.all_services if service.pid}
    cluster = cluster_of(team)

    def samples() -> dict[str, Sample]:
        return {name: Sample.of(service) for name, service in watched.items()}

    tally, began, first = Tally(), time.monotonic(), samples()
    counted = counters(team)
    threads = [
        threading.Thread(
            target=person, args=(f"load{i}", team, began + seconds, tally, pause_s), daemon=True
        )
        for i in range(people)
    ]
    for thread in threads:
        thread.start()
    settled, most = first, 0
    while any(thread.is_alive() for thread in threads):
        passed = time.monotonic() - began
        most = max(most, sum(len(sessions_of(server)) for server in cluster.servers))
        if settled is first and passed > SETTLED_AFTER * seconds:
            settled = samples()
        tell(
            f"waiting for {people} people ({passed:.0f} of {seconds:.0f} s): {tally.questions} "
            f"questions, {sum(tally.errors.values())} errors, {most} sessions at most"
        )
        time.sleep(0.5)
    passed = time.monotonic() - began
    streams, sent = (now - then for now, then in zip(counters(team), counted, strict=True))
    return Result(tally, people, passed, first, settled, samples(), most, streams, sent)


def counters(team: TeamStack) -> tuple[int, int]:
    """Of Envoy's door for people: requests so far, and bytes sent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(team.metrics_url, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        match = _LINE.fullmatch(line)
        if match and 'envoy_http_conn_manager_prefix="team"' in match[2]:
            found[match[1]] += int(match[3])
    return found["envoy_http_downstream_rq_total"], found["envoy_http_downstream_cx_tx_bytes_total"]
