"""The facade reading one mutated stream, with limits on time, memory and kinds of error."""

from __future__ import annotations

import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..support import facade, stream
from .reading import Reading, failed, read
from .verdict import Kind, Verdict

CPU_LIMIT_S = 5.0
"""Of processor time for one input of some kilobytes; usual is less than a millisecond."""
TRACED_LIMIT = 128 << 20
TRACED_PER_BYTE = 1 << 10
"""Peak memory of one input: so many bytes, and so many per byte of the input."""
ADDRESS_SPACE = 512 << 20
"""More than this an input cannot take: the process is not given it."""

# A clean error is one of Arrow's, or what Python says about a date that it cannot represent.
CLEAN = (facade.ArrowException, OverflowError)
# Built-in errors that `pyarrow` raises, too, for data that is sound.
CLEAN_TEXTS = (
    "Converting to Python dictionary is not supported when duplicate field names",
    "Nanosecond resolution",
    "Categorical categories",
)


class TooSlowError(BaseException):
    """The time limit; not an Exception, so that nothing can swallow it."""


def _expired(*_: object) -> None:
    raise TooSlowError


@contextmanager
def _limited_time() -> Iterator[None]:
    signal.signal(signal.SIGVTALRM, _expired)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def is_clean(error: Exception) -> bool:
    """Whether an error says in Arrow's terms what is wrong."""
    text = str(error)
    if not text or "\n\n" in text:
        return False
    return isinstance(error, CLEAN) or text.startswith(CLEAN_TEXTS)


def examine(data: bytes, *, traced: bool, deep: bool) -> tuple[Reading, Verdict | None]:
    """What the facade reads in `data`, and its fault if it has one.

    `traced` measures memory; `deep` also converts to pandas, cuts, validates and writes.
    """
    if traced:
        tracemalloc.start()
    try:
        with _limited_time():
            found = read(facade, data, is_clean, validate=False)
            if deep:
                _use(data)
    except TooSlowError:
        return Reading(), Verdict(Kind.SLOW, f"more than {CPU_LIMIT_S} s")
    except MemoryError as error:
        return Reading(), Verdict(Kind.GREEDY, f"MemoryError {error}")
    except Exception as error:  # noqa: BLE001 - the caller shall see whatever it is
        return Reading(), Verdict(Kind.DIRTY, failed("use", error))
    finally:
        peak = tracemalloc.get_traced_memory()[1] if traced else 0
        tracemalloc.stop()
    if peak > TRACED_LIMIT + TRACED_PER_BYTE * len(data):
        return found, Verdict(Kind.GREEDY, f"{peak:,} bytes for an input of {len(data):,}")
    return found, None


def _use(data: bytes) -> None:
    """What programs do with a table besides reading its values."""
    try:
        batches = list(facade.ipc.open_stream(data))
    except Exception as error:
        if not is_clean(error):
            raise
        return
    uses: list[Callable[[Any], object]] = [
        lambda batch: batch.to_pandas(),
        lambda batch: batch.validate(full=True),
        lambda batch: (batch.nbytes, batch.get_total_buffer_size(), str(batch)),
        lambda batch: batch.slice(1, 2).to_pydict(),
        lambda batch: batch.take([0]).to_pylist(),
        lambda batch: [column.is_null() for column in batch.columns],
        lambda batch: batch.equals(batch.slice(0)),
        lambda batch: stream(facade, facade.Table.from_batches([batch, batch]).combine_chunks()),
    ]
    for batch in batches[:1]:
        for use in uses:
            try:
                use(batch)
            except Exception as error:
                if not is_clean(error):
                    raise
