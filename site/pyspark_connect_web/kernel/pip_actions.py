"""``%pip list``, ``freeze``, ``show``, ``uninstall``, ``install -U``: piplite knows none of them.

It would run nothing and say nothing, and so it would where ``install`` has any other option that it
does not know.
"""

from __future__ import annotations

import re
from functools import wraps
from importlib import metadata
from typing import Any

from ..packages import SiteLock
from ..stand_ins.requesters import normal_name

INSTALL = "install"
_UPGRADE = frozenset({"-U", "--upgrade"})
_REINSTALL = "--force-reinstall"


def answer_other_actions(module: Any) -> None:
    """``module`` is ``piplite.cli``, which makes the code that a line with ``%pip`` becomes."""
    plain = module.get_transformed_code

    @wraps(plain)
    async def transform(argv: list[str]) -> str | None:
        words = [word for word in argv if not word.startswith("-")]
        if words[:1] != [INSTALL]:
            return _calling("run", words)
        known = [_REINSTALL if word in _UPGRADE else word for word in argv]
        if (await module.get_action_kwargs(known))[0] is None:
            return _calling("say_options", argv)
        code = await plain(known)
        if known == argv:
            return code  # type: ignore[no-any-return]
        # One line: only its first one has the indentation of the cell's.
        return "; ".join(filter(None, [code.strip(), _calling("say_versions", words[1:])]))

    module.get_transformed_code = transform


def _calling(function: str, words: list[str]) -> str:
    return f"__import__({__name__!r}, fromlist=[{function!r}]).{function}({words!r})\n"


def say_options(argv: list[str]) -> None:
    """Nothing was installed."""
    print(
        f"%pip {' '.join(argv)} did nothing: in a browser tab install takes names and wheels, and "
        "the options -r FILE, -q, -v, -U, --pre, --no-deps and --force-reinstall."
    )


def say_versions(requirements: list[str]) -> None:
    """After ``install -U``: what is the site's stays as it is."""
    for requirement in requirements:
        name = normal_name(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])
        version = SiteLock.of_this_kernel().versions(name).get(name)
        if version is not None:
            print(f"{name} {version} is the one version that this site has, and -U finds no other.")


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
