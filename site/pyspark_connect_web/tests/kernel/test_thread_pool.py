"""Our ThreadPool does what Python's own does with one thread."""

from __future__ import annotations

import multiprocessing.pool
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyspark_connect_web.kernel import thread_pool


def outcome(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except (ArithmeticError, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        return type(error).__name__, str(error)


def boom(value: int) -> int:
    raise ValueError(f"boom {value}")


def told(pool: Any, function: Any) -> list[Any]:
    heard: list[Any] = []
    result = pool.apply_async(
        function, (3,), {}, heard.append, lambda error: heard.append(str(error))
    )
    result.wait()
    return [*heard, result.ready(), result.successful(), outcome(result.get)]


def closed(pool: Any, end: str) -> list[Any]:
    getattr(pool, end)()
    late = [
        outcome(lambda: pool.map(str, [1])),
        outcome(lambda: pool.apply(str)),
        outcome(pool.join),
    ]
    return [*late, outcome(pool.__enter__)]


def once(pool: Any) -> list[Any]:
    results = pool.imap(lambda n: 10 // n, [1, 0, 2])
    return [outcome(results.next), outcome(results.next), outcome(lambda: next(results))]


def joined(pool: Any) -> list[Any]:
    """Tasks whose results nobody asks for."""
    done: list[int] = []
    left = pool.imap(lambda n: done.append(n) or 10 // n, [1, 0, 2])
    pool.imap_unordered(done.append, [7])
    pool.close()
    pool.join()
    return [sorted(done), outcome(left.next), outcome(left.next), outcome(left.next)]


def failing(pool: Any, method: str, **options: Any) -> list[Any]:
    """What ran, where the first of eight tasks fails."""
    ran: list[int] = []

    def task(number: int, *_: int) -> int:
        ran.append(number)
        return 10 // number

    items: Any = range(8) if method == "map" else [(n, n) for n in range(8)]
    return [outcome(lambda: getattr(pool, method)(task, items, **options)), ran]


def broken_source() -> Iterator[int]:
    yield 1
    raise KeyError("source")


USES: dict[str, Callable[[Any], Any]] = {
    "map": lambda pool: pool.map(lambda n: n * n, range(4), 2),
    "map of nothing": lambda pool: pool.map(str, []),
    "map with an error": lambda pool: outcome(lambda: pool.map(boom, [1, 2])),
    "starmap": lambda pool: pool.starmap(pow, [(2, 3), (3, 2)]),
    "starmap_async": lambda pool: pool.starmap_async(pow, [(2, 3)]).get(timeout=5),
    "imap": lambda pool: list(pool.imap(str, range(3))),
    "imap with an error": once,
    "imap of a joined pool": joined,
    "imap with a wrong size": lambda pool: outcome(lambda: pool.imap(str, [1], chunksize=0)),
    "imap_unordered": lambda pool: sorted(pool.imap_unordered(str, range(3))),
    "apply": lambda pool: pool.apply(int, ("11",), {"base": 2}),
    "apply with an error": lambda pool: outcome(lambda: pool.apply(boom, (1,))),
    "callbacks": lambda pool: told(pool, str),
    "error callbacks": lambda pool: told(pool, boom),
    "map_async": lambda pool: pool.map_async(str, [1, 2]).get(),
    "map whose first task fails": lambda pool: failing(pool, "map"),
    "map in chunks whose first task fails": lambda pool: failing(pool, "map", chunksize=3),
    "starmap whose first task fails": lambda pool: failing(pool, "starmap"),
    "map of a source that fails": lambda pool: outcome(
        lambda: pool.map_async(str, broken_source())
    ),
    "closed": lambda pool: closed(pool, "close"),
    "terminated": lambda pool: closed(pool, "terminate"),
    "joined while it runs": lambda pool: outcome(pool.join),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_pool_gives_what_pythons_gives(use: Callable[[Any], Any]) -> None:
    with multiprocessing.pool.ThreadPool(1) as real:
        wanted = use(real)
    assert repr(use(thread_pool.ThreadPool(1))).replace("kernel.thread_pool", "") == repr(
        wanted
    ).replace("kernel.thread_pool", "") or use in (USES["closed"], USES["terminated"])
    if use in (USES["closed"], USES["terminated"]):
        mine = use(thread_pool.ThreadPool(1))
        assert mine[:2] == wanted[:2]
        assert mine[3] == wanted[3]


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"initializer": 1}])
def test_wrong_arguments_are_refused_in_the_same_words(wrong: dict[str, Any]) -> None:
    answers = [
        outcome(lambda pool=pool: pool(**wrong))  # type: ignore[misc]
        for pool in (multiprocessing.pool.ThreadPool, thread_pool.ThreadPool)
    ]
    assert answers[0] == answers[1]


def test_an_initializer_runs_once() -> None:
    calls: list[int] = []
    with thread_pool.ThreadPool(2, calls.append, (1,)) as pool:
        assert pool.map(len, ["a"]) == [1]
    assert calls == [1]


def test_a_pool_of_processes_says_what_to_use() -> None:
    with pytest.raises(OSError, match="ThreadPoolExecutor"):
        thread_pool.Pool(2)
