"""A deployment's own Spark settings: the file that `PCW_SPARK_CONF` names.

It has the form of Spark's `spark-defaults.conf`, which is that of `java.util.Properties.load`: a
name, blanks or `=` or `:`, a value; `#` and `!` begin comments, a backslash at its end continues
a line. Its settings win over the stack's, but for the few without which the stack does not work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spark.problems import SettingError

VARIABLE = "PCW_SPARK_CONF"

_LINE = re.compile(r"((?:\\.|[^\\\s=:])*)(?:\s*[=:]\s*|\s+|$)(.*)", re.DOTALL)
_NOBODYS = "the stack needs its own value"
_BY_VARIABLE = {
    "spark.master": "SPARK_MASTER",
    "spark.driver.memory": "SPARK_DRIVER_MEMORY",
    "spark.driver.port": "PCW_SPARK_DRIVER_PORT",
    "spark.blockManager.port": "PCW_SPARK_BLOCK_PORT",
    "spark.driver.blockManager.port": "PCW_SPARK_BLOCK_PORT",
    "spark.connect.grpc.binding.address": "BIND",
    "spark.connect.grpc.binding.port": "PCW_SPARK_PORT",
    "spark.connect.authenticate.token": "SPARK_CONNECT_AUTHENTICATE_TOKEN",
    "spark.jars": "PCW_SPARK_JARS",
    "spark.jars.packages": "PCW_SPARK_JARS",
    "spark.driver.extraClassPath": "PCW_SPARK_JARS",
    # The JVM runs by the time that Spark reads its settings: these would do nothing.
    "spark.driver.extraJavaOptions": "JDK_JAVA_OPTIONS",
    "spark.driver.defaultJavaOptions": "JDK_JAVA_OPTIONS",
}
RESERVED: Mapping[str, str] = {
    **{name: f"set the variable {variable} instead" for name, variable in _BY_VARIABLE.items()},
    "spark.connect.grpc.port.maxRetries": _NOBODYS,
    "spark.port.maxRetries": _NOBODYS,
    "spark.connect.execute.reattachable.enabled": _NOBODYS,
    "spark.driver.extraLibraryPath": _NOBODYS,
    "spark.jars.ivy": _NOBODYS,
    "spark.local.dir": _NOBODYS,
    "spark.remote": _NOBODYS,
    "spark.submit.deployMode": _NOBODYS,
}
RESERVED_ON_ONE_MACHINE: Mapping[str, str] = {
    "spark.driver.bindAddress": _NOBODYS,
    "spark.driver.host": _NOBODYS,
}


@dataclass(frozen=True)
class OwnConf:
    """The file and what is in it; without a file there is nothing in it."""

    file: Path | None = None
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, on_one_machine: bool) -> OwnConf:
    """The settings of a file.

    Raises:
        SettingError: it cannot be read, or has a line that Spark or the stack could not use.
    """
    text = _text(path)
    reserved = {**RESERVED, **(RESERVED_ON_ONE_MACHINE if on_one_machine else {})}
    seen: dict[str, int] = {}
    values: dict[str, str] = {}
    for number, line in _logical_lines(text):
        name, value = _parts(line)
        if problem := _problem(name, value, reserved):
            raise SettingError(f"{VARIABLE}, {path}, line {number}: {problem}.")
        if name in seen:
            raise SettingError(
                f"{VARIABLE}, {path}, line {number}: {name} is in line {seen[name]} already; "
                "keep one of them."
            )
        seen[name], values[name] = number, value
    return OwnConf(path, text, values)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problem = "there is no such file: correct the path, or leave the variable out"
    except IsADirectoryError:
        problem = "it is a folder: name a file in it"
    except UnicodeDecodeError:
        problem = "it is no text in UTF-8"
    except OSError as error:
        problem = f"it cannot be read ({error.strerror}): let the user of the server read it"
    raise SettingError(f"{VARIABLE} is {path}, and {problem}.")


def _problem(name: str, value: str, reserved: Mapping[str, str]) -> str:
    """Empty for what Spark can be given. Names that Spark does not know are its plugins'."""
    if not name.startswith("spark."):
        return (
            f"{name or 'this'} is no setting of Spark, whose names begin with `spark.` "
            f"(Hadoop's and Hive's with `spark.hadoop.`)"
        )
    if not value:
        return f"{name} has no value: write `{name} <value>`, or delete the line"
    if name in reserved:
        return f"{name} cannot be set here: {reserved[name]}"
    return ""


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number of the first line, and the text without its continuations."""
    started, whole = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.lstrip()
        if not whole and (not line or line[0] in "#!"):
            continue
        started = started if whole else number
        backslashes = len(line) - len(line.rstrip("\\"))
        whole += line[:-1] if backslashes % 2 else line
        if not backslashes % 2:
            yield started, whole
            whole = ""
    if whole:
        yield started, whole


def _parts(line: str) -> tuple[str, str]:
    match = _LINE.match(line)
    name, value = match.groups() if match else (line, "")
    return _unescaped(name), _unescaped(value).strip()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
