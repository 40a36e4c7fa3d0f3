"""What a load has cost for each unit, and what other numbers of people need by that."""

from __future__ import annotations

import requests
from playwright.sync_api import sync_playwright

from deploy.team.stack import TeamStack
from e2e.cluster.people import Result
from e2e.stacks import cpu_seconds
from e2e.team.access_log import AccessLog
from e2e.team.tab import Person, launch_trusting

USERS = (10, 1_000, 100_000)
ACTIVE = 0.1
"""Of those who have an account, at the busiest time. An assumption, not a measurement."""
LARGE = "/pyodide/pyodide.asm.wasm"
CELL = "import pyspark_connect_web as pcw; pcw.session().range(10).collect()"
_MIB = 1 << 20
_GB = 1e9


def show_gigabyte(team: TeamStack) -> None:
    """Seconds of one core, for bytes that are sent through TLS as they are."""
    before, got = cpu_seconds(team.envoy), 0
    with requests.Session() as http:
        http.trust_env = False
        http.verify = str(team.authority)
        while got < _GB:
            url = team.team.settings.url + LARGE
            answer = http.get(url, headers={"accept-encoding": "identity"}, timeout=60)
            assert answer.status_code == 200, answer.status_code
            got += len(answer.content)
    spent = (cpu_seconds(team.envoy) - before) / got * _GB
    print(f"| Envoy, CPU for a GB | {spent:.2f} s |")


def show_visit(team: TeamStack) -> None:
    """What Envoy sends for the first visit of a browser.

    A visit: JupyterLab, a notebook, a kernel, one `collect()`.
    """
    with sync_playwright() as playwright:
        browser = launch_trusting(playwright, team)
        try:
            person = Person.with_browser(browser, team, "alice")
            print(f"| bytes of a browser's first visit | {_bytes_of_visit(person) / 1e6:.1f} MB |")
        finally:
            browser.close()


def _bytes_of_visit(person: Person) -> int:
    log: AccessLog = person.log()
    result = person.open_lab().new_notebook().run_cell(CELL)
    assert "Row(id=9)" in result.text, result.text

    def has_query(lines: list[dict[str, object]]) -> bool:
        return any(str(line["path"]).endswith("/ExecutePlan") for line in lines)

    return sum(int(line["out"]) for line in log.wait(has_query))


def show(result: Result) -> None:
    """As tables, for docs/capacity.md; the last one may go on."""
    _show_work(result)
    _show_processes(result)
    _show_needs(result)
    _show_units(result)


def _show_work(result: Result) -> None:
    tally = result.tally
    times = sorted(tally.seconds) or [0.0]
    print(f"\n{result.people} people, {result.seconds:.0f} s, {tally.visits} whole visits")
    print(
        f"{tally.questions} questions, {tally.rows} rows, {result.most_sessions} sessions at most"
    )
    late = times[min(len(times) - 1, int(0.95 * len(times)))]
    print(f"half within {times[len(times) // 2]:.2f} s, 95 % within {late:.2f} s")
    for kind, found in (("LIMIT", tally.limits), ("ERROR", tally.errors)):
        for words, count in found.most_common():
            print(f"{kind} {count} x {words}")


def _show_processes(result: Result) -> None:
    print("\n| process | memory, MB: at first, settled, at the end | growth since | CPU s |")
    print("|---|---|---|---|")
    for name, last in result.last.items():
        memory = [s.rss / _MIB for s in (result.first[name], result.settled[name], last)]
        cells = ", ".join(f"{each:.0f}" for each in memory)
        cpu = last.cpu_s - result.first[name].cpu_s
        print(f"| {name} | {cells} | {result.growth(name):+.0%} | {cpu:.1f} |")


def _show_units(result: Result) -> None:
    asked = max(1, result.tally.questions)
    print("\n| unit cost | |\n|---|---|")
    print(f"| Envoy, CPU for a stream | {1000 * result.cpu_s('envoy') / result.streams:.2f} ms |")
    print(f"| streams for a question | {result.streams / asked:.1f} |")
    print(f"| bytes to a person for a question | {result.sent / asked / 1000:.1f} kB |")
    print(f"| Connect server, CPU for a question | {_server_ms(result):.0f} ms |")
    print(f"| Connect server, memory for a session | {_session_bytes(result) / _MIB:.1f} MB |")


def _server_ms(result: Result) -> float:
    return 1000 * result.cpu_s("connect") / max(1, result.tally.questions)


def _session_bytes(result: Result) -> float:
    return max(0, result.grown("connect")) / max(1, result.most_sessions)


def _show_needs(result: Result) -> None:
    a_person_s = result.tally.questions / result.seconds / result.people
    envoy_ms = 1000 * result.cpu_s("envoy") / max(1, result.tally.questions)
    print(
        f"\n| users ({ACTIVE:.0%} at work) | questions/s | Envoy cores | Connect cores | memory |"
    )
    print("|---|---|---|---|---|")
    for users in USERS:
        rate = users * ACTIVE * a_person_s
        envoy, server = rate * envoy_ms / 1000, rate * _server_ms(result) / 1000
        memory = users * ACTIVE * _session_bytes(result) / _GB
        print(f"| {users:,} | {rate:.1f} | {envoy:.2f} | {server:.1f} | {memory:.1f} GB |")
