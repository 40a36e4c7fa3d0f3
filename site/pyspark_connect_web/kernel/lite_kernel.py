"""JupyterLite's Python kernel (``pyodide_kernel`` 0.8): its text, and the beginning of its cells.

What the page is told waits for the text before it, so that the order on the screen is the
program's.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from .. import notebook
from ..grpc.cell_metadata import cell_running
from .outbox import Outbox
from .signals import cell_begins, cell_ends, forget_press, interruptible

_OWN = __name__.partition(".")[0]
_UNSEEN = frozenset({f"{_OWN}.kernel", f"{_OWN}.stand_ins"})


def equip(kernel: ModuleType, outbox: Outbox) -> None:
    """Change the one kernel of this interpreter; ``kernel`` is the module, executed."""
    shell = kernel.ipython_shell
    _follow_cells(shell)
    _write_to(outbox, type(kernel.stdout_stream))
    for owner, names in (
        (shell.display_pub, ("publish", "clear_output")),
        (shell.displayhook, ("finish_displayhook",)),
        (kernel.comm.Comm, ("publish_msg",)),
    ):
        for name in names:
            setattr(owner, name, _after(outbox.deliver, getattr(owner, name)))
    _run_whole_cells(shell.kernel, outbox)
    _ask_after_text(type(shell), outbox)
    notebook.equip(shell)


def _follow_cells(shell: Any) -> None:
    plain = shell.run_cell

    @wraps(plain)
    def run_cell(*args: Any, **kwargs: Any) -> Any:
        """The kernel calls it for synchronous cells only."""
        with interruptible(shell.user_global_ns):
            return plain(*args, **kwargs)

    shell.run_cell = run_cell
    _show_where_it_stopped(shell)


def _show_where_it_stopped(shell: Any) -> None:
    """The lines of ours through which every import and interrupt goes say nothing to the reader."""
    plain = shell.showtraceback

    @wraps(plain)
    def showtraceback(exc_tuple: Any = None, *args: Any, **kwargs: Any) -> Any:
        error = exc_tuple[1] if exc_tuple else sys.exception()
        while error is not None:
            _cut_own_frames(error)
            error = error.__cause__ or error.__context__
        return plain(exc_tuple, *args, **kwargs)

    shell.showtraceback = showtraceback


def _cut_own_frames(error: BaseException) -> None:
    shown = traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__package__") not in _UNSEEN:
            shown = traceback
        elif shown is not None and shown is not traceback:
            shown.tb_next = traceback.tb_next
        traceback = traceback.tb_next


def _write_to(outbox: Outbox, stream: type) -> None:
    """Give the kernel's streams what ``sys.stdout`` has elsewhere."""

    def write(self: Any, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        outbox.write(self, text)
        return len(text)

    def writelines(self: Any, lines: Any, /) -> None:
        for line in lines:
            write(self, line)

    def flush(self: Any) -> None:
        outbox.push()

    def fileno(self: Any) -> int:
        raise io.UnsupportedOperation("fileno")

    methods: list[Callable[..., Any]] = [write, writelines, flush, fileno]
    for method in methods:
        setattr(stream, method.__name__, method)
    for name, answer in (("readable", False), ("seekable", False), ("writable", True)):
        setattr(stream, name, lambda self, answer=answer: answer)
    stream.errors, stream.closed = "strict", False  # type: ignore[attr-defined]


def _after(first: Callable[[], None], then: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(then)
    def both(*args: Any, **kwargs: Any) -> Any:
        first()
        return then(*args, **kwargs)

    return both


def _run_whole_cells(kernel: Any, outbox: Outbox) -> None:
    """A cell begins before its packages are loaded, and ends when all of its text is shown."""
    plain = kernel.run

    @wraps(plain)
    async def run(code: str) -> Any:
        outbox.deliver()
        cell_begins()
        try:
            with cell_running(_cell_name(kernel)):
                return await plain(code)
        finally:
            cell_ends()
            outbox.deliver()

    kernel.run = run


def _cell_name(kernel: Any) -> str:
    """The notebook's own id of the cell that runs, which is in its file; empty where there is none.

    JupyterLab sends it with what is to be run (``OutputArea.execute``), a console does not.
    """
    metadata = (getattr(kernel, "_parent_header", None) or {}).get("metadata") or {}
    return str(metadata.get("cellId") or "")


def _ask_after_text(interpreter: Any, outbox: Outbox) -> None:
    """The kernel sets both functions anew for each cell.

    A press while the page waits for an answer does not spoil the answer.
    """
    for name in ("input", "getpass"):
        setattr(interpreter, name, _asking(getattr(interpreter, name), outbox))


def _asking(plain: property, outbox: Outbox) -> property:
    def set_function(self: Any, value: Any) -> None:
        def ask(*args: Any, **kwargs: Any) -> Any:
            outbox.deliver()
            answer = value(*args, **kwargs)
            forget_press()
            return answer

        plain.__set__(self, ask)

    return property(plain.__get__, set_function)
