"""``%pip list``, ``freeze``, ``show`` and ``uninstall``, of which piplite knows none.

It would run nothing and say nothing.
"""

from __future__ import annotations

from functools import wraps
from importlib import metadata
from typing import Any

INSTALL = "install"


def answer_other_actions(module: Any) -> None:
    """``module`` is ``piplite.cli``, which makes the code that a line with ``%pip`` becomes."""
    plain = module.get_transformed_code

    @wraps(plain)
    async def transform(argv: list[str]) -> str | None:
        words = [word for word in argv if not word.startswith("-")]
        if words[:1] == [INSTALL]:
            return await plain(argv)  # type: ignore[no-any-return]
        return f"__import__({__name__!r}, fromlist=['run']).run({words!r})\n"

    module.get_transformed_code = transform


def run(words: list[str]) -> None:
    """Carry out an action of pip other than ``install``, and print what it says."""
    action, *names = words or [""]
    if action in _ACTIONS:
        _ACTIONS[action](names)
    else:
        known = ", ".join(["%pip install", *(f"%pip {name}" for name in _ACTIONS)])
        print(f"%pip {action}".strip(), f"does nothing in a browser tab: there are {known}.")


def _installed() -> list[tuple[str, str]]:
    found = {dist.metadata["Name"]: dist.version for dist in metadata.distributions()}
    return sorted(found.items(), key=lambda one: one[0].lower())


def _list(names: list[str]) -> None:
    packages = _installed()
    width = max([len("Package"), *(len(name) for name, _ in packages)])
    for name, version in [("Package", "Version"), ("-" * width, "-" * len("Version")), *packages]:
        print(f"{name:<{width}} {version}")


def _freeze(names: list[str]) -> None:
    for name, version in _installed():
        print(f"{name}=={version}")


def _show(names: list[str]) -> None:
    for name in names:
        try:
            about: Any = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            print(f"WARNING: Package(s) not found: {name}")
            continue
        for field in ("Name", "Version", "Summary", "Home-page", "License"):
            print(f"{field}: {about.get(field, '')}")
        print(f"Requires: {', '.join(about.get_all('Requires-Dist', []))}")


def _uninstall(names: list[str]) -> None:
    import micropip

    for name in names:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            print(f"WARNING: Skipping {name} as it is not installed.")
            continue
        micropip.uninstall(name)
        print(f"Successfully uninstalled {name}-{version}; restart the kernel if it was imported.")


_ACTIONS = {"list": _list, "freeze": _freeze, "show": _show, "uninstall": _uninstall}
