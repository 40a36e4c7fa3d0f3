"""Becomes one of Spark's services: a JVM with Spark's own jars, Java found as the server's is.

    python -m deploy.cluster.launcher <main class> <heap> <work directory> [argument …]

Run by the Python that has pyspark. Environment: PCW_CLUSTER_JVM, more options of the JVM;
PCW_CLUSTER_JARS, more jars; PCW_SPARK_JIT, PCW_SPARK_LOG4J, JAVA_HOME as for the server.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from spark.archive import Archive
from spark.jars import scala_version
from spark.java import NoJavaError, find_java
from spark.problems import SettingError
from spark.server import class_path, jvm, spark_home

JVM_VARIABLE = "PCW_CLUSTER_JVM"
JARS_VARIABLE = "PCW_CLUSTER_JARS"


def become(main_class: str, heap: str, work_dir: Path, arguments: list[str]) -> None:
    """Does not return: this process, with its pid, is the service from here on."""
    java, home = find_java(), spark_home()
    scratch = work_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    options = shlex.split(os.environ.get(JVM_VARIABLE) or "")
    options += Archive(home, java).jvm_options()  # most classes are those of a server
    jit = os.environ.get("PCW_SPARK_JIT") or "full"
    # Spark's first: the archive of classes is for them in their order.
    jars = [jar for jar in [class_path(home), os.environ.get(JARS_VARIABLE)] if jar]
    command = [*jvm(java, heap, jit, scratch, *options), main_class, *arguments]
    os.chdir(work_dir)
    environ = {
        **os.environ,
        "CLASSPATH": os.pathsep.join(jars),  # not -cp: 277 jars would drown the command line
        "JAVA_HOME": str(java.home),
        "SPARK_HOME": str(home),
        # A worker asks for it before it starts an executor; pip's Spark has no folder that tells.
        "SPARK_SCALA_VERSION": scala_version(class_path(home)),
        # A folder without settings: those of the service are in the file that it is given.
        "SPARK_CONF_DIR": str(scratch),
        "PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON") or sys.executable,
    }
    os.execve(command[0], command, environ)


def main(arguments: list[str]) -> int:
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        become(arguments[0], arguments[1], Path(arguments[2]), arguments[3:])
    except (NoJavaError, SettingError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
