"""`pyodide-lock.json`, by the models of Pyodide's own library `pyodide-lock`.

The library's other half is not used. What it reads off a wheel would name `google` as the import of
two packages and want grpcio, which the tab has by other means; its search for versions
(`UvPipCompile`) downloads past the machine's mirror and knows no wheels made for a tab (PEP 783).
"""

from __future__ import annotations

import json

from pydantic import ValidationError
from pyodide_lock import PyodideLockSpec
from pyodide_lock.spec import InfoSpec

from builder.constants import PYODIDE_LOCK
from builder.errors import BuildError


class Info(InfoSpec):
    """Of the distribution. Since Pyodide 314 it has no `version`, which the library demands."""

    version: str | None = None  # type: ignore[assignment]


class PyodideLock(PyodideLockSpec):
    """What Pyodide says of each package that it can load, by its name."""

    info: Info

    @classmethod
    def load(cls, text: str | bytes) -> PyodideLock:
        """Raises BuildError: this is no lock, or one of a form that nobody here knows."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BuildError(
                f"{PYODIDE_LOCK} is not as pyodide-lock knows it: {where or 'all of it'}: "
                f"{first['msg']}."
            ) from None

    def dump(self) -> str:
        """As Pyodide writes it."""
        return json.dumps(self.model_dump(exclude_none=True), sort_keys=True)
