"""What the reference reads differently from Griffe: an extension of it, named in mkdocs.yml."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension  # type: ignore[import-not-found, unused-ignore]

_ROLE = re.compile(r":(?:class|data|func|meth|mod):`~?([^`]+)`")


class Docstrings(Extension):  # type: ignore[misc, unused-ignore]
    """Roles of Sphinx are plain code; a function wins over the module of its name, as in Python."""

    def __init__(self) -> None:
        super().__init__()
        self._functions: list[Any] = []

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = _ROLE.sub(r"`\1`", obj.docstring.value)

    def on_function_instance(self, *, func: Any, **_: Any) -> None:
        if func.parent.is_module:
            self._functions.append(func)

    def on_package(self, *, pkg: Any, **_: Any) -> None:
        for function in self._functions:
            named = function.parent.members.get(function.name)
            if named is not None and not named.is_alias and named.is_module:
                function.parent.members[function.name] = function
