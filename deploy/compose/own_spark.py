"""What a deployment brings to Spark, looked at before a container starts that cannot use it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.shared.config import ROOT
from deploy.shared.errors import StackError
from spark import jars, own_conf
from spark.problems import SettingError

JARS_FOLDER = Path("spark") / "jars"
"""Below the project: the folder that the container of Spark has too."""


def require_usable(environ: Mapping[str, str] = os.environ) -> None:
    """Returns if PCW_SPARK_CONF and PCW_SPARK_JARS can be used in a container.

    Raises:
        StackError: one of them cannot; the message says which, why and what to do.
    """
    master = environ.get("SPARK_MASTER") or "local"
    try:
        if file := environ.get(own_conf.VARIABLE):
            own_conf.read(ROOT / file, on_one_machine=master.startswith("local"))
        found = jars.parse(environ.get(jars.VARIABLE, ""), scala="", base=ROOT)
    except SettingError as error:
        raise StackError(str(error)) from error
    for path in found.files:
        if path.parent != ROOT / JARS_FOLDER:
            raise StackError(
                f"{jars.VARIABLE}: {path} is not seen by containers: copy it into {JARS_FOLDER}/ "
                f"and write {JARS_FOLDER / path.name}."
            )
    for entry in environ.get(jars.VARIABLE, "").split(","):
        if entry.strip().startswith("/"):
            raise StackError(
                f"{jars.VARIABLE}: containers do not know {entry.strip()}: "
                f"write {JARS_FOLDER / Path(entry.strip()).name}."
            )
