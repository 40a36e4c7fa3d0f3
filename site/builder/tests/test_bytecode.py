"""Bytecode by Pyodide under Node, from the download cache: skipped where no build has filled it."""

from __future__ import annotations

import subprocess
from itertools import chain
from pathlib import Path

import pytest
from builder.bytecode import SITE_PACKAGES, Compiler, Sources, shared_out
from builder.cache import Cache
from builder.errors import BuildError
from builder.lazy_files import lazy_wheel
from builder.lockfile import load_lock
from builder.settings import SITE, default_cache
from builder.wheels import zip_deterministically

HEADER_B = 16
UNCHECKED_HASH = b"\x01\0\0\0"
SCRIPT = SITE / "page" / "jupyterlite" / "pcw_lazy_files.js"
MEMBERS = [
    ("p/__init__.py", b'"""Of p."""\n\ndef f():\n    return 1 / 0\n'),
    ("p/__init__.pyi", b"def f() -> float: ...\n"),
    ("p/python_2.py", b"print 'x'\n"),
    ("p/data.txt", b"text"),
    ("q.py", b"x = '\\.'\n"),
]
WHEEL = Sources(zip_deterministically(MEMBERS))


def core() -> dict[str, bytes]:
    downloads = Cache(default_cache() / "downloads")
    found = {artifact.file_name: downloads.get(artifact.sha256) for artifact in load_lock().core}
    return {name: data for name, data in found.items() if data is not None}


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    files = core()
    if len(files) < len(load_lock().core):
        pytest.skip("no build has filled the download cache yet: run `make site`")
    return Compiler(files, tmp_path_factory.mktemp("bytecode"))


def test_each_python_file_becomes_code_that_needs_no_source(compiler: Compiler) -> None:
    [bytecode] = compiler.compile([WHEEL])
    assert set(bytecode) == {"p/__init__.py", "q.py"}
    for name, pyc in bytecode.items():
        assert pyc[4:8] == UNCHECKED_HASH
        assert f"{SITE_PACKAGES}{name}".encode() in pyc[HEADER_B:]
    assert b"Of p." in bytecode["p/__init__.py"], "help() shows it"


def test_what_was_compiled_is_kept_and_made_again_where_it_is_damaged(
    compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compiler.compile([WHEEL])
    with monkeypatch.context() as without_node:
        without_node.setenv("PATH", "")
        assert compiler.compile([WHEEL]) == first
    kept = compiler.kept(WHEEL)
    kept.write_bytes(kept.read_bytes()[:-30])
    other = Sources(zip_deterministically([("before.py", b"x = ('a', 'b')\n")]))
    assert compiler.compile([other, WHEEL])[1:] == first


def test_without_node_the_build_stops_with_a_sentence(
    compiler: Compiler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BuildError, match="install Node 20 or newer"):
        Compiler(compiler.core, tmp_path).compile([WHEEL])


def test_a_pyodide_that_does_not_start_stops_the_build_with_a_sentence(tmp_path: Path) -> None:
    broken = {"pyodide.mjs": b"throw new Error('no Pyodide')"}
    with pytest.raises(BuildError, match=r"could not compile: .*no Pyodide"):
        Compiler(broken, tmp_path).compile([WHEEL])


def test_archives_are_shared_out_by_their_size() -> None:
    jobs = [(Path(), size, {"source": str(size)}) for size in (5_000_000, 3_000_000, 1_000_000)]
    shares = [[int(job["source"]) for job in share] for share in shared_out(jobs)]
    assert sorted(chain(*shares)) == [1_000_000, 3_000_000, 5_000_000]
    assert [len(share) for share in shared_out(jobs[2:])] == [1]


def in_tab(
    compiler: Compiler, folder: Path, program: str, *, hook: bool = True, lost: bool = False
) -> str:
    """What a program prints where the wheel is installed as a site serves it."""
    [bytecode] = compiler.compile([WHEEL])
    wheel = lazy_wheel(MEMBERS, bytecode)
    for name, data in compiler.core.items():
        (folder / name).write_bytes(data)
    (folder / "p.zip").write_bytes(zip_deterministically(wheel.members))
    for name, data in () if lost else wheel.bundles.items():
        (folder / name).write_bytes(data)
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ fillWhenOpened }} from {str(SCRIPT.as_uri())!r};
        import {{ loadPyodide }} from {str((folder / "pyodide.mjs").as_uri())!r};
        // Node would repeat the line that threw, which is all of Pyodide.
        process.on("uncaughtException", (error) => console.log(error.message));
        const pyodide = await loadPyodide({{ indexURL: "{folder}/" }});
        const target = {{ extractDir: "{SITE_PACKAGES}" }};
        const read = (place) => new Uint8Array(readFileSync(place));
        pyodide.unpackArchive(read("{folder}/p.zip"), "zip", target);
        const fetch = (url) => (console.log("fetched"), read(new URL(url)));
        if ({str(hook).lower()}) fillWhenOpened(pyodide, fetch, "{folder.as_uri()}/");
        pyodide.runPython({program!r});
    """
    (folder / "run.mjs").write_text(script, "utf-8")
    done = subprocess.run(
        ["node", str(folder / "run.mjs")], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_imports_fetch_nothing_and_readers_find_the_files_as_they_are(
    compiler: Compiler, tmp_path: Path
) -> None:
    program = """
import p, q, os, inspect, linecache, traceback
print(p.__file__, os.path.getsize(p.__file__))
print(inspect.getsource(p.f))
linecache.checkcache()
try: p.f()
except ZeroDivisionError: print(traceback.format_exc())
print(open(p.__file__ + "i").read(), os.path.getsize(p.__file__ + "i"))
print(open(q.__file__).read())
"""
    printed = in_tab(compiler, tmp_path, program)
    size = len(MEMBERS[0][1])
    assert f"{SITE_PACKAGES}p/__init__.py {size}\nfetched\ndef f():\n    return 1 / 0" in printed
    assert "return 1 / 0\n           ~~^~~\nZeroDivisionError" in printed
    assert f"def f() -> float: ...\n {len(MEMBERS[1][1])}\n" in printed
    assert "x = '\\.'" in printed
    assert printed.count("fetched") == 1


SPOILED = f"""
from pathlib import Path
path = Path("{SITE_PACKAGES}p/__pycache__/__init__.cpython-314.pyc")
path.write_bytes(b"abcd" + path.read_bytes()[4:])
import p
print(p.__doc__)
"""


def test_bytecode_of_another_python_is_not_run_but_made_again_from_its_source(
    compiler: Compiler, tmp_path: Path
) -> None:
    assert "fetched\nOf p.\n" in in_tab(compiler, tmp_path, SPOILED)


def test_where_no_source_can_be_had_an_import_says_so(compiler: Compiler, tmp_path: Path) -> None:
    printed = in_tab(compiler, tmp_path, SPOILED, hook=False)
    assert "ImportError: this file is fetched when it is read, by pcw_lazy_files.js" in printed


def test_a_file_that_is_written_to_is_no_stub_any_more(compiler: Compiler, tmp_path: Path) -> None:
    program = """
import q
with open(q.__file__, "a") as file: file.write("y = 2")
print(open(q.__file__).read().split("\\n"))
with open(q.__file__, "w") as file: file.write("z")
print(open(q.__file__).read())
"""
    printed = in_tab(compiler, tmp_path, program)
    assert printed == "fetched\n[\"x = '\\\\.'\", 'y = 2']\nz\n"


def test_a_bundle_that_is_not_there_is_an_error_of_who_opens_the_file(
    compiler: Compiler, tmp_path: Path
) -> None:
    program = "import q\ntry: open(q.__file__)\nexcept OSError as error: print(error)"
    printed = in_tab(compiler, tmp_path, program, lost=True)
    assert f"[Errno 29] I/O error: '{SITE_PACKAGES}q.py'" in printed
    assert "could not be fetched" in printed
    assert "rebuild the site" in printed
