"""Pools run their tasks in the tab's one thread; threads and processes say what to use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from e2e.harness import Harness, PythonError

POOLS = {
    "map": "print(list(pool.map(lambda n: n * n, range(5))))",
    "submit": "print([pool.submit(pow, 2, n).result() for n in range(4)])",
    "as_completed": """
futures = {pool.submit(str.upper, letter): letter for letter in 'abc'}
print(sorted((futures[f], f.result()) for f in as_completed(futures, timeout=5)))
""",
    "wait": """
futures = [pool.submit(int, text) for text in ('1', 'x', '3')]
done, waiting = wait(futures, return_when=FIRST_EXCEPTION)
done, waiting = wait(futures)
print(len(done), len(waiting), [type(f.exception()).__name__ for f in futures])
""",
    "errors": """
future = pool.submit(lambda: 1 / 0)
try: future.result(timeout=5)
except ZeroDivisionError as error: print(error, future.done(), future.cancel(), future.running())
try: list(pool.map(int, ['1', 'x']))
except ValueError as error: print(error)
""",
    "callbacks": """
heard = []
future = pool.submit(len, 'abc')
wait([future])
future.add_done_callback(lambda f: heard.append(f.result()))
print(heard)
""",
    "nested pools": """
def outer(n):
    with ThreadPoolExecutor(1) as inner:
        return sum(inner.map(lambda k: k * n, range(3)))
print(list(pool.map(outer, range(3))))
""",
    "after its end": """
pool.shutdown()
try: pool.submit(print)
except RuntimeError as error: print(error)
""",
    "wrong arguments": """
for wrong in ({'max_workers': 0}, {'initializer': 1}):
    try: ThreadPoolExecutor(**wrong)
    except (TypeError, ValueError) as error: print(type(error).__name__, error)
""",
    "an initializer that fails": """
import logging
logging.disable()
def boom(): raise KeyError('no')
with ThreadPoolExecutor(1, initializer=boom) as broken:
    try: broken.submit(print).result()
    except Exception as error: print(type(error).__name__)
    try: broken.submit(print)
    except Exception as error: print(type(error).__name__)
logging.disable(logging.NOTSET)
""",
}

HEAD = (
    "from concurrent.futures import ThreadPoolExecutor, as_completed, wait, FIRST_EXCEPTION\n"
    "pool = ThreadPoolExecutor(1)\n"
)


@pytest.mark.parametrize("program", POOLS.values(), ids=POOLS)
def test_an_executor_does_what_it_does_elsewhere(harness: Harness, program: str) -> None:
    command = [sys.executable, "-c", HEAD + program]
    native = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert harness.run(HEAD + program) == native.stdout != ""


LOCKS = {
    "locks": """
lock = threading.Lock()
with lock as given:
    print(given, lock.locked(), lock.acquire(False), lock.acquire(blocking=False))
    print(lock.acquire(timeout=0.02), repr(lock)[:27])
print(lock.acquire(), lock.release(), lock.acquire(timeout=9), lock.locked(), lock.release())
try: lock.release()
except RuntimeError as error: print(error)
""",
    "locks that cannot be copied": """
import copy, pickle
for action in (copy.copy, copy.deepcopy, pickle.dumps):
    try: action(threading.Lock())
    except TypeError as error: print(error)
""",
    "kinds of locks": """
before = threading._active_limbo_lock
for lock in (before, threading.Lock(), _thread.allocate_lock()):
    print(isinstance(lock, _thread.LockType), isinstance(lock, type(threading.Lock())))
print(isinstance(threading.RLock(), _thread.LockType))
""",
    "locks that are taken twice": """
lock = threading.RLock()
with lock, lock:
    print(lock.acquire(), lock.acquire(False))
""",
    "conditions": """
for lock in (None, threading.Lock(), threading.RLock()):
    condition = threading.Condition(lock)
    with condition:
        print(condition.wait(0.02), condition.wait_for(lambda: 7), condition.notify_all())
try: condition.wait()
except RuntimeError as error: print(error)
""",
    "semaphores": """
for kind in (threading.Semaphore, threading.BoundedSemaphore):
    semaphore = kind(1)
    with semaphore:
        print(semaphore.acquire(False), semaphore.acquire(timeout=0.02))
    print(semaphore.acquire(), semaphore.release())
    try: print(semaphore.release())
    except ValueError as error: print(error)
""",
    "barriers": """
print(threading.Barrier(1).wait())
barrier = threading.Barrier(2)
for wait in (lambda: barrier.wait(0.02), barrier.wait):
    try: wait()
    except threading.BrokenBarrierError: print('broken', barrier.n_waiting)
""",
    "events": """
event = threading.Event()
print(event.wait(0.02), event.set(), event.wait(), event.is_set())
""",
    "queues": """
for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = kind(2)
    for n in (2, 1): q.put(n)
    for put in (lambda: q.put(3, False), lambda: q.put(3, timeout=0.02), lambda: q.put_nowait(3)):
        try: put()
        except queue.Full: print('full')
    print(q.get(), q.get(timeout=9), q.task_done(), q.task_done(), q.join(), q.empty())
    for get in (lambda: q.get(False), lambda: q.get(timeout=0.02), q.get_nowait):
        try: get()
        except queue.Empty: print('empty')
""",
    "random numbers, each under a lock": """
import random
print(random.Random(7).random())
""",
}


@pytest.mark.parametrize("program", LOCKS.values(), ids=LOCKS)
def test_what_waits_for_nobody_does_what_it_does_elsewhere(harness: Harness, program: str) -> None:
    source = f"import _thread, queue, threading\n{program}"
    command = [sys.executable, "-c", source]
    native = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert harness.run(source) == native.stdout != ""


WAITS = {
    "lock.acquire()": "lock is held",
    "lock.acquire(True, -1)": "lock is held",
    "lock.__enter__()": "lock is held",
    "_thread.allocate_lock().__enter__() and q.mutex.acquire() and q.qsize()": "lock is held",
    "threading.Condition(lock).acquire()": "lock is held",
    "threading.Semaphore(0).acquire()": "wait for ever",
    "threading.BoundedSemaphore(0).acquire()": "wait for ever",
    "threading.Barrier(2).wait()": "wait for ever",
    "threading.Event().wait()": "wait for ever",
    "q.put(2)": "wait for ever",
    "q.join()": "wait for ever",
    "queue.Queue().get()": "wait for ever",
    "queue.LifoQueue().get()": "wait for ever",
    "queue.PriorityQueue().get()": "wait for ever",
    "queue.SimpleQueue().get()": "wait for ever",
    "concurrent.futures.Future().result()": "wait for ever",
    "concurrent.futures.wait([concurrent.futures.Future()])": "wait for ever",
    "list(concurrent.futures.as_completed([concurrent.futures.Future()]))": "wait for ever",
    "concurrent.futures.ThreadPoolExecutor().submit(lock.acquire).result()": "lock is held",
}


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_that_nobody_can_end_says_so(harness: Harness, wait: str) -> None:
    harness.run(
        "import _thread, concurrent.futures, queue, threading\n"
        "lock = threading.Lock(); lock.acquire()\nq = queue.Queue(1); q.put(1)"
    )
    with pytest.raises(PythonError) as refused:
        harness.run(wait)
    last = str(refused.value).strip().splitlines()[-1]
    assert WAITS[wait] in last
    assert "no threads" in last
    assert harness.call("[lock.locked(), lock.release(), lock.acquire()]") == [True, None, True]


def test_a_lock_that_a_task_holds_while_it_awaits_is_not_waited_for(harness: Harness) -> None:
    source = """
import asyncio, threading
lock = threading.Lock()
async def holds():
    with lock:
        await asyncio.sleep(0.05)
    print('released')
task = asyncio.ensure_future(holds())
await asyncio.sleep(0)
try: lock.acquire()
except RuntimeError: print('held')
print(lock.acquire(timeout=0.01))
await task
with lock: print('taken')
"""
    assert harness.run(source).split() == ["held", "False", "released", "taken"]


def test_several_queries_are_asked_by_a_pool(harness: Harness) -> None:
    program = "list(pool.map(lambda n: spark.range(n).count(), range(4)))"
    harness.run(HEAD)
    assert harness.call(program) == [0, 1, 2, 3]
    harness.run("from multiprocessing.pool import ThreadPool")
    assert harness.call("ThreadPool(4).map(lambda n: spark.range(n).count(), [1, 2])") == [1, 2]
    harness.run("import multiprocessing.dummy")
    assert harness.call("multiprocessing.dummy.Pool(2).map(abs, [-1])") == [1]


def test_asyncio_runs_blocking_functions(harness: Harness) -> None:
    source = "import asyncio\nprint(await asyncio.to_thread(lambda: spark.range(5).count()))"
    assert harness.run(source) == "5\n"


REFUSED = {
    "import threading; threading.Thread(target=print).start()": "ThreadPoolExecutor",
    "import threading; threading.Timer(1, print).start()": "ThreadPoolExecutor",
    "import _thread; _thread.start_new_thread(print, ())": "ThreadPoolExecutor",
    "import threading; threading.Event().wait()": "wait for ever",
    "import queue; queue.Queue().get()": "wait for ever",
    "from concurrent.futures import Future; Future().result()": "wait for ever",
    "import multiprocessing; multiprocessing.Pool(2)": "no processes",
    "import multiprocessing; multiprocessing.Process(target=print).start()": "no processes",
    "import queue; queue.SimpleQueue().get()": "wait for ever",
    "import _thread; _thread.start_joinable_thread(print)": "ThreadPoolExecutor",
    "import multiprocessing; multiprocessing.Queue()": "no processes to share",
    "import multiprocessing; multiprocessing.Value('i', 0)": "no processes to share",
    "import concurrent.futures; concurrent.futures.ProcessPoolExecutor()": "no processes",
    "import concurrent.futures; concurrent.futures.InterpreterPoolExecutor()": "one interpreter",
    "import subprocess; subprocess.run(['ls', '-l'])": "cannot run programs (ls -l)",
    "import subprocess; subprocess.check_output('ls', shell=True)": "cannot run programs (ls)",
    "import os; os.system('ls')": "cannot run programs (ls)",
    "import os; os.popen('ls')": "cannot run programs (ls)",
    "import os; os.fork()": "cannot run programs (os.fork)",
    "import os; os.execv('/bin/ls', ['ls'])": "cannot run programs (/bin/ls)",
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_a_tab_cannot_do_says_what_to_do_instead(harness: Harness, source: str) -> None:
    with pytest.raises(PythonError) as refused:
        harness.run(source)
    last = str(refused.value).strip().splitlines()[-1]
    assert REFUSED[source] in last
    assert harness.call("1 + 1") == 2


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("import threading; threading.Thread().start()", "RuntimeError"),
        ("import subprocess; subprocess.run('ls')", "OSError"),
        ("import multiprocessing; multiprocessing.Pool()", "OSError"),
        ("import multiprocessing; multiprocessing.RLock()", "(ImportError, OSError)"),
        (
            "import concurrent.futures; concurrent.futures.ProcessPoolExecutor()",
            "NotImplementedError",
        ),
        ("from concurrent.futures import *; InterpreterPoolExecutor(1)", "OSError"),
        (
            "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
            "RuntimeError",
        ),
    ],
)
def test_the_errors_are_of_the_classes_that_programs_catch(
    harness: Harness, source: str, caught: str
) -> None:
    imports, _, action = source.partition("; ")
    program = f"{imports}\ntry: {action}\nexcept {caught}: print('caught')"
    assert harness.run(program) == "caught\n"


def test_a_wait_with_an_end_ends(harness: Harness) -> None:
    assert harness.call("__import__('threading').Event().wait(0.05)") is False
    source = (
        "import queue\ntry: queue.Queue().get(timeout=0.05)\nexcept queue.Empty: print('empty')"
    )
    assert harness.run(source) == "empty\n"


def test_an_address_to_be_opened_is_printed(harness: Harness) -> None:
    source = "import webbrowser\nprint(webbrowser.open('https://example.com/'))"
    assert harness.run(source) == "https://example.com/\nFalse\n"


def test_an_interrupt_ends_the_tasks_of_a_pool(harness: Harness) -> None:
    started: Callable[[], None] = harness.page.get_by_text("a task runs").wait_for
    harness.start(
        HEAD + "import time\ndef task(n):\n    print('a task runs', flush=True)\n"
        "    time.sleep(1000)\nlist(pool.map(task, range(9)))"
    )
    started()
    harness.interrupt()
    with pytest.raises(PythonError, match="KeyboardInterrupt"):
        harness.finish()
    assert harness.call("1 + 1") == 2
