"""Registering the facade as `pyarrow`, next to pandas, which must not see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .in_fresh_python import FACADE, HIDE_REAL, run


def test_real_pyarrow_is_left_alone() -> None:
    out = run(
        "from pyspark_connect_web.arrow import install\n"
        "print(install()); import pyarrow; print(pyarrow.__file__ != '')\n"
        "print(install())"
    )
    assert out.split() == ["pyarrow", "True", "pyarrow"]


# What stands alone: installing, PySpark, the reader's defences, and lz4.
FACADE_ONLY = ("test_install", "test_pyspark", "test_hostile_ipc", "test_fuzz", "test_lz4")


def test_the_same_suite_passes_with_real_pyarrow_in_the_facades_place() -> None:
    """What is tested of the facade is what pyarrow does, so a site may have either."""
    folder = Path(__file__).parent
    compared = [
        str(file) for file in sorted(folder.rglob("test_*.py")) if file.stem not in FACADE_ONLY
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *compared],
        env={**os.environ, "PCW_ARROW_SUBJECT": "pyarrow"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_force_replaces_real_pyarrow_and_a_second_call_does_nothing() -> None:
    out = run(
        "import pyarrow\nfrom pyspark_connect_web.arrow import install\n"
        "print(install(force=True)); import pyarrow as new\n"
        "print(new is pyarrow, new.__version__)\n"
        "print(install(), install(force=True)); import pyarrow as again; print(again is new)"
    )
    assert out.split("\n")[:4] == ["facade", "False 25.0.1+pcw", "facade facade", "True"]


def test_importing_and_using_it_needs_neither_numpy_nor_pandas() -> None:
    run(
        "import pyarrow as pa, datetime as dt\n"
        "t = pa.table({'a': [1, None], 's': ['x', 'y'], 't': [dt.datetime(2020, 1, 1)] * 2})\n"
        "sink = pa.BufferOutputStream()\n"
        "with pa.ipc.new_stream(sink, t.schema) as w: w.write_table(t)\n"
        "assert pa.ipc.open_stream(sink.getvalue()).read_all().to_pylist() == t.to_pylist()\n"
        "import sys; assert 'numpy' not in sys.modules and 'pandas' not in sys.modules",
        prelude=FACADE,
    )


def test_the_modules_import_as_pyspark_imports_them_and_have_a_spec() -> None:
    run(
        "import importlib.util, sys\n"
        "import pyarrow, pyarrow.types as types, pyarrow.compute as pc, pyarrow.ipc\n"
        "from pyarrow import RecordBatch, lib\n"
        "from pyarrow.lib import ArrowInvalid\n"
        "assert pyarrow.lib.ArrowInvalid is pyarrow.ArrowInvalid is ArrowInvalid\n"
        "assert types is pyarrow.types and pc is pyarrow.compute\n"
        "for name in ['pyarrow', *(f'pyarrow.{n}' for n in ('types', 'ipc', 'compute', 'lib'))]:\n"
        "    assert importlib.util.find_spec(name).name == name\n"
        "    assert importlib.import_module(name).__spec__.name == name\n"
        "    assert name not in sys.modules\n",
        prelude=FACADE,
    )


def test_a_missing_name_or_submodule_says_what_is_missing() -> None:
    run(
        "import pyarrow as pa\n"
        "for use in (lambda: pa.RecordBatchFileReader, lambda: pa.compute.add(1, 2)):\n"
        "    try: use()\n"
        "    except NotImplementedError as e: assert 'pyarrow' in str(e) and 'real' in str(e)\n"
        "    else: raise SystemExit('no error')\n"
        "assert not hasattr(pa, 'RecordBatchFileReader')\n"
        "try: import pyarrow.dataset\n"
        "except ModuleNotFoundError as e:\n"
        "    assert 'real `pyarrow`' in str(e) and e.name == 'pyarrow.dataset'\n"
        "else: raise SystemExit('no error')\n"
        "for use in ('from pyarrow.compute import add', 'from pyarrow import csv',\n"
        "            'from pyarrow import Table, orc', 'import pyarrow.csv as csv'):\n"
        "    try: exec(use)\n"
        "    except ImportError as e: assert 'real `pyarrow`' in str(e), e\n"
        "    else: raise SystemExit('no error')\n",
        prelude=FACADE,
    )


PANDAS = """
import sys
import pandas as pd, numpy as np
import pyarrow as pa
from pandas.compat import HAS_PYARROW
assert not HAS_PYARROW
from pandas._libs import lib
assert not lib.is_pyarrow_array(pa.array([1]))
assert pd.Series(["a"]).dtype == "str" and pd.Series(["a"]).dtype.storage == "python"
from pandas.compat._optional import import_optional_dependency
for name in ("pyarrow", "pyarrow.parquet"):
    try: import_optional_dependency(name)
    except ImportError: pass
    else: raise SystemExit(f"pandas found {name}")
assert import_optional_dependency("numpy") is np
assert pa.__version__.endswith("pcw") and "pyarrow" not in sys.modules
"""


def test_pandas_sees_no_pyarrow_when_it_is_imported_after_the_facade() -> None:
    run(PANDAS, prelude=FACADE)


def test_pandas_sees_no_pyarrow_when_it_was_imported_before() -> None:
    before = HIDE_REAL + "import pandas\nsys.meta_path.pop(0)\n" + FACADE
    run(PANDAS.partition("from pandas.compat._optional")[0], prelude=before)


def test_pandas_own_lazy_imports_are_refused_with_the_facade_in_place() -> None:
    run(
        "import pandas as pd\n"
        "for use in (lambda: pd.array([1, None], dtype='Int64').__arrow_array__(),\n"
        "            lambda: pd.Series(['a']).array.__arrow_array__(),\n"
        "            lambda: pd.Series([1]).astype('int64[pyarrow]'),\n"
        "            lambda: pd.read_parquet('nothing'),\n"
        "            lambda: pd.Series(['a'], dtype='string[pyarrow]')):\n"
        "    try: use()\n"
        "    except (ImportError, TypeError): pass\n"
        "    else: raise SystemExit('pandas used the facade')\n",
        prelude=FACADE,
    )


@pytest.mark.parametrize("order", ["import pyarrow, pandas", "import pandas, pyarrow"])
def test_a_column_backed_by_arrow_is_refused_in_the_facades_words(order: str) -> None:
    before = f"{HIDE_REAL}{order}\nsys.meta_path.pop(0)\n" if order.endswith("pyarrow") else ""
    run(
        "import io, pandas as pd, pyarrow as pa\n"
        "table = pa.table({'a': [1]})\n"
        "for use in (lambda: table.to_pandas(types_mapper=pd.ArrowDtype),\n"
        "            lambda: pd.ArrowDtype(pa.int64()),\n"
        "            lambda: pd.read_csv(io.StringIO('a'), dtype_backend='pyarrow'),\n"
        "            lambda: pd.Series([1]).convert_dtypes(dtype_backend='pyarrow'),\n"
        "            lambda: pd.to_numeric(pd.Series([1]), dtype_backend='pyarrow')):\n"
        "    try: use()\n"
        "    except ImportError as error: assert 'pure-Python pyarrow' in str(error), error\n"
        "    else: raise SystemExit('no error')\n",
        prelude=before.replace(", pyarrow", "") + FACADE,
    )


def test_strings_become_pandas_strings_with_python_storage_and_come_back() -> None:
    run(
        "import pyarrow as pa, pandas as pd, numpy as np\n"
        "s = pa.chunked_array([['a', None], ['é']]).to_pandas()\n"
        "assert repr(s.dtype) == repr(pd.Series(['a']).dtype), repr(s.dtype)\n"
        "assert s.dtype == pd.StringDtype(na_value=np.nan) and s.tolist()[1] is np.nan\n"
        "back = pa.Array.from_pandas(s)\n"
        "assert back.type == pa.large_string() and back.to_pylist() == ['a', None, 'é']\n"
        "for dtype in ('Int64', 'boolean', 'Float64', 'string', 'str', 'datetime64[us]'):\n"
        "    made = pa.Array.from_pandas(pd.Series([None, None], dtype=dtype))\n"
        "    assert made.null_count == 2, dtype\n"
        "frame = pd.DataFrame({'a': [1, 2], 's': ['x', None]}, index=['p', 'q'])\n"
        "pd.testing.assert_frame_equal(pa.Table.from_pandas(frame).to_pandas(), frame)\n",
        prelude=FACADE,
    )


def test_what_pysparks_cloudpickle_wrote_it_reads_here_too() -> None:
    pytest.importorskip("pyspark.cloudpickle")
    run(
        "import sys\n"
        "from pyspark_connect_web.client import adapt\n"
        "adapt({})\n"
        "from pyspark import cloudpickle\n"
        "import pyarrow as pa\n"
        "def f():\n"
        "    return pa.array([1, None])\n"
        "for back in (cloudpickle.loads(cloudpickle.dumps(f))(),\n"
        "             cloudpickle.loads(cloudpickle.dumps(pa.array([1, None])))):\n"
        "    assert back.equals(pa.array([1, None])), back\n"
        "assert cloudpickle.loads(cloudpickle.dumps(pa.Table)) is pa.Table\n"
        "assert 'pyarrow' not in sys.modules\n",
        prelude=FACADE,
    )


def test_functions_that_use_pyarrow_pickle_by_name_for_the_server() -> None:
    """There the names mean real pyarrow: so the facade's classes must not travel along."""
    pytest.importorskip("pyspark.cloudpickle")
    pickled = run(
        "import pyarrow as pa, sys\n"
        "from pyspark import cloudpickle\n"
        "m = pa.map_(pa.string(), pa.int8())\n"
        "wanted = pa.struct([('a', pa.list_(pa.timestamp('us', 'UTC'))), ('m', m)])\n"
        "schema = pa.schema([pa.field('s', wanted, False, {'k': 'v'})])\n"
        "def f(batches: 'pa.RecordBatch'):\n"
        "    for b in batches:\n"
        "        column = pa.array([{'a': [], 'm': []}], wanted)\n"
        "        yield pa.RecordBatch.from_arrays([column], schema=schema)\n"
        "def g(x: pa.Array) -> pa.Array:\n"
        "    return pa.compute.add(x, 1)\n"
        "things = (f, g, schema, pa.table({'a': [1]}), pa.array([1, None]), pa.scalar(5))\n"
        "from pyspark_connect_web.stand_ins import visible_to_all\n"
        "with visible_to_all(): pickled = cloudpickle.dumps(things)\n"
        "assert 'pyarrow' not in sys.modules\n"
        "print(pickled.hex())",
        prelude=FACADE,
    )
    assert b"pyspark_connect_web".hex() not in pickled
    run(
        "import pyarrow as pa, pickle\n"
        f"f, g, schema, table, array, scalar = pickle.loads(bytes.fromhex('{pickled.strip()}'))\n"
        "assert table.equals(pa.table({'a': [1]})) and pa.cpp_version\n"
        "assert isinstance(schema, pa.Schema) and schema.field('s').metadata == {b'k': b'v'}\n"
        "assert array.equals(pa.array([1, None])) and scalar == pa.scalar(5)\n"
        "assert next(f([1])).to_pylist() == [{'s': {'a': [], 'm': []}}]\n"
        "assert g(array).to_pylist() == [2, None]\n"
    )


def test_pandas_columns_backed_by_arrow_say_what_to_do_wherever_they_are_asked_for() -> None:
    run(
        "import io\n"
        "import pandas as pd, pyarrow as pa\n"
        "series, text = pd.Series([1]), lambda: io.StringIO('a\\n1\\n')\n"
        "for use in (lambda: pd.ArrowDtype(pa.int64()),\n"
        "            lambda: pa.table({'a': [1]}).to_pandas(types_mapper=pd.ArrowDtype),\n"
        "            lambda: pd.Series([1], dtype='int64[pyarrow]'),\n"
        "            lambda: pd.array([1], dtype='double[pyarrow]'),\n"
        "            lambda: series.astype('string[pyarrow]'),\n"
        "            lambda: pd.StringDtype('pyarrow'),\n"
        "            lambda: pd.read_csv(text(), dtype='string[pyarrow]'),\n"
        "            lambda: pd.read_csv(text(), dtype_backend='pyarrow'),\n"
        "            lambda: pd.read_json(io.StringIO('[]'), dtype_backend='pyarrow'),\n"
        "            lambda: pd.to_numeric(series, dtype_backend='pyarrow'),\n"
        "            lambda: series.to_frame().convert_dtypes(dtype_backend='pyarrow'),\n"
        "            lambda: series.convert_dtypes(dtype_backend='pyarrow')):\n"
        "    try: use()\n"
        "    except ImportError as e: assert 'pure-Python pyarrow' in str(e), e\n"
        "    else: raise SystemExit('no error')\n"
        "assert series.convert_dtypes(dtype_backend='numpy_nullable').dtype == 'Int64'\n"
        "assert pd.Series(['a']).dtype == 'str' and pd.StringDtype().storage == 'python'\n"
        "try: series.convert_dtypes(dtype_backend='x')\n"
        "except ValueError as e: assert 'numpy_nullable' in str(e)\n"
        "else: raise SystemExit('no error')\n",
        prelude=FACADE,
    )


def test_a_module_that_is_reloaded_is_the_same_and_classes_have_hints_that_resolve() -> None:
    run(
        "import importlib, typing\n"
        "import pyarrow as pa\n"
        "for name in ('pyarrow', 'pyarrow.lib', 'pyarrow.types', 'pyarrow.compute'):\n"
        "    module = importlib.import_module(name)\n"
        "    assert importlib.reload(module) is module\n"
        "import json; assert importlib.reload(json) is json\n"
        "for name in dir(pa.lib):\n"
        "    if isinstance(thing := getattr(pa.lib, name), type): typing.get_type_hints(thing)\n"
        "typing.get_type_hints(pa.array)\n",
        prelude=FACADE,
    )
