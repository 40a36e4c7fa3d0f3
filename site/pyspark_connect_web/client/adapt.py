"""The few things in PySpark that assume threads, a script or a desktop; its files stay as they are.

1. ``pyspark.sql.connect.utils.check_dependencies`` takes a ``__main__`` without ``__file__`` for a
   doctest run and exits the interpreter (4.2, 4.3).
2. ``ExecutePlanResponseReattachableIterator`` sends ReleaseExecute from a thread pool; a tab has no
   threads, but it can send without waiting for the answer, which nobody reads. Nor does it send
   one for each response: see ``releases.py``.
3. Its modules import numpy and pandas at their heads: see ``deferred.py``.
4. It warns of pandas 3, which is what the site has; the user cannot choose another one.
5. Its exceptions show a traceback also where the fault is a wrong port or a stopped server, and the
   message already says what to do, or where one sentence says it better: see ``udf_versions.py``.
6. Its clean-up after an interrupt waits for the server: see ``interrupts.py``.
7. Its listeners use threads: see ``listeners.py``.
8. A tab ends without a word, where a process has its exit: see ``farewell.py``.
9. Its progress bar is one for terminals: see ``progress.py``.
10. Its cloudpickle looks for the modules of what it pickles in ``sys.modules``, where the stand-ins
    are not.
11. It counts with 64 bits, and tells time with a C library that knows the year 1: see
    ``native_numbers.py``; ``tests/client/platform_uses.py`` lists every place.
12. It hands frames over to Arrow (``pa.table(df)``) by a Python function that runs on the server,
    whose Python is another one; ``toArrow()`` gives the same rows.
13. Its functions run only on a server of the tab's minor version of Python: see ``travelling.py``.
14. It does not know that a person signs out: see ``sign_outs.py``.
15. It copies and encodes its plans with a compiled protobuf: see ``messages``.
16. It makes rows of Arrow value by value: see ``rows.py``.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from importlib import metadata
from types import ModuleType
from typing import Any

from ..arrow.install import is_facade
from ..errors import Sentence, UnsupportedPySparkError
from ..functions.pickling import adapt_pickler
from ..import_hook import around_imports
from ..messages import quicken
from ..stand_ins import visible_to_all
from .ahead import PandasAhead
from .deferred import Deferral
from .farewell import Farewells, leave_farewells
from .interrupts import interrupt_without_waiting, release_without_waiting
from .listeners import refuse_listeners
from .native_numbers import (
    adapt_dtypes,
    adapt_frame,
    adapt_frames,
    adapt_index,
    adapt_namespace,
    adapt_seeds,
    adapt_series,
    adapt_thresholds,
    adapt_types,
)
from .one_way_executor import OneWayExecutor
from .operations import watch_operations
from .progress import ProgressBars
from .releases import release_now_and_then
from .sign_outs import close_at_sign_out
from .travelling import (
    adapt_expressions,
    adapt_plans,
    adapt_user_defined_types,
    adapt_writers,
)
from .udf_versions import explain_mismatches, mismatch_sentence

SUPPORTED_PYSPARK = ((4, 0), (4, 3))
"""Lowest and highest release line of PySpark that is accepted, both included; 4.2 is tested."""

_DISTRIBUTIONS = ("pyspark-client", "pyspark-connect", "pyspark")
_MACHINE_LEARNING = "pyspark.ml"
_USES_PANDAS_AT_ONCE = "pyspark.pandas"
_MESSAGES = "pyspark.sql.connect.proto."
_PANDAS_3_WARNING = "PySpark does not yet fully support pandas >= 3"


def adapt(versions: Mapping[str, str]) -> None:
    """Check the installed PySpark, and prepare its modules for when they are imported.

    ``versions`` are those of the numpy and pandas that the site has.

    Raises:
        UnsupportedPySparkError: no PySpark, or one of an untried release line.
    """
    _check_version()
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = "<notebook>"
    warnings.filterwarnings("ignore", _PANDAS_3_WARNING, FutureWarning)
    deferral = Deferral(versions)

    @contextmanager
    def around(module: ModuleType) -> Iterator[None]:
        name = module.__name__
        at_once = name.startswith((_USES_PANDAS_AT_ONCE, _MACHINE_LEARNING))
        within: AbstractContextManager[None] = nullcontext() if at_once else deferral()
        with within:
            yield
        if name in _CHANGES:
            _CHANGES[name](module)
        if name.startswith(_MESSAGES) and name.endswith("_pb2"):
            quicken(module)

    around_imports("pyspark", around)


def _change_reattach(module: ModuleType) -> None:
    _release_one_way(module)
    release_now_and_then(module)
    release_without_waiting(module)
    watch_operations(module, (Farewells(), ProgressBars(), PandasAhead()))


def _change_core(module: ModuleType) -> None:
    interrupt_without_waiting(module)
    leave_farewells(module)
    close_at_sign_out(module)


def _change_types(module: ModuleType) -> None:
    adapt_types(module)
    adapt_user_defined_types(module)


def _change_exceptions(module: ModuleType) -> None:
    explain_mismatches(module)
    _show_sentences(module)


def _release_one_way(module: ModuleType) -> None:
    """Each release line makes, shuts down and makes its pool anew in its own way, of this class."""
    module.ThreadPoolExecutor = OneWayExecutor  # type: ignore[attr-defined]


def _show_sentences(module: ModuleType) -> None:
    """IPython asks an exception's ``_render_traceback_`` first, where it has one."""

    def render(self: Any, name: str) -> Any:
        message = vars(self).get("_message") or ""
        sentence = message if isinstance(message, Sentence) else mismatch_sentence(message)
        if name == "_render_traceback_" and sentence:
            return lambda: [f"{type(self).__name__}: {sentence}"]
        raise AttributeError(name)

    module.SparkConnectGrpcException.__getattr__ = render


def _pickle_by_name(module: ModuleType) -> None:
    """The server gets the name, and with it the real package; here it is ours again."""
    adapt_pickler(module)
    module.Pickler.dump = _with_all_visible(module.Pickler.dump)
    module.load = _with_all_visible(module.load)  # type: ignore[attr-defined]
    module.loads = _with_all_visible(module.loads)  # type: ignore[attr-defined]
    # What the plain pickle calls for a module that was pickled.
    module.subimport = _with_all_visible(module.subimport)  # type: ignore[attr-defined]


def _with_all_visible(plain: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def call(*args: Any, **kwargs: Any) -> Any:
        with visible_to_all():
            return plain(*args, **kwargs)

    return call


def _make_rows_by_columns(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.conversion``."""
    if not is_facade():
        return
    from .rows import RowMaker  # where real pyarrow is, nothing of ours is loaded

    converter = module.ArrowTableToRowsConversion
    # PySpark 4.0 does not ask: there a binary is a bytearray.
    asks = "binary_as_bytes" in inspect.signature(converter.convert).parameters
    maker = RowMaker(module, converter.convert, binaries_are_bytes=asks)
    converter.convert = staticmethod(maker.convert)


def _hand_over_collected(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.interchange``."""
    module._get_arrow_array_partition_stream = lambda df: iter(  # type: ignore[attr-defined]
        df.toArrow().to_batches()
    )


_CHANGES: dict[str, Callable[[ModuleType], None]] = {
    "pyspark.sql.connect.client.reattach": _change_reattach,
    "pyspark.sql.connect.client.core": _change_core,
    "pyspark.cloudpickle.cloudpickle": _pickle_by_name,
    "pyspark.errors.exceptions.connect": _change_exceptions,
    "pyspark.sql.connect.streaming.query": refuse_listeners,
    "pyspark.sql.conversion": _make_rows_by_columns,
    "pyspark.sql.interchange": _hand_over_collected,
    "pyspark.sql.types": _change_types,
    "pyspark.sql.connect.expressions": adapt_expressions,
    "pyspark.sql.connect.plan": adapt_plans,
    "pyspark.sql.connect.streaming.readwriter": adapt_writers,
    "pyspark.sql.window": adapt_thresholds,
    "pyspark.sql.connect.window": adapt_frames,
    "pyspark.sql.connect.dataframe": adapt_seeds,
    "pyspark.sql.connect.functions.builtin": adapt_seeds,
    "pyspark.pandas.typedef.typehints": adapt_dtypes,
    "pyspark.pandas.series": adapt_series,
    "pyspark.pandas.frame": adapt_frame,
    "pyspark.pandas.indexes.base": adapt_index,
    "pyspark.pandas.namespace": adapt_namespace,
}
"""What is done to a module of PySpark once it has been executed."""


def _installed() -> tuple[str, str] | None:
    for name in _DISTRIBUTIONS:
        try:
            return name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def _check_version() -> None:
    lowest, highest = (".".join(map(str, line)) for line in SUPPORTED_PYSPARK)
    found = _installed()
    if found is None:
        raise UnsupportedPySparkError(
            f"PySpark is not installed in this kernel; add pyspark-client {lowest} - {highest} to "
            "the site (the site build does it) and restart the kernel."
        )
    name, version = found
    line = tuple(int(part) for part in version.split(".")[:2])
    if not SUPPORTED_PYSPARK[0] <= line <= SUPPORTED_PYSPARK[1]:
        raise UnsupportedPySparkError(
            f"{name} {version} is not supported; this package runs PySpark {lowest} - {highest}: "
            "build the site with one of these and restart the kernel."
        )
