"""One round: the tests unchanged, then each mutation with its tests, in one copy or several."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from deploy.shared.interrupts import uninterrupted
from e2e.mutants.copies import Copy, Project
from e2e.mutants.mutation import Mutation, NotApplied
from e2e.mutants.runs import Run, execute, run_tests
from e2e.mutants.verdict import State, Verdict, judge

Say = Callable[[str], None]
ALIVE_EVERY_S = 30.0


class CannotBegin(RuntimeError):
    """The unchanged project cannot be built or tested; the message is what was printed."""


def play(
    project: Project,
    mutations: Sequence[Mutation],
    say: Say,
    jobs: int = 1,
    with_unchanged: bool = True,
    alone: bool = False,
) -> list[Verdict]:
    """The verdict of each, in their order; nothing outside of temporary folders is changed.

    Args:
        with_unchanged: run all of the tests first, together and with nothing changed.
        alone: run those of a mutation that is caught again, unchanged and without the others: a
            test that leans on another one fails then, and so has noticed nothing.

    Raises:
        CannotBegin: the unchanged project is not built, or none of its tests runs.
    """
    stop = threading.Event()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Copy(project, Path(folder, str(number))) for number in range(jobs)]
        with _telling(say) as tell, ThreadPoolExecutor(jobs) as pool, _stopping(stop, pool):
            for _ in pool.map(lambda copy: _prepare(copy, tell, stop), copies):
                pass
            faults = _unchanged(copies[0], mutations, tell, stop) if with_unchanged else {}
            free: SimpleQueue[Copy] = SimpleQueue()
            for copy in copies:
                free.put(copy)
            done: list[Verdict] = []

            def one(mutation: Mutation) -> Verdict:
                copy = free.get()
                try:
                    tell(f"{mutation.name}: {mutation.breaks}")
                    verdict = _try(copy, mutation, faults, alone, stop)
                finally:
                    free.put(copy)
                done.append(verdict)
                tell(f"{len(done)} of {len(mutations)}: {_line(verdict)}")
                return verdict

            return list(pool.map(one, mutations))


def _line(verdict: Verdict) -> str:
    remark = f" ({verdict.remark})" if verdict.remark else ""
    return f"{verdict.mutation.name} {verdict.state.value}{remark} in {verdict.seconds:.0f} s"


def _prepare(copy: Copy, tell: Say, stop: threading.Event) -> None:
    copy.make()
    if copy.project.build:
        tell("building the unchanged project")
        log = copy.folder / "build.log"
        if execute(copy, copy.project.build, log, stop):
            raise CannotBegin(log.read_text("utf-8", "replace"))
    copy.keep_built()


def _unchanged(
    copy: Copy, mutations: Sequence[Mutation], tell: Say, stop: threading.Event
) -> dict[str, str]:
    """What is wrong with tests before anything is: the sentence by the test as it was named."""
    named = sorted({test for mutation in mutations for test in mutation.tests})
    tell(f"the tests of {len(mutations)} mutations, with nothing changed")
    run = run_tests(copy, named, stop, all_of_them=True)
    if not run.outcomes:
        raise CannotBegin(run.end)
    return {name: fault for name in named if (fault := _fault(run, name))}


def _fault(run: Run, name: str) -> str:
    its = [outcome for outcome in run.outcomes if is_of(outcome.test, name)]
    if not its:
        return "no such test ran"
    bad = [outcome for outcome in its if outcome.kind in ("failed", "error")]
    if bad:
        return f"fails unchanged: {bad[0].sentence}"
    return "" if any(outcome.kind == "passed" for outcome in its) else "is skipped here"


def is_of(test: str, name: str) -> bool:
    """Whether a test is one that a node id names: a file, a function, or one of its parameters."""
    return test == name or test.startswith((f"{name}::", f"{name}["))


def _try(
    copy: Copy, mutation: Mutation, faults: dict[str, str], alone: bool, stop: threading.Event
) -> Verdict:
    for test in mutation.tests:
        if fault := faults.get(test):
            return Verdict(mutation, State.UNCLEAR, f"{test} {fault}")
    try:
        with copy.mutated(mutation):
            run = run_tests(copy, mutation.tests, stop, all_of_them=False)
    except NotApplied as error:
        return Verdict(mutation, State.NOT_APPLIED, str(error))
    verdict = judge(mutation, run)
    if alone and verdict.state is State.CAUGHT:
        unchanged = run_tests(copy, mutation.tests, stop, all_of_them=False)
        if bad := [each for each in unchanged.outcomes if each.kind in ("failed", "error")]:
            remark = f"{bad[0].test} fails unchanged too, by itself: {bad[0].sentence}"
            return Verdict(mutation, State.UNCLEAR, remark, verdict.seconds)
    return verdict


@contextmanager
def _stopping(stop: threading.Event, pool: ThreadPoolExecutor) -> Iterator[None]:
    """An interrupt, or an error, ends the runs of all threads before it goes on."""
    try:
        yield
    except BaseException:
        with uninterrupted():
            stop.set()
            pool.shutdown(cancel_futures=True)
        raise


@contextmanager
def _telling(say: Say) -> Iterator[Say]:
    """A line for each event, and one now and then while something takes long."""
    began, ended, last = time.monotonic(), threading.Event(), [""]

    def tell(message: str) -> None:
        last[0] = message
        say(f"[{time.monotonic() - began:6.1f} s] {message}")

    def stay_alive() -> None:
        while not ended.wait(ALIVE_EVERY_S):
            say(f"[{time.monotonic() - began:6.1f} s]   ... {last[0].partition(':')[0]}")

    thread = threading.Thread(target=stay_alive, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        ended.set()
        thread.join()


def to_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
