"""Messages as a server of 4.2 sends them, and what a cell shows of them."""

from __future__ import annotations

from pyspark_connect_web.notebook.spark_errors import sentence


def test_the_plan_is_left_out_and_the_position_stays() -> None:
    message = (
        "[UNRESOLVED_COLUMN] A column `nope` cannot be resolved. SQLSTATE: 42703; line 4 pos 10;\n"
        "'Project ['nope]\n+- Range (0, 3, step=1)\n"
    )
    assert sentence(message) == message.partition(";\n")[0]


def test_of_a_statement_at_its_place_the_blank_lines_are_left_out() -> None:
    message = (
        "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'. SQLSTATE: 42601 (line 4, pos 3)"
        "\n\n== SQL ==\n\n \n\n   selec 1\n---^^^\n"
    )
    assert sentence(message).endswith("(line 4, pos 3)\n\n== SQL ==\n   selec 1\n---^^^")


def test_the_servers_stack_trace_is_left_out() -> None:
    assert sentence("[A] b\n\nJVM stacktrace:\norg.apache.Spark\n\tat x") == "[A] b"
