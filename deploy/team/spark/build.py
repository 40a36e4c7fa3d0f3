"""`pcw-team.jar`, which Spark needs to know its users: made of the Java sources beside this."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from deploy import java
from deploy.java import BuildError, Jar, spark_home

__all__ = ["JAR", "BuildError", "build", "spark_home"]

JAR = "pcw-team.jar"
SOURCES = Path(__file__).resolve().parent / "java"


def build(folder: Path, spark_home: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """The jar in ``folder``, made now or from the cache.

    Raises:
        BuildError: there is no Java compiler, or the sources do not fit this Spark.
    """
    return java.build(Jar(JAR, SOURCES), folder, spark_home, environ)
