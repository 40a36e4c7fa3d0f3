"""People's worth of native sessions through Envoy, for minutes: what it costs, and what fails.

    python -m e2e.cluster.load --people 50 --minutes 5

Each person opens a session, asks small and larger questions with pauses, as a notebook does, and
closes it. Printed are the errors, each process's memory at the beginning and the end, the unit
costs, and what more people would need by those.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import ClusterConfig, ClusterPorts
from deploy.cluster.upgrade import sessions_of
from deploy.local.cli import EXIT_FAILED, exit_code_of
from deploy.local.progress import Progress
from deploy.local.service import Service
from e2e.cluster.front import Front, front
from e2e.native_clients import native_session
from e2e.stacks import cpu_seconds
from spark.ports import free_ports

PAUSE_S = (0.5, 3.0)
"""Between two questions of a person."""
SETTLED_AFTER = 0.4
"""Of the time: from then on a process's memory should not grow."""
USERS = (10, 1_000, 100_000)
ACTIVE = 0.1
"""Of those who have an account, at the busiest time. An assumption, not a measurement."""
_MIB = 1 << 20


@dataclass
class Tally:
    """What all people have done so far."""

    questions: int = 0
    visits: int = 0
    rows: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float, rows: int) -> None:
        with self.lock:
            self.questions += 1
            self.rows += rows
            self.seconds.append(seconds)

    def fail(self, error: Exception) -> None:
        with self.lock:
            self.errors[f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"] += 1


@dataclass(frozen=True)
class Sample:
    """Of one process."""

    cpu_s: float
    rss: int

    @classmethod
    def of(cls, service: Service) -> Sample:
        status = Path(f"/proc/{service.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return cls(cpu_seconds(service), int(line.split()[1]) * 1024)


def person(name: str, envoy: Front, until: float, tally: Tally) -> None:
    chance = random.Random(name)
    while time.monotonic() < until:
        try:
            with native_session(envoy.remote(name)) as spark:
                for _ in range(chance.randint(5, 15)):
                    time.sleep(chance.uniform(*PAUSE_S))
                    if time.monotonic() >= until:
                        break
                    rows = chance.choice((1, 100, 10_000))
                    began = time.monotonic()
                    got = spark.range(rows).selectExpr("id", "id % 7 as day").collect()
                    assert len(got) == rows
                    tally.add(time.monotonic() - began, rows)
                tally.visits += 1
        except Exception as error:  # noqa: BLE001 - counted and shown
            tally.fail(error)
            time.sleep(PAUSE_S[0])


@dataclass(frozen=True)
class Result:
    tally: Tally
    people: int
    seconds: float
    first: dict[str, Sample]
    settled: dict[str, Sample]
    last: dict[str, Sample]
    most_sessions: int

    def growth(self, name: str) -> float:
        """Of a process's memory since it had settled; 0.1 is a tenth."""
        return self.last[name].rss / self.settled[name].rss - 1

    @property
    def envoy_cpu_per_question_ms(self) -> float:
        spent = self.last["envoy"].cpu_s - self.first["envoy"].cpu_s
        return 1000 * spent / max(1, self.tally.questions)

    @property
    def server_memory_per_session(self) -> float:
        grown = sum(
            self.last[name].rss - self.first[name].rss
            for name in self.first
            if name.startswith("connect")
        )
        return max(0.0, grown / max(1, self.most_sessions))

    @property
    def server_cpu_per_question_ms(self) -> float:
        spent = sum(
            self.last[name].cpu_s - self.first[name].cpu_s
            for name in self.first
            if name.startswith("connect")
        )
        return 1000 * spent / max(1, self.tally.questions)

    @property
    def questions_per_person_s(self) -> float:
        return self.tally.questions / self.seconds / self.people


def run(
    cluster: Cluster,
    envoy: Front,
    people: int,
    seconds: float,
    tell: Callable[[str], None],
) -> Result:
    watched = {service.name: service for service in [*cluster.services, envoy] if service.pid}

    def samples() -> dict[str, Sample]:
        return {name: Sample.of(service) for name, service in watched.items()}

    tally, began, first = Tally(), time.monotonic(), samples()
    threads = [
        threading.Thread(
            target=person, args=(f"load{i}", envoy, began + seconds, tally), daemon=True
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
    return Result(tally, people, passed, first, settled, samples(), most)


def show(result: Result) -> None:
    tally = result.tally
    times = sorted(tally.seconds) or [0.0]
    print(f"\n{result.people} people, {result.seconds:.0f} s, {tally.visits} whole visits")
    print(
        f"{tally.questions} questions, {tally.rows} rows, {result.most_sessions} sessions at most"
    )
    print(f"half within {times[len(times) // 2]:.2f} s, 95 % within {_p95(times):.2f} s")
    for words, count in tally.errors.most_common():
        print(f"ERROR {count} x {words}")
    print("\n| process | memory, MB: at first, settled, at the end | growth since | CPU s |")
    print("|---|---|---|---|")
    for name, last in result.last.items():
        memory = [s.rss / _MIB for s in (result.first[name], result.settled[name], last)]
        cpu = last.cpu_s - result.first[name].cpu_s
        cells = ", ".join(f"{each:.0f}" for each in memory)
        print(f"| {name} | {cells} | {result.growth(name):+.0%} | {cpu:.1f} |")
    print("\n| unit cost | |\n|---|---|")
    print(f"| Envoy, CPU for a question | {result.envoy_cpu_per_question_ms:.2f} ms |")
    print(f"| Connect server, CPU for a question | {result.server_cpu_per_question_ms:.1f} ms |")
    per_session = result.server_memory_per_session / _MIB
    print(f"| Connect server, memory for a session | {per_session:.1f} MB |")
    print(
        f"\n| users ({ACTIVE:.0%} at work) | questions/s | Envoy cores | Connect cores | memory |"
    )
    print("|---|---|---|---|---|")
    for users in USERS:
        rate = users * ACTIVE * result.questions_per_person_s
        envoy_cores = rate * result.envoy_cpu_per_question_ms / 1000
        cores = rate * result.server_cpu_per_question_ms / 1000
        gigabytes = users * ACTIVE * per_session / 1024
        print(f"| {users} | {rate:.1f} | {envoy_cores:.2f} | {cores:.1f} | {gigabytes:.1f} GB |")


def _p95(times: list[float]) -> float:
    return times[min(len(times) - 1, int(0.95 * len(times)))]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.cluster.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args(arguments)
    return exit_code_of(lambda: _main(options.people, 60 * options.minutes))


def _main(people: int, seconds: float) -> int:
    tell = Progress()
    with tempfile.TemporaryDirectory(prefix="pcw-load-") as folder:
        config = ClusterConfig(state_dir=Path(folder) / "state", ports=ClusterPorts.free(2, 2))
        cluster = Cluster(config)
        try:
            cluster.up(tell)
            envoy = front(config.state_dir, free_ports(1)[0])
            envoy.start()
            envoy.wait_healthy()
            result = run(cluster, envoy, people, seconds, tell)
        finally:
            cluster.down(tell)
    show(result)
    return EXIT_FAILED if result.tally.errors else 0


if __name__ == "__main__":
    sys.exit(main())
