"""A cell of the harness page, which has no IPython."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
import traceback
from typing import Any

from ..functions.source import keep_source
from ..grpc.cell_metadata import cell_running
from .signals import cell_begins, cell_ends, interruptible


async def run_source(source: str, namespace: dict[str, Any]) -> str:
    """Run Python and give the traceback of what it raised, or "".

    A KeyboardInterrupt or SystemExit that left the coroutine would stop Pyodide's event loop
    instead of settling the promise.
    """
    from pyodide.code import CodeRunner

    cell_begins()
    try:
        name = _keep(source)
        cell = CodeRunner(source, filename=name, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).compile()
        with cell_running():
            if cell.code.co_flags & inspect.CO_COROUTINE:
                await cell.run_async(namespace)
            else:
                with interruptible(namespace):
                    cell.run(namespace)
    except BaseException:  # noqa: BLE001 - it is handed to the page
        return traceback.format_exc()
    finally:
        cell_ends()
        sys.stdout.flush()
        sys.stderr.flush()
    return ""


_cells = itertools.count(1)


def _keep(source: str) -> str:
    """A name under which tracebacks and functions that travel find the source, as IPython has."""
    name = f"<cell {next(_cells)}>"
    keep_source(name, source)
    return name
