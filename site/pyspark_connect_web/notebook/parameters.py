"""``:name`` in a statement, with the notebook's value for it.

Spark's own parser decides what is a parameter: a colon before a word is one in ``id = :id`` and
none in ``struct<id: int>``. So every word that could be one and that names a variable is given to
``spark.sql(…, args=…)``, and what Spark does not need it does not look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .tokens import Kind, tokens

_UNBOUND = "UNBOUND_SQL_PARAMETER"


@dataclass(frozen=True)
class Arguments:
    """Values by name, and why other variables cannot be values."""

    values: dict[str, Any]
    refused: dict[str, Exception]


def names(statement: str) -> list[str]:
    """What could be the name of a parameter, each once, in order."""
    found: dict[str, None] = {}
    after_colon = False
    for token in tokens(statement):
        if not token.says_something:
            continue
        if after_colon and token.kind is Kind.WORD:
            found[token.text] = None
        elif after_colon and token.kind is Kind.QUOTED:
            found[token.text[1:-1].replace("``", "`")] = None
        after_colon = token.is_symbol(":")
    return list(found)


def arguments(statement: str, variables: Mapping[str, Any]) -> Arguments:
    """The variables that a statement may mean. Each is taken as ``pyspark`` takes a literal."""
    values: dict[str, Any] = {}
    refused: dict[str, Exception] = {}
    for name in names(statement):
        if name not in variables:
            continue
        from pyspark.sql import functions

        try:
            functions.lit(variables[name])
        except Exception as error:  # noqa: BLE001 - whatever PySpark says of such a value
            refused[name] = error
        else:
            values[name] = variables[name]
    return Arguments(values, refused)


def explain_unbound(error: Any, given: Arguments) -> str | None:
    """The sentence for a parameter that has no value, or None for any other error."""
    if error.getCondition() != _UNBOUND:
        return None
    name = str((error.getMessageParameters() or {}).get("name", ""))
    if name in given.refused:
        reason = re.sub(r"\s+", " ", str(given.refused[name])).strip()
        return f"The variable {name} cannot be the value of :{name}. {reason}"
    return (
        f"The statement asks for :{name}, and the notebook has no variable of this name: "
        f"give it a value, as in `{name} = 1`, and run the cell again."
    )
