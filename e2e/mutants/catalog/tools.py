"""Tools that tests and commands stand on, where a test is about the tool itself."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_NATIVE = "e2e/test_native_clients.py"
_STACKS = "e2e/test_stacks.py"
_HOST = "e2e/test_headers_host.py"
_PARITY = "e2e/test_parity.py"
_BENCH = "e2e/test_bench.py"

MUTATIONS = (
    Mutation(
        name="browser-missing",
        breaks="a run without a browser says it in no sentence",
        file="e2e/browser.py",
        before="apt-get install chromium",
        after="apt-get install firefox",
        tests=("e2e/test_browser.py::test_a_run_without_a_browser_fails_and_says_what_to_install",),
    ),
    Mutation(
        name="bench-table",
        breaks="the bench does not print its table",
        file="e2e/bench/__main__.py",
        before='print(f"\\n{text}")',
        after='print("measured")',
        tests=(f"{_BENCH}::test_it_measures_on_a_stack_that_runs_and_says_what_it_cannot",),
    ),
    Mutation(
        name="bench-judges-a-round",
        breaks="a line is judged by numbers of different rounds",
        file="e2e/bench/lines.py",
        before="statistics.median(self.values) if self.values else None",
        after="statistics.median(self.ours) if self.values else None",
        tests=(f"{_BENCH}::test_what_is_judged_is_of_each_round_and_what_falls_short_is_told",),
    ),
    Mutation(
        name="demo-output",
        breaks="the demo does not print what its cells show",
        file="e2e/demo.py",
        before="(a picture, ",
        after="(",
        tests=(
            "e2e/test_demo.py::test_the_demo_opens_the_site_of_make_up_prints_what_it_shows_and_"
            "pictures_it",
        ),
    ),
    Mutation(
        name="demo-without-a-stack",
        breaks="the demo says nothing of a stack that does not run",
        file="e2e/demo.py",
        before="run `make up` first",
        after="try again",
        tests=("e2e/test_demo.py::test_without_a_stack_the_demo_says_what_to_run",),
    ),
    Mutation(
        name="native-clients-wait",
        breaks="a program waits ten minutes for a server that was stopped",
        file="e2e/native_clients.py",
        before="def do_not_wait_for_stopped_servers() -> None:",
        after="def do_not_wait_for_stopped_servers() -> None:\n    return\n\n\ndef _unused() -> None:",
        tests=(f"{_NATIVE}::test_a_client_registers_nothing_for_the_exit",),
    ),
    Mutation(
        name="stacks-usual-ports",
        breaks="a base URL alone means another port for calls",
        file="e2e/stacks.py",
        before="DEFAULT_GRPCWEB_PORT = 8081",
        after="DEFAULT_GRPCWEB_PORT = 8082",
        tests=(f"{_STACKS}::test_a_base_url_alone_means_the_usual_ports_of_its_host",),
    ),
    Mutation(
        name="stacks-no-address",
        breaks="what is no address is taken for one",
        file="e2e/stacks.py",
        before='parts.scheme not in ("http", "https") or not parts.hostname',
        after='parts.scheme not in ("http", "https", "ftp")',
        tests=(f"{_STACKS}::test_what_is_no_address_is_refused_with_an_example",),
    ),
    Mutation(
        name="parity-errors",
        breaks="the harness takes an error of Python for output",
        file="site/page/harness/harness.js",
        before='if (data.type === "error") settle(data.id)?.reject(new Error(data.message));',
        after='if (data.type === "error") settle(data.id)?.resolve(data.message);',
        tests=(f"{_PARITY}::test_a_python_error_in_the_tab_fails_the_comparison",),
    ),
    Mutation(
        name="harness-python-from-elsewhere",
        breaks="the harness page takes Python from its usual place alone",
        file="site/page/harness/worker_bootstrap.js",
        before='const indexURL = sameOrigin("PCW_PYODIDE_INDEX_URL", site.pyodide);',
        after='const indexURL = sameOrigin("PCW_NO_INDEX_URL", site.pyodide);',
        tests=(
            "e2e/test_harness.py::test_python_and_both_wheels_are_loaded_from_where_the_page_says",
        ),
    ),
    Mutation(
        name="headers-host-wildcard",
        breaks="the test host reads a name in a pattern as a whole path",
        file="e2e/headers_host.py",
        before='".*" if token[0] == "*" else "[^/]+"',
        after='".*"',
        tests=(f"{_HOST}::test_a_pattern",),
    ),
    Mutation(
        name="headers-host-joined",
        breaks="of several rules for a header the test host takes the last",
        file="e2e/headers_host.py",
        before='f"{merged[name]}, {value}" if name in merged else value',
        after="value",
        tests=(_HOST,),
    ),
    Mutation(
        name="waiting-first",
        breaks="a wait ends with what is not true yet",
        file="e2e/waiting.py",
        before="            if given := found():\n                return given\n",
        after="            given = found()\n            return given\n",
        tests=("e2e/test_waiting.py::test_it_gives_the_first_that_is_true",),
    ),
    Mutation(
        name="waiting-for-what",
        breaks="a wait in vain does not say what was there instead",
        file="e2e/waiting.py",
        before="in vain for {what}; last: {last!r:.2000}",
        after="in vain for {what}",
        tests=("e2e/test_waiting.py",),
    ),
    Mutation(
        name="addresses-tentative",
        breaks="an address that will change is taken for one that came to rest",
        file="e2e/addresses.py",
        before="int(flags, 16) & TENTATIVE",
        after="int(flags, 16) & 0",
        tests=("e2e/test_addresses.py",),
    ),
)
