"""The Pythons of this machine, and what they make of a pickle."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

OLDEST_MINOR, NEWEST_MINOR = 9, 14
SPARK_LOCK = Path(__file__).resolve().parents[2] / "requirements" / "spark.txt"
PYENV_VERSIONS = Path("~/.pyenv/versions").expanduser()

READ = """
import base64, json, pickle, sys, traceback
sys.path.insert(0, sys.argv[1])
results = {}
for name, pickled in json.load(sys.stdin).items():
    try:
        results[name] = repr(pickle.loads(base64.b64decode(pickled))())
    except Exception:
        results[name] = traceback.format_exc()
json.dump(results, sys.stdout)
"""


@cache
def pythons() -> dict[str, Path]:
    """By minor version, such as 3.12: those on the PATH, and pyenv's."""
    found: dict[str, Path] = {}
    for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1):
        version = f"3.{minor}"
        installed = sorted(PYENV_VERSIONS.glob(f"{version}.*/bin/python"))
        on_the_path = shutil.which(f"python{version}")
        for path in [*installed, *([Path(on_the_path)] if on_the_path else [])]:
            if _is(path, version):
                found[version] = path
                break
    return found


def _is(path: Path, version: str) -> bool:
    """A shim of pyenv's is there without its Python."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    ended = subprocess.run([path, "-c", program], capture_output=True, text=True, check=False)
    return ended.returncode == 0 and ended.stdout.strip() == version


def results_on(python: Path, pickled: dict[str, str], folder: Path) -> dict[str, str]:
    """What the pickled functions give there, as text; ``folder`` is for cloudpickle alone.

    A worker has PySpark's cloudpickle, and needs nothing else to read a function.
    """
    ended = subprocess.run(
        [python, "-c", READ, str(only_cloudpickle(folder))],
        input=json.dumps(pickled),
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    results: dict[str, str] = json.loads(ended.stdout)
    return results


def only_cloudpickle(folder: Path) -> Path:
    """A folder from which `pyspark.cloudpickle` can be imported, and no more of PySpark."""
    package = folder / "pyspark"
    if not package.exists():
        spec = importlib.util.find_spec("pyspark")
        assert spec is not None
        assert spec.origin is not None
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        shutil.copytree(Path(spec.origin).parent / "cloudpickle", package / "cloudpickle")
    return folder


def encoded(pickled: bytes) -> str:
    """As `results_on` takes it."""
    return base64.b64encode(pickled).decode()


WORKERS_NEED = ("numpy", "pandas", "pyarrow", "python-dateutil", "pytz", "six", "tzdata")
"""What Spark's own package does not bring to its Python workers, with what these need."""


def make_worker_environment(python: Path, folder: Path) -> Path:
    """An environment for Spark's workers, of the packages that the lock has; its Python."""
    lock = folder / "workers.txt"
    lock.write_text("".join(block for name, block in _locked().items() if name in WORKERS_NEED))
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)
    made = folder / "venv" / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    subprocess.run([made, "-m", "pip", "install", *options, "--requirement", lock], check=True)
    return made


def _locked() -> dict[str, str]:
    """Name to all the lines of a package; one with markers has several entries."""
    blocks: dict[str, str] = {}
    name = ""
    for line in SPARK_LOCK.read_text().splitlines(keepends=True):
        if line[:1].isalnum():
            name = line.partition("==")[0]
        if name and not line.startswith("#"):
            blocks[name] = blocks.get(name, "") + line
    return blocks
