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
