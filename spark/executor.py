#!/usr/bin/env python3
"""Starts an executor in a pod that Spark's driver made; the process becomes the JVM.

    python -m spark.executor executor

What it is to be is in the environment (`SPARK_DRIVER_URL`, `SPARK_EXECUTOR_ID` and others), as
Spark's own images read it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from spark.java import Java, NoJavaError, find_java
from spark.problems import SettingError
from spark.server import CONF_DIR, class_path, module_options, spark_home

BACKEND = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
# Spark 4.2 reads its secret from a file only where this is set, and tells an executor too late.
MASTER = "-Dspark.master=k8s://"
_OPTION = re.compile(r"SPARK_JAVA_OPT_(\d+)")
_ARGUMENTS = {
    "--driver-url": "SPARK_DRIVER_URL",
    "--executor-id": "SPARK_EXECUTOR_ID",
    "--cores": "SPARK_EXECUTOR_CORES",
    "--app-id": "SPARK_APPLICATION_ID",
    "--hostname": "SPARK_EXECUTOR_POD_IP",
    "--resourceProfileId": "SPARK_RESOURCE_PROFILE_ID",
    "--podName": "SPARK_EXECUTOR_POD_NAME",
}


def command(environ: Mapping[str, str], java: Java) -> list[str]:
    """What to run.

    Raises:
        SettingError: Spark's driver did not make this pod.
    """
    names = [*_ARGUMENTS.values(), "SPARK_EXECUTOR_MEMORY", "SPARK_LOCAL_DIRS"]
    if missing := [name for name in names if not environ.get(name)]:
        raise SettingError(
            f"{', '.join(missing)}: not set. An executor is started by Spark's driver, in a pod "
            "that it makes; deploy/kubernetes has the template."
        )
    found = ((_OPTION.fullmatch(name), value) for name, value in environ.items())
    options = sorted((int(match[1]), value) for match, value in found if match)
    memory = environ["SPARK_EXECUTOR_MEMORY"]
    return [
        str(java.executable),
        *(f"-Xms{memory}", f"-Xmx{memory}", "-XX:+ExitOnOutOfMemoryError"),
        *module_options(java),
        *(value for _, value in options),
        MASTER,
        "-Dlog4j2.configurationFile=" + str(CONF_DIR / "log4j2.properties"),
        BACKEND,
        *(part for flag, name in _ARGUMENTS.items() for part in (flag, environ[name])),
    ]


def environment(environ: Mapping[str, str], home: Path, java: Java) -> dict[str, str]:
    return {
        **environ,
        "CLASSPATH": class_path(home),
        "JAVA_HOME": str(java.home),
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(CONF_DIR),
        "PYSPARK_PYTHON": environ.get("PYSPARK_PYTHON") or sys.executable,
    }


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if given != ["executor"]:
        print(__doc__, file=sys.stdout if given in (["-h"], ["--help"]) else sys.stderr)
        return 0 if given in (["-h"], ["--help"]) else 2
    try:
        java, home = find_java(), spark_home()
        line = command(os.environ, java)
        variables = environment(os.environ, home, java)
        # An executor puts the jars that it fetches where it is, and the image is read-only.
        os.chdir(os.environ["SPARK_LOCAL_DIRS"].split(",")[0])
        sys.stdout.flush()
        os.execve(line[0], line, variables)
    except (NoJavaError, SettingError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
