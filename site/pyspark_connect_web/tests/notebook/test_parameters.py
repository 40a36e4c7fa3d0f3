"""Which variables a statement may mean, and what is said where one is missing."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark_connect_web.notebook.parameters import Arguments, explain_unbound, names


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select :a, :b where x=:a", ["a", "b"]),
        ("select : a /* c */ , :/* c */b", ["a", "b"]),
        ("select :`odd name`", ["odd name"]),
        ("select ':a', \":b\", `:c`, r':d' -- :e\n/* :f */", []),
        ("select 1::int, $a, {b}", []),
        ("select x::int, :y", ["y"]),
        ("select cast(null as struct<a:int>), :b", ["int", "b"]),
    ],
)
def test_a_name_after_a_colon_may_be_a_parameter(statement: str, expected: list[str]) -> None:
    assert names(statement) == expected


class Unbound(Exception):
    def __init__(self, condition: str, name: str) -> None:
        self.condition, self.name = condition, name

    def getCondition(self) -> str:
        return self.condition

    def getMessageParameters(self) -> dict[str, Any]:
        return {"name": self.name}


def test_a_missing_variable_is_named_in_one_sentence() -> None:
    said = explain_unbound(Unbound("UNBOUND_SQL_PARAMETER", "day"), Arguments({}, {}))
    assert said is not None
    assert ":day" in said
    assert "\n" not in said


def test_a_variable_that_is_no_value_says_what_pyspark_says_of_it() -> None:
    given = Arguments({}, {"df": TypeError("Unsupported\nDataType")})
    said = explain_unbound(Unbound("UNBOUND_SQL_PARAMETER", "df"), given)
    assert said == "The variable df cannot be the value of :df. Unsupported DataType"


def test_another_error_is_not_explained() -> None:
    assert explain_unbound(Unbound("DIVIDE_BY_ZERO", "a"), Arguments({}, {})) is None
