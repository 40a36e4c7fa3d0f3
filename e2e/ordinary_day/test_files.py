# ruff: noqa: E501
"""Files and conversions are the same in a kernel with PySpark as in one without."""

from __future__ import annotations

import json

import pytest

from e2e.notebook import Notebook

RESULT = """
def result(action):
    try:
        value = action()
    except BaseException as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"
    return f"{type(value).__module__}.{type(value).__name__} {value!r}"

def report(**actions):
    import json
    print(json.dumps({name: result(action) for name, action in actions.items()}))
"""

PANDAS_FILES = r"""
import io, os, tempfile, pandas as pd, numpy as np
os.makedirs("/tmp/files", exist_ok=True)
os.chdir("/tmp/files")
frame = pd.DataFrame({"a": [1, 2, None], "s": ["x", "é", None], "t": pd.to_datetime(["2020-01-01"] * 3)})
def both(write, read, *names):
    def action():
        for name in names:
            write(name)
            yield name, read(name).to_dict("list")
    return lambda: list(action())
report(
    csv=both(lambda n: frame.to_csv(n, index=False), pd.read_csv,
             *(f"f.csv{end}" for end in ("", ".gz", ".bz2", ".xz", ".zip", ".tar.gz"))),
    csv_zstd=lambda: frame.to_csv("f.csv.zst"),
    csv_parts=lambda: [len(part) for part in pd.read_csv("f.csv", chunksize=2)],
    csv_encoding=both(lambda n: frame.to_csv(n, encoding="utf-16"),
                      lambda n: pd.read_csv(n, encoding="utf-16"), "u.csv"),
    csv_python=lambda: pd.read_csv("f.csv", engine="python", sep=None).shape,
    csv_nullable=lambda: pd.read_csv("f.csv", dtype_backend="numpy_nullable").dtypes.astype(str).to_dict(),
    json=both(lambda n: frame.to_json(n), pd.read_json, "f.json", "f.json.gz"),
    json_lines=both(lambda n: frame.to_json(n, lines=True, orient="records"),
                    lambda n: pd.read_json(n, lines=True), "l.json"),
    pickle=both(lambda n: frame.to_pickle(n), pd.read_pickle, "f.pkl", "f.pkl.gz"),
    fixed=lambda: pd.read_fwf(io.StringIO("a  b\n1  2\n")).to_dict(),
    table=lambda: pd.read_table(io.StringIO("a\tb\n1\t2\n")).to_dict(),
    html=lambda: frame.to_html(),
    html_read=lambda: pd.read_html(io.StringIO("<table></table>")),
    markdown=lambda: frame.to_markdown(),
    xml=lambda: frame.to_xml(),
    parquet=lambda: frame.to_parquet("f.parquet"),
    parquet_read=lambda: pd.read_parquet("f.parquet"),
    feather=lambda: frame.to_feather("f.feather"),
    orc=lambda: pd.read_orc("f.orc"),
    excel=lambda: frame.to_excel("f.xlsx"),
    hdf=lambda: frame.to_hdf("f.h5", key="a"),
    stata=both(lambda n: frame[["a"]].to_stata(n), pd.read_stata, "f.dta"),
    missing=lambda: pd.read_csv("nothing.csv"),
    clipboard=lambda: pd.read_clipboard(),
)
"""

PANDAS_VALUES = """
import pandas as pd, numpy as np
s = pd.Series(["a", None, "b"])
report(
    strings=lambda: (str(s.dtype), s.dtype.storage, s.tolist(), s.str.upper().tolist()),
    convert=lambda: pd.DataFrame({"a": [1, None], "b": ["x", None]}).convert_dtypes().dtypes.astype(str).to_dict(),
    category=lambda: s.astype("category").cat.categories.tolist(),
    nullable=lambda: pd.array([1, None]).tolist(),
    groups=lambda: pd.DataFrame({"k": list("aab"), "v": [1, 2, 3]}).groupby("k").v.sum().to_dict(),
    interchange=lambda: pd.api.interchange.from_dataframe(pd.DataFrame({"a": [1]})).to_dict(),
    options=lambda: (pd.get_option("mode.string_storage"), pd.get_option("io.parquet.engine")),
    text=lambda: repr(pd.DataFrame({"a": [1.5, None], "s": s[:2]})),
    query=lambda: pd.DataFrame({"a": [1, 2]}).query("a > 1").to_dict(),
    eval=lambda: pd.eval("1 + 2"),
    arrow_array=lambda: pd.array([1, None]).__arrow_array__(),
)
"""

NUMPY = """
import io, os, tempfile, numpy as np
os.chdir(tempfile.mkdtemp())
a = np.arange(6).reshape(2, 3)
report(
    npy=lambda: np.save("a.npy", a) or np.load("a.npy").tolist(),
    npz=lambda: np.savez_compressed("a.npz", a=a) or np.load("a.npz")["a"].tolist(),
    text=lambda: np.savetxt("a.txt", a) or np.loadtxt("a.txt").tolist(),
    gzipped=lambda: np.savetxt("a.txt.gz", a) or np.loadtxt("a.txt.gz").tolist(),
    gentext=lambda: np.genfromtxt(io.StringIO("1,,3"), delimiter=",").tolist(),
    memmap=lambda: np.memmap("m", dtype="u1", mode="w+", shape=4).sum(),
    strings=lambda: np.strings.upper(np.array(["a"])).tolist(),
    random=lambda: np.random.default_rng(1).integers(0, 9, 4).tolist(),
)
"""

STANDARD_LIBRARY = r"""
import os, shutil
shutil.rmtree("/tmp/standard", ignore_errors=True)
os.makedirs("/tmp/standard")
os.chdir("/tmp/standard")
import bz2, configparser, csv, gzip, importlib.util, io, json, lzma, pathlib, pickle, sqlite3
import tarfile, tomllib, zipfile, urllib.request, logging.handlers, unittest.mock, decimal, zoneinfo
from compression import zstd
def database():
    with sqlite3.connect("d.db") as db:
        db.execute("create table t (a int)")
        db.execute("insert into t values (1)")
        return db.execute("select * from t").fetchall()
report(
    text=lambda: pathlib.Path("a").write_text("é", "utf-8") and pathlib.Path("a").read_bytes(),
    packed=lambda: [module.decompress(module.compress(b"x" * 9)) for module in (gzip, bz2, lzma, zstd)],
    zipped=lambda: shutil.make_archive("z", "zip", ".", "a") and zipfile.ZipFile("z.zip").namelist(),
    tar=lambda: shutil.make_archive("z", "zstdtar", ".", "a") and tarfile.open("z.tar.zst").getnames(),
    database=database,
    table=lambda: list(csv.DictReader(io.StringIO("a,b\n1,2"))),
    toml=lambda: tomllib.loads("a = 1"),
    ini=lambda: sorted(configparser.ConfigParser()),
    pickled=lambda: pickle.loads(pickle.dumps({"d": decimal.Decimal("1.5")})),
    copied=lambda: shutil.copytree(".", "../copy-of-it", dirs_exist_ok=True),
    missing=lambda: open("nothing"),
    fetched=lambda: urllib.request.urlopen("nonsense:x"),
    gone=lambda: importlib.util.find_spec("nothing_of_that_name"),
)
"""

PLOTS = """
import hashlib, io, matplotlib, matplotlib.pyplot as plt, os, pandas as pd, numpy as np
from PIL import Image
os.makedirs("/tmp/plots", exist_ok=True)
os.chdir("/tmp/plots")
matplotlib.rcParams["svg.hashsalt"] = "same"
figure, axes = plt.subplots()
axes.plot([1, 3, 2], label="a")
axes.legend()
frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3, 1, 2]}, index=pd.date_range("2020", periods=3))
def drawn(name, **metadata):
    figure.savefig(name, metadata=metadata)
    return hashlib.sha256(open(name, "rb").read()).hexdigest()
def shape(axes):
    figure = np.ravel(axes)[0].figure
    figure.canvas.draw()
    return np.ravel(axes).size, np.asarray(figure.canvas.buffer_rgba()).sum()
report(
    png=lambda: drawn("a.png"),
    svg=lambda: drawn("a.svg", Date=None),
    pdf=lambda: drawn("a.pdf", CreationDate=None),
    image=lambda: Image.open("a.png").size,
    jpeg=lambda: Image.open("a.png").convert("RGB").save("a.jpg") or plt.imread("a.jpg").shape,
    unknown=lambda: figure.savefig("a.nothing"),
    backend=lambda: matplotlib.get_backend(),
    lines=lambda: shape(frame.plot()),
    bars=lambda: shape(frame.plot.bar()),
    hexagons=lambda: shape(frame.plot.hexbin("a", "b", gridsize=5)),
    histograms=lambda: shape(frame.hist()),
    densities=lambda: frame.plot.kde(),
    boxes=lambda: shape(frame.plot.box()),
    scattered=lambda: shape(pd.plotting.scatter_matrix(frame)),
    another_backend=lambda: frame.plot(backend="plotly"),
    styled=lambda: frame.style.background_gradient(axis=None).format("{:.1f}").to_html(table_uuid="x"),
    latex=lambda: frame.to_latex(),
    latex_of_style=lambda: frame.style.to_latex(),
    excel_of_style=lambda: frame.style.to_excel("a.xlsx"),
)
plt.close("all")
"""

PROGRAMS = {
    "plots and styles": PLOTS,
    "pandas' files": PANDAS_FILES,
    "pandas' values": PANDAS_VALUES,
    "numpy": NUMPY,
    "the standard library": STANDARD_LIBRARY,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_it_is_the_same_with_and_without_pyspark(
    notebook: Notebook, plain: Notebook, program: str
) -> None:
    reports = []
    for one in (plain, notebook):
        cell = one.run_cell(RESULT + program)
        assert cell.error is None
        reports.append(json.loads(cell.text.splitlines()[-1]))
    without, with_pyspark = reports
    assert with_pyspark == without
    works = [name for name, text in without.items() if "Error" not in text.partition(":")[0]]
    assert len(works) >= len(without) // 2, without


def test_what_people_do_with_files_works(notebook: Notebook) -> None:
    """Beside being the same, which two broken kernels are too."""
    cell = notebook.run_cell(
        "import pandas as pd\n"
        "spark.range(3).toPandas().to_csv('/drive/out.csv', index=False)\n"
        "print(pd.read_csv('/drive/out.csv').id.tolist(), open('/drive/out.csv').read().split())"
    )
    assert cell.text == "[0, 1, 2] ['id', '0', '1', '2']"


STAND_INS = ("grpc", "grpc_status", "pyarrow", "zstandard")
NEIGHBOURS = ("json", "sqlite3", "compression.zstd", "multiprocessing", "ctypes", "nothing_there")

ASKING_LIBRARY = """
import json, pathlib, sysconfig, importlib
file = pathlib.Path(sysconfig.get_paths()["purelib"], "asking_library.py")
file.write_text('''
import importlib, importlib.util, sys
def ask(name):
    try:
        __import__(name)
        imported = True
    except ImportError:
        imported = False
    return [imported, importlib.util.find_spec(name) is not None, name in sys.modules]
''')
importlib.invalidate_caches()
import asking_library
"""


def test_a_library_finds_what_a_plain_kernel_has(notebook: Notebook, plain: Notebook) -> None:
    """As a library would ask: from a module in site-packages."""
    names = (
        "import pyodide_js\n"
        "names = sorted({name for package in pyodide_js.lockfile.packages.to_py().values()"
        f" for name in package['imports']}} | {{*{STAND_INS!r}, *{NEIGHBOURS!r}}})\n"
    )
    ask = "print(json.dumps({name: asking_library.ask(name) for name in names}))"
    without, with_pyspark = (
        json.loads(one.run_cell(ASKING_LIBRARY + names + ask).text) for one in (plain, notebook)
    )
    assert {name: without[name] for name in STAND_INS} == dict.fromkeys(STAND_INS, [False] * 3)
    assert without["matplotlib"][1]
    assert without["IPython"][0]
    # What has been loaded so far is each kernel's own affair.
    assert with_pyspark | without == with_pyspark


def test_the_user_has_them_beside(notebook: Notebook) -> None:
    mine = notebook.run_cell("import grpc, grpc_status, pyarrow, zstandard\npyarrow.array([1])[0]")
    assert mine.error is None


@pytest.mark.parametrize("statement", ["import nothing_there", "from json import nothing"])
def test_a_failed_import_looks_as_in_a_plain_kernel(
    notebook: Notebook, plain: Notebook, statement: str
) -> None:
    source = (
        f"import traceback\ntry:\n    {statement}\nexcept ImportError as error:\n"
        "    print([entry.name for entry in traceback.extract_tb(error.__traceback__)])"
    )
    assert notebook.run_cell(source).text == plain.run_cell(source).text == "['<module>']"


WHEEL = """
import zipfile
def wheel(name, text, *demands):
    with zipfile.ZipFile(f"{name}-1.0-py3-none-any.whl", "w") as file:
        info = f"{name}-1.0.dist-info"
        demanded = "".join(f"Requires-Dist: {one}\\n" for one in demands)
        file.writestr(f"{name}.py", text)
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n{demanded}")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        file.writestr(f"{info}/RECORD", "")
"""


@pytest.mark.parametrize(
    "demands",
    [
        ("grpcio >=1.60", "grpcio-status", "pyarrow >=15"),
        ("pyspark-client >=4",),
        ("pyspark[connect] >=4", "pyspark-connect >=4"),
    ],
)
def test_a_library_of_ones_own_that_demands_them_is_installed_and_has_them(
    notebook: Notebook, demands: tuple[str, ...]
) -> None:
    name = f"demands_{len(demands)}"
    text = "import grpc, pyarrow\nfrom grpc_status import rpc_status\nwords = grpc.__name__"
    made = notebook.run_cell(f"{WHEEL}\nwheel({name!r}, {text!r}, *{demands!r})")
    assert made.error is None
    assert notebook.run_cell(f"%pip install ./{name}-1.0-py3-none-any.whl").error is None
    assert notebook.run_cell(f"import {name}\nbool({name}.words)").text == "True"


@pytest.mark.parametrize(
    "statement",
    ["from pyarrow.compute import add", "from pyarrow import csv", "import pyarrow.csv"],
)
def test_a_missing_part_of_arrow_says_so(notebook: Notebook, statement: str) -> None:
    assert "pure-Python pyarrow" in str(notebook.run_cell(statement).error)
    caught = notebook.run_cell(f"try:\n    {statement}\nexcept ImportError:\n    print('caught')")
    assert caught.text == "caught"


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ("import pyarrow as pa", "pa.array([1, None]).to_pylist()"),
        ("import pyarrow.compute as pc, pyarrow as pa", "str(pc.floor_temporal)[:9]"),
        ("import grpc", "grpc.StatusCode.OK.name"),
    ],
)
def test_the_plain_pickle_loads_what_cloudpickle_wrote(
    notebook: Notebook, imports: str, body: str
) -> None:
    source = f"""
import pickle
from pyspark import cloudpickle
{imports}
def asked():
    return {body}
written = cloudpickle.dumps(asked)
pickle.loads(written)() == cloudpickle.loads(written)() == asked()
"""
    assert notebook.run_cell(source).text == "True"
