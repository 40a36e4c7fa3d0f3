"""Is an import meant, or is it only a question whether something is installed?

Libraries try imports that they can do without. Such a probe must not fetch megabytes, and
elsewhere, where the package is not installed, it is answered by no. It shows in the code: what a
library merely tries stands in a ``try`` whose ``except ImportError`` goes on without it.
"""

from __future__ import annotations

import dis
from functools import lru_cache
from types import CodeType, FrameType

from ..stand_ins.requesters import is_library, is_machinery

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

_PANDAS_ASKS = "import_optional_dependency"
"""pandas imports what it needs and what it does not by this one function."""

_MEANT_BY = {
    "pandas": frozenset({"pyarrow"}),
    "pyspark": frozenset({"numpy", "pandas", "plotly", "pyarrow"}),
    "_plotly_utils": frozenset({"numpy"}),
}
"""PySpark catches the error first, and then raises one of its own. pandas and plotly remember for
good that a module was not there; only a site that was built with real pyarrow has any.
"""

_MAGICS_OF_PLOTS = "IPython.core.pylabtools"
"""It runs for ``%matplotlib`` only, and remembers for good what a first look at matplotlib says."""

KNOWN_PLACES = 256
"""Where imports stood that have been judged: PySpark asks for IPython with each expression, and a
place in the bytecode takes milliseconds to judge."""

_MEANT_BY_ALL = frozenset({"tzdata"})
"""Python's own ``zoneinfo`` asks for it, when a zone is asked for."""


def is_probe(name: str, frame: FrameType | None) -> bool:
    """Whether the code in ``frame``, or what has it imported, can do without the module ``name``.

    What the user writes is meant, with or without a ``try``.
    """
    if name in _MEANT_BY_ALL:
        return False
    while (frame := _importer(frame)) is not None:
        if not is_library(frame.f_globals):
            return False
        package = str(frame.f_globals.get("__name__") or "").partition(".")[0]
        if name in _MEANT_BY.get(package, ()):
            return False
        if frame.f_globals.get("__name__") == _MAGICS_OF_PLOTS:
            return False
        if package == "pandas" and frame.f_code.co_name == _PANDAS_ASKS:
            return frame.f_locals.get("errors") != "raise" and not _is_style(frame.f_back)
        if goes_on_without(frame.f_code, frame.f_lasti):
            return True
        if frame.f_code.co_name != "<module>":
            return False
        frame = frame.f_back
    return False


def _is_style(frame: FrameType | None) -> bool:
    """``DataFrame.style`` asks quietly, to raise an error of its own."""
    return frame is not None and frame.f_code.co_name == "style"


def _importer(frame: FrameType | None) -> FrameType | None:
    while frame is not None and is_machinery(frame.f_globals):
        frame = frame.f_back
    return frame


@lru_cache(KNOWN_PLACES)
def goes_on_without(code: CodeType, offset: int) -> bool:
    """Whether an ImportError at that offset of the bytecode is caught, and not raised again."""
    instructions = list(dis.get_instructions(code))
    entries = dis.Bytecode(code).exception_entries  # type: ignore[attr-defined]
    place: int | None = offset
    while place is not None:
        covering = [entry for entry in entries if entry.start <= place < entry.end]
        if not covering:
            return False
        innermost = max(covering, key=lambda entry: entry.start)
        place = innermost.target
        handler = [one for one in instructions if one.offset >= place]
        entered = [one for one in instructions if one.offset < innermost.start]
        catches = _catches(handler, entered)
        if catches is not None:
            return catches
    return False


def _catches(handler: list[dis.Instruction], entered: list[dis.Instruction]) -> bool | None:
    """Whether a handler goes on after an ImportError; None where it does not catch one.

    ``entered`` is what comes before the block that the handler is for.
    """
    names: set[str] = set()
    for index, one in enumerate(handler):
        if one.opname == "WITH_EXCEPT_START":
            return True if _suppresses(entered) else None
        if one.opname == "RERAISE":
            return None
        if one.opname == "POP_TOP" and index == 1:
            return not _raises(handler[index:])
        if one.opname.startswith("LOAD_"):
            names.add(str(one.argval))
        if one.opname == "CHECK_EXC_MATCH":
            if names & _CAUGHT:
                return not _raises(handler[index + 1 :])
            names.clear()
    return None


def _suppresses(entered: list[dis.Instruction]) -> bool:
    """Whether the ``with`` statement that ends there is one of ``contextlib.suppress``."""
    lines = [one.positions.lineno if one.positions else None for one in entered]
    last = next((line for line in reversed(lines) if line), None)
    names = {str(one.argval) for one, line in zip(entered, lines, strict=True) if line == last}
    return "suppress" in names and bool(names & _CAUGHT)


def _raises(body: list[dis.Instruction]) -> bool:
    """Up to where the next ``except`` of the same ``try`` begins, or the handler ends."""
    jumps = (one for one in body if one.opname.startswith("POP_JUMP"))
    jump = next(jumps, None)
    end = int(jump.argval) if jump and body and body[0] is jump else None
    for one in body:
        if end is not None and one.offset >= end:
            return False
        if one.opname == "RAISE_VARARGS":
            return True
        if end is None and one.opname in ("POP_EXCEPT", "RERAISE"):
            return False
    return False
