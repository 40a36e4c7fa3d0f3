"""The lock of the running Pyodide: which wheels the site has, and which are loaded.

https://pyodide.org/en/stable/usage/api/js-api.html#pyodide.lockfile
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DEFAULT_CHANNEL = "default channel"
"""What Pyodide notes for a package of its lock in ``loadedPackages``."""


@dataclass(frozen=True)
class Wheel:
    """A wheel of the site; ``url`` is absolute."""

    name: str
    url: str
    sha256: str


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
        base_url = str(pyodide_js.lockfileBaseUrl or pyodide_js._api.config.packageBaseUrl)
        return cls(packages, base_url, pyodide_js.loadedPackages)

    def wheels_for(self, module: str) -> list[Wheel]:
        """The wheels that ``import module`` still needs, dependencies first."""
        name = self._by_import.get(module.partition(".")[0])
        return [self._wheel(one) for one in self._closure(name)] if name else []

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
