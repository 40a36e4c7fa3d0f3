"""PySpark's own iterator, over a stub that answers from a script, tells of its operations."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyspark.sql.connect.proto as messages
import pytest
from pyspark.sql.connect.client import reattach
from pyspark.sql.connect.client.retries import DefaultPolicy, Retrying
from pyspark_connect_web.client.operations import (
    FIRST_JOB_SECONDS,
    Operation,
    Watcher,
    watch_operations,
)

Response = messages.ExecutePlanResponse
PROGRESS = Response(
    execution_progress=Response.ExecutionProgress(
        stages=[Response.ExecutionProgress.StageInfo(stage_id=1, num_tasks=4)]
    )
)
COMPLETE = Response(result_complete=Response.ResultComplete())


class Stub:
    """Sends nothing, and answers from a script."""

    def __init__(self, *responses: Any) -> None:
        self.sent: list[Any] = []
        self._responses = responses

    def ExecutePlan(self, request: Any, metadata: Any) -> Iterator[Any]:
        self.sent.append(request)
        for response in self._responses:
            if isinstance(response, BaseException):
                raise response
            yield response

    def ReleaseExecute(self, request: Any, metadata: Any) -> None:
        """Nobody reads its answer."""


class Notes(Watcher):
    """What a watcher was told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.operations: set[Operation] = set()

    def _note(self, word: str, operation: Operation) -> None:
        self.words.append(word)
        self.operations.add(operation)

    def begins(self, operation: Operation) -> None:
        self._note("begins", operation)

    def waits(self, operation: Operation) -> None:
        self._note("waits", operation)

    def responds(self, operation: Operation, response: Any) -> None:
        self._note("responds", operation)

    def submits_job(self, operation: Operation) -> None:
        self._note("submits_job", operation)

    def ends(self, operation: Operation) -> None:
        self._note("ends", operation)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def execute(notes: Notes) -> Any:
    """Sends a plan through PySpark's iterator to a stub, and gives the iterator."""
    plain = reattach.ExecutePlanResponseReattachableIterator
    watched = type("Watched", (plain,), {})
    module: Any = SimpleNamespace(ExecutePlanResponseReattachableIterator=watched)
    watch_operations(module, (notes,))

    def execute(stub: Stub, **fields: Any) -> Any:
        request = messages.ExecutePlanRequest(**fields)
        return watched(request, stub, lambda: Retrying([DefaultPolicy()]), ())

    return execute


def test_an_operation_is_told_of_from_its_sending_to_its_end(execute: Any, notes: Notes) -> None:
    iterator = execute(Stub(PROGRESS, PROGRESS, COMPLETE))
    list(iterator)
    iterator.close()
    iterator.close()
    assert notes.words == [
        *("begins", "waits", "submits_job", "responds", "waits", "responds", "waits", "responds"),
        *("waits", "ends"),
    ]
    assert len(notes.operations) == 1


def test_an_operation_that_fails_ends(execute: Any, notes: Notes) -> None:
    iterator = execute(Stub(ValueError("broken")))
    with pytest.raises(ValueError, match="broken"):
        next(iterator)
    iterator.close()
    assert notes.words == ["begins", "waits", "ends"]


def test_an_operation_has_its_name_before_it_is_sent(execute: Any, notes: Notes) -> None:
    stub = Stub(COMPLETE)
    next(execute(stub))
    [operation] = notes.operations
    assert operation.operation_id == stub.sent[0].operation_id != ""
    assert operation.stub is stub


def test_an_operation_keeps_the_name_that_it_was_given(execute: Any, notes: Notes) -> None:
    execute(Stub(COMPLETE), operation_id="mine")
    assert {operation.operation_id for operation in notes.operations} == {"mine"}


def test_a_young_operation_is_given_time_to_submit_its_job() -> None:
    assert Operation("op").uninterruptible_seconds() == pytest.approx(FIRST_JOB_SECONDS, abs=1.0)


def test_an_operation_that_has_a_job_or_is_old_may_be_ended_at_once() -> None:
    assert Operation("op", has_job=True).uninterruptible_seconds() == 0.0
    old = Operation("op")
    old.begun -= FIRST_JOB_SECONDS
    assert old.uninterruptible_seconds() == 0.0
