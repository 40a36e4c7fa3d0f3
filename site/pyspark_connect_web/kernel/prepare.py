"""``prepare()``: once in a kernel's life, before the first cell or by ``install()``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType

from .. import packages
from ..bridge.connection import kernel_half
from ..bridge.exchange import on_tick as on_tick_of_call
from ..errors import EnvironmentUnsupportedError
from ..functions.generated import keep_source_of_eval, keep_source_of_exec
from ..import_hook import around_imports
from . import signals
from .charts import draw_in_page
from .executors import run_tasks_inline
from .lite_kernel import equip
from .locks import refuse_held_locks
from .outbox import Outbox
from .pip import explain_missing_packages, install_from_drive, take_client_for_pyspark
from .pip_actions import answer_other_actions
from .processes import (
    refuse_asyncio,
    refuse_interpreter_pool,
    refuse_popen,
    refuse_process,
    refuse_process_pool,
    refuse_processes,
    refuse_shared_objects,
    refuse_shell,
)
from .sleep import make_pause, make_sleep_interruptible
from .stdlib_sources import find_stdlib_sources
from .thread_pool import make_pools_importable
from .threads import refuse_threads, silence_monitor, wait_by_condition
from .tracebacks import show_single_lines
from .web_pages import print_addresses
from .written_modules import find_written_modules

_KERNEL = "pyodide_kernel"


def start() -> None:
    """:func:`prepare` before the first cell, when nothing runs yet."""
    prepare()
    signals.cell_ends()


@cache
def prepare() -> None:
    """Prepare output, interrupts and imports; again does nothing.

    Where the page is not isolated, a kernel stays as JupyterLite makes it: ``install()`` says why.
    """
    find_stdlib_sources()
    _say_what_is_not_there()
    try:
        half = kernel_half()
    except EnvironmentUnsupportedError:
        return
    find_written_modules()
    _when_there("IPython.core.tbtools", show_single_lines)
    _when_there("dataclasses", keep_source_of_exec)
    _when_there("collections", keep_source_of_eval)
    packages.load_on_import(packages.SiteLock.of_this_kernel())
    pause = make_pause(half)
    outbox = Outbox(_wake_later, pause)
    signals.listen()
    signals.on_tick(outbox.wake)
    on_tick_of_call(outbox.wake, soon=outbox.is_waiting)
    make_sleep_interruptible(pause, outbox.deliver)
    _when_there(_KERNEL, lambda kernel: equip(kernel, outbox))


def _say_what_is_not_there() -> None:
    """Threads and processes."""
    refuse_threads()
    refuse_held_locks()
    refuse_processes()
    refuse_asyncio(asyncio)
    make_pools_importable()
    _when_there("concurrent.futures", refuse_interpreter_pool)
    _when_there("concurrent.futures.thread", run_tasks_inline)
    _when_there("concurrent.futures.process", refuse_process_pool)
    _when_there("multiprocessing.process", refuse_process)
    _when_there("multiprocessing.context", refuse_shared_objects)
    _when_there("queue", wait_by_condition)
    _when_there("webbrowser", print_addresses)
    _when_there("subprocess", refuse_popen)
    _when_there("tqdm.std", silence_monitor)
    _when_there("plotly.io._renderers", draw_in_page)
    _when_there("piplite.piplite", explain_missing_packages)
    _when_there("micropip", install_from_drive)
    _when_there("micropip.transaction", take_client_for_pyspark)
    _when_there("piplite.cli", answer_other_actions)
    _when_there(_KERNEL, lambda kernel: refuse_shell(kernel.ipython_shell))


def _wake_later(seconds: float, wake: Callable[[], None]) -> None:
    """By a tick in the middle of a synchronous cell, else by the event loop."""
    if signals.is_armed():
        signals.tick_later(seconds)
    else:
        asyncio.get_event_loop().call_later(seconds, wake)


def _when_there(name: str, equip: Callable[[ModuleType], None]) -> None:
    """Now if the module has been imported, else as soon as it has been."""
    if name in sys.modules:
        equip(sys.modules[name])
        return

    @contextmanager
    def around(module: ModuleType) -> Iterator[None]:
        yield
        if module.__name__ == name:
            equip(module)

    around_imports(name, around)
