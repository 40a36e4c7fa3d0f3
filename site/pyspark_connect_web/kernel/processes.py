"""A tab has no processes: ``subprocess``, ``os.system``, ``!ls``, ``%%bash``, ``%edit`` say so.

IPython would wait for them for ever.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any, NoReturn

from .thread_pool import NO_PROCESSES, NoProcessesError

NO_PROGRAMS = (
    "A browser tab cannot run programs ({command}): use Python's own modules (pathlib, shutil, "
    "glob, urllib), and %pip to install packages."
)
NO_INTERPRETERS = (
    "A browser tab has one interpreter and no threads: use concurrent.futures.ThreadPoolExecutor, "
    "which runs its tasks one after the other, or have Spark do the work."
)
NO_SHARED = (
    "A browser tab has no processes to share this with: use threading.Lock, queue.Queue or an "
    "ordinary object."
)
_SHARED = (
    *("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier"),
    *("Queue", "JoinableQueue", "SimpleQueue", "Value", "Array"),
)
_LONGEST_COMMAND = 40

_EDITORS = ("edit", "ed")
_FUNCTIONS = ("system", "fork", "forkpty", "posix_spawn", "posix_spawnp")
_FAMILIES = ("exec", "spawn")


def refuse_processes() -> None:
    """Have the functions of ``os`` raise; an OSError, as Python's own."""
    families = [name for name in dir(os) if name.startswith(_FAMILIES) and name[-1] in "elpv"]
    for name in (*_FUNCTIONS, *families):
        if hasattr(os, name):
            setattr(os, name, _refusing(f"os.{name}"))


def _refusing(what: str) -> Any:
    def refuse(*args: Any, **_: Any) -> NoReturn:
        raise no_programs(args[0] if args and isinstance(args[0], str) else what)

    return refuse


def no_programs(command: Any) -> NoProcessesError:
    """The error for a command, a text or its words."""
    text = command if isinstance(command, str) else " ".join(map(str, command))
    line = text.strip().partition("\n")[0]
    short = line if len(line) <= _LONGEST_COMMAND else f"{line[:_LONGEST_COMMAND]}..."
    return NoProcessesError(NO_PROGRAMS.format(command=short))


def refuse_popen(module: ModuleType) -> None:
    """``module`` is ``subprocess``."""

    def init(self: Any, args: Any, *_: Any, **__: Any) -> NoReturn:
        raise no_programs(args if isinstance(args, str | list | tuple) else str(args))

    module.Popen.__init__ = init
    # It would look for what init has not made.
    module.Popen.__del__ = lambda self, *_: None


def refuse_asyncio(module: Any) -> None:
    """``module`` is ``asyncio``."""

    async def create_exec(program: Any, *args: Any, **_: Any) -> NoReturn:
        raise no_programs([program, *args])

    async def create_shell(cmd: Any, *_: Any, **__: Any) -> NoReturn:
        raise no_programs(cmd)

    for owner in (module, module.subprocess):
        owner.create_subprocess_exec = create_exec
        owner.create_subprocess_shell = create_shell


def refuse_process(module: ModuleType) -> None:
    """``module`` is ``multiprocessing.process``."""

    def start(self: Any) -> NoReturn:
        raise NoProcessesError(NO_PROCESSES)

    module.BaseProcess.start = start


class NoProcessPoolError(NoProcessesError, NotImplementedError):
    """What ``concurrent.futures`` raises where a system lacks what its processes need."""


def refuse_process_pool(module: ModuleType) -> None:
    """``module`` is ``concurrent.futures.process``."""

    def check() -> NoReturn:
        raise NoProcessPoolError(NO_PROCESSES)

    module._check_system_limits = check  # type: ignore[attr-defined]


def refuse_interpreter_pool(module: Any) -> None:
    """``module`` is ``concurrent.futures``, which lacks the class without ``_interpreters``."""
    if hasattr(module, "InterpreterPoolExecutor"):
        return

    class InterpreterPoolExecutor(module.Executor):  # type: ignore[misc]
        """A pool of interpreters, each in a thread of its own."""

        def __init__(self, *_: Any, **__: Any) -> NoReturn:
            raise NoProcessPoolError(NO_INTERPRETERS)

    module.InterpreterPoolExecutor = InterpreterPoolExecutor
    module.__all__ = [*module.__all__, "InterpreterPoolExecutor"]


def refuse_shared_objects(module: ModuleType) -> None:
    """``module`` is ``multiprocessing.context``: its locks and queues are between processes."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NoProcessesError(NO_SHARED)

    for name in _SHARED:
        setattr(module.BaseContext, name, refuse)


def refuse_shell(shell: Any) -> None:
    """Have what IPython makes of ``!ls``, ``x = !ls``, ``%sx``, ``%%bash`` and ``%edit`` raise."""

    def system(command: str, *_: Any, **__: Any) -> NoReturn:
        raise no_programs(command)

    for name in ("system", "system_raw", "system_piped", "getoutput"):
        setattr(shell, name, system)
    for name in _EDITORS:
        shell.register_magic_function(_refusing_line(name), "line", name)
    scripts = shell.magics_manager.registry.get("ScriptMagics")
    if scripts is not None:
        _refuse_scripts(shell, scripts)


def _refusing_line(name: str) -> Any:
    def magic(line: str) -> NoReturn:
        raise no_programs(f"%{name} {line}")

    return magic


def _refuse_scripts(shell: Any, scripts: Any) -> None:
    for name in ("script", *scripts.script_magics):
        if name in shell.magics_manager.magics["cell"]:
            kind = "line_cell" if name == "script" else "cell"
            shell.register_magic_function(_refusing_cell(name), kind, name)


def _refusing_cell(name: str) -> Any:
    def magic(line: str, cell: str = "") -> NoReturn:
        raise no_programs(line if name == "script" else f"%%{name}")

    return magic
