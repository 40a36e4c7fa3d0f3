"""Some thousands of mutated streams, always the same; `make fuzz` runs as many as one likes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .fuzz.__main__ import BLOCK, Fuzzer
from .fuzz.judge import Judge
from .fuzz.reading import Batch, Reading
from .fuzz.subject import examine
from .fuzz.verdict import Kind, judge
from .support import facade, real, stream

INPUTS = 3_072


@pytest.fixture(scope="module")
def process() -> Iterator[Judge]:
    made = Judge()
    yield made
    made.stop()


def test_mutated_streams_give_pyarrows_values_or_a_clean_error(process: Judge) -> None:
    fuzzer = Fuzzer(seed=1)
    for first in range(0, INPUTS, BLOCK):
        fuzzer.run(process, first, BLOCK)
    assert fuzzer.faults == 0, fuzzer.summary(process.deaths)
    read = fuzzer.counts[Kind.SAME]
    assert read > INPUTS // 10, f"only {read} of {INPUTS} inputs are read at all"


def test_an_input_is_named_by_seed_and_number() -> None:
    assert Fuzzer(seed=5).input(7) == Fuzzer(seed=5).input(7)
    assert Fuzzer(seed=5).input(7) != Fuzzer(seed=6).input(7)


@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        (Reading("a: int8", [Batch(1, [("value", "[1]")])]), Kind.SAME),
        (Reading("a: int8", [Batch(1, [("value", "[2]")])]), Kind.WRONG),
        (Reading("a: int8", [Batch(2, [("value", "[1]")])]), Kind.WRONG),
        (Reading("b: int8", [Batch(1, [("value", "[1]")])]), Kind.WRONG),
        (Reading("a: int8", []), Kind.WRONG),
        (Reading("a: int8", [], end="read: ArrowInvalid: cut"), Kind.REFUSED_HERE),
        (Reading("a: int8", [Batch(1, [("error", "int8: x")])]), Kind.REFUSED_HERE),
    ],
)
def test_the_verdict_on_a_stream_that_pyarrow_reads(mine: Reading, kind: Kind) -> None:
    its = Reading("a: int8", [Batch(1, [("value", "[1]")])])
    assert judge(its, mine).kind is kind


def test_the_verdict_on_a_stream_that_pyarrow_refuses() -> None:
    its = Reading("a: int8", [], end="validate: ArrowInvalid: offsets")
    assert judge(its, Reading("a: int8", [Batch(1, [("value", "[1]")])])).kind is Kind.READ_HERE
    assert judge(its, Reading("a: int8", [Batch(1, [("error", "e")])])).kind is Kind.REFUSED
    assert judge(its, Reading("a: int8", [], end="read: ArrowInvalid: x")).kind is Kind.REFUSED


def test_an_error_that_is_not_arrows_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(facade.ipc, "open_stream", broken)
    _, fault = examine(b"", traced=False, deep=False)
    assert fault is not None
    assert fault.kind is Kind.DIRTY


def test_taking_too_much_memory_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    data = stream(real, real.table({"a": [1]}))
    opened = facade.ipc.open_stream
    monkeypatch.setattr(facade.ipc, "open_stream", lambda d: (bytes(200 << 20), opened(d))[1])
    _, fault = examine(data, traced=True, deep=False)
    assert fault is not None
    assert fault.kind is Kind.GREEDY


def test_taking_too_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: object) -> None:
        while True:
            pass

    monkeypatch.setattr("pyspark_connect_web.tests.arrow.fuzz.subject.CPU_LIMIT_S", 0.05)
    monkeypatch.setattr(facade.ipc, "open_stream", endless)
    _, fault = examine(b"", traced=False, deep=False)
    assert fault is not None
    assert fault.kind is Kind.SLOW
