"""The lock of the running Pyodide: which wheels the site has, and which are loaded.

https://pyodide.org/en/stable/usage/api/js-api.html#pyodide.lockfile
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bridge.site_file import read_site, site_root

DEFAULT_CHANNEL = "default channel"
"""What Pyodide notes for a package of its lock in ``loadedPackages``."""


_OWN_NAME = "pyspark-connect-web"
"""In the lock of each site that our own builder made."""


@dataclass(frozen=True)
class Wheel:
    """A wheel of the site; ``url`` is absolute."""

    name: str
    url: str
    sha256: str


def _of_another_build() -> dict[str, Any]:
    """The wheels that somebody's ``jupyter lite build`` put into the site, as our addon noted."""
    root, wheels = site_root(), read_site().get("wheels", {})
    return {
        name: {**wheel, "file_name": f"{root}{wheel['file_name']}"}
        for name, wheel in wheels.items()
    }


class SiteLock:
    """Packages of a lock file (``packages`` of ``pyodide-lock.json``)."""

    def __init__(self, packages: dict[str, Any], base_url: str, loaded: Any) -> None:
        self._packages = packages
        self._base_url = base_url
        self._loaded = loaded
        self._by_import = {
            module: name for name, package in packages.items() for module in package["imports"]
        }

    @classmethod
    def of_this_kernel(cls) -> SiteLock:
        """The lock that this Pyodide was started with."""
        import pyodide_js

        packages = pyodide_js.lockfile.packages.to_py()
        if _OWN_NAME not in packages:
            packages = _of_another_build() | packages
        base_url = str(pyodide_js.lockfileBaseUrl or pyodide_js._api.config.packageBaseUrl)
        return cls(packages, base_url, pyodide_js.loadedPackages)

    def wheels_for(self, module: str) -> list[Wheel]:
        """The wheels that ``import module`` still needs, dependencies first.

        Where several share a namespace (``azure.core``, ``azure.storage``), the lock names their
        parts of it: a part needs the wheel that has it, the namespace needs them all.
        """
        order: list[str] = []
        for name in self._packages_of(module):
            order += [one for one in self._closure(name) if one not in order]
        return [self._wheel(one) for one in order]

    def lacks(self, module: str) -> bool:
        """Whether there are any; costs less than to name them."""
        return any(self._closure(name) for name in self._packages_of(module))

    def _packages_of(self, module: str) -> list[str]:
        if "." in module:
            return [self._by_import[module]] if module in self._by_import else []
        if module in self._by_import:
            return [self._by_import[module]]
        parts = (part for part in self._by_import if part.startswith(f"{module}."))
        return [self._by_import[part] for part in sorted(parts)]

    def versions(self, *names: str) -> dict[str, str]:
        """The versions of those packages that the site has."""
        return {name: self._packages[name]["version"] for name in names if name in self._packages}

    def mark_loaded(self, name: str) -> None:
        """Tell Pyodide, so that it does not load the package again."""
        setattr(self._loaded, name, DEFAULT_CHANNEL)

    def _closure(self, name: str, seen: frozenset[str] = frozenset()) -> list[str]:
        if name in seen or hasattr(self._loaded, name) or name not in self._packages:
            return []
        order: list[str] = []
        for dependency in self._packages[name]["depends"]:
            order += [x for x in self._closure(dependency, seen | {name}) if x not in order]
        return [*order, name]

    def _wheel(self, name: str) -> Wheel:
        import js

        package = self._packages[name]
        url = str(js.URL.new(package["file_name"], self._base_url).href)
        return Wheel(name, url, package["sha256"])
