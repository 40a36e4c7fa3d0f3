"""Operations do in the tab what they do natively, on the same server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

import e2e.parity.operations  # noqa: F401
from e2e.compose_stack import SPARK_PORT_INSIDE, ComposeStack
from e2e.harness import PythonError
from e2e.parity import report
from e2e.parity.__main__ import OUT, TIMEZONE
from e2e.parity.compare import Comparison, Verdict, compare
from e2e.parity.native_side import NativeSide
from e2e.parity.registry import OPERATIONS, Operation
from e2e.parity.shipped import program
from e2e.parity.tab_side import TabSide
from e2e.stacks import ForeignStack, RunningStack


@pytest.fixture(scope="module")
def native(stack: RunningStack) -> Iterator[NativeSide]:
    native = NativeSide.of_this_machine(stack.spark_remote, TIMEZONE)
    yield native
    native.close()


@pytest.fixture(scope="module")
def native_of_server(stack: RunningStack, request: pytest.FixtureRequest) -> Iterator[NativeSide]:
    """A native client whose Python is the server's: functions that it sends run there."""
    if isinstance(stack, ComposeStack):
        server = f"sc://127.0.0.1:{SPARK_PORT_INSIDE}"
        source = program(f"from e2e.parity.native_side import main\nmain({server!r})")
        native = NativeSide(stack.exec_command("spark", "python", "-W", "ignore", "-c", source))
        yield native
        native.close()
    elif isinstance(stack, ForeignStack):
        pytest.skip("this machine's Python may not be that of somebody else's server")
    else:
        yield request.getfixturevalue("native")


@pytest.fixture(scope="module")
def tab(browser: Browser, stack: RunningStack) -> Iterator[TabSide]:
    tab = TabSide(browser, stack.site_url, stack.grpcweb_remote, TIMEZONE)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def comparisons() -> Iterator[list[Comparison]]:
    """All that were made; a whole suite's are written where `make parity` writes them."""
    made: list[Comparison] = []
    yield made
    if len(made) == len(OPERATIONS):
        report.write(made, OUT)


def operations(*, on_servers_python: bool) -> pytest.MarkDecorator:
    chosen = [one for one in OPERATIONS.values() if one.on_servers_python is on_servers_python]
    return pytest.mark.parametrize("operation", chosen, ids=lambda operation: operation.key)


@pytest.mark.any_stack
@operations(on_servers_python=False)
def test_an_operation_does_what_it_does_natively(
    operation: Operation, native: NativeSide, tab: TabSide, comparisons: list[Comparison]
) -> None:
    check(compare(operation, native, tab), comparisons)


@operations(on_servers_python=True)
def test_a_function_for_the_server_does_what_it_does_natively(
    operation: Operation,
    native_of_server: NativeSide,
    tab: TabSide,
    comparisons: list[Comparison],
) -> None:
    check(compare(operation, native_of_server, tab), comparisons)


def check(comparison: Comparison, comparisons: list[Comparison]) -> None:
    comparisons.append(comparison)
    if comparison.verdict is Verdict.UNEXPECTED:
        assert comparison.tab == comparison.native
        pytest.fail(f"{comparison.operation.key} is not as its remark says: {comparison.tab}")


def test_a_python_error_in_the_tab_fails_the_comparison(tab: TabSide) -> None:
    """The harness tells errors from output, or the tests above would prove nothing."""
    with pytest.raises(PythonError, match="ZeroDivisionError"):
        tab.harness.run("1 / 0")
