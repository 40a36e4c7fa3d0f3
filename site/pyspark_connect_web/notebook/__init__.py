"""What notebooks have beside Python: SQL cells, tables of DataFrames, a look into the catalog."""

from __future__ import annotations

import sys
from typing import Any

from .displays import Displays


def equip(shell: Any) -> None:
    """Give a kernel's shell its magics and displays. It imports little: few cells need them."""
    displays = Displays(shell)

    def sql(line: str, cell: str | None = None, local_ns: Any = None) -> Any:
        """Run SQL on the notebook's Spark session; `%sql --help` lists the options."""
        from .sql_magic import run

        return run(shell, displays, line, cell, local_ns or {})

    from IPython.core.magic import needs_local_scope, no_var_expand

    # `$` and `{}` are SQL's here, and `:name` may be a variable of a function.
    shell.register_magic_function(no_var_expand(needs_local_scope(sql)), magic_kind="line_cell")
    _complete_sql(shell)


def _complete_sql(shell: Any) -> None:
    kernel = shell.kernel
    plain = kernel.complete

    def complete(code: str, cursor_pos: int | None) -> Any:
        if "%sql" in code:
            from .completion import complete_sql

            answer = complete_sql(shell, code, cursor_pos)
            if answer is not None:
                return answer
        return plain(code, cursor_pos)

    def forget(*_: object) -> None:
        """A cell may have made tables."""
        module = sys.modules.get(f"{__name__}.completion")
        if module is not None:
            module.forget()

    kernel.complete = complete
    shell.events.register("post_run_cell", forget)


def catalog(path: str = "") -> Any:
    """A look into what the session knows: ``pcw.catalog()`` lists the catalogs,
    ``pcw.catalog("spark_catalog.default")`` the tables, views and functions of a database,
    ``pcw.catalog("spark_catalog.default.trips")`` the columns of a table.

    Nothing is asked for before it is shown. Levels open by name too:
    ``pcw.catalog()["spark_catalog"]["default"]``.

    Raises:
        NoSessionError: there is no session yet.
    """
    from .catalog import open_path

    return open_path(path)
