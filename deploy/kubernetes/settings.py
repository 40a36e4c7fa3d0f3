"""What a cluster's deployment is told by its owner: `team.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

_GROUP = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_ADDRESSES = ("url", "issuer", "authorization", "token", "jwks")


class SettingsError(ValueError):
    """The file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Settings:
    """`team.toml` says what each is."""

    url: str
    issuer: str
    authorization: str
    token: str
    jwks: str
    client_id: str
    audiences: tuple[str, ...]
    queries_per_user: int = 0
    group_claim: str = "group"
    groups: tuple[str, ...] = ()


def read(path: Path) -> Settings:
    """The settings of a file.

    Raises:
        SettingsError: it cannot be read, or has a value that is of no use.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as TOML ({error}).") from error
    try:
        return _checked(found)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None


def _checked(found: dict[str, Any]) -> Settings:
    known = {each.name: each for each in fields(Settings)}
    for name in found.keys() - known.keys():
        raise SettingsError(f"{name} is no setting; there are {', '.join(known)}.")
    for name in known.keys() - {"queries_per_user", "group_claim", "groups"} - found.keys():
        raise SettingsError(f"{name} is missing.")
    for name, value in found.items():
        _check(name, value)
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return Settings(**{**found, **lists})


def _check(name: str, value: object) -> None:
    if name == "queries_per_user":
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise SettingsError(f"{name} is {value!r}; write a number from 0.")
    elif name in ("audiences", "groups"):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise SettingsError(f"{name} is {value!r}; write a list of texts.")
        if name == "audiences" and not value:
            raise SettingsError("audiences is empty; name the one that tokens are made for.")
        for group in value if name == "groups" else ():
            if not _GROUP.fullmatch(group):
                raise SettingsError(
                    f"the group {group!r} cannot be part of a namespace's name: use small "
                    "letters, digits and hyphens, 40 at most."
                )
        if len(set(value)) < len(value):
            raise SettingsError(f"{name} has one twice.")
    elif not isinstance(value, str) or not value or not value.isprintable():
        raise SettingsError(f"{name} is {value!r}; write a text.")
    elif name in _ADDRESSES and not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", value):
        raise SettingsError(f"{name} is {value!r}; write an address that begins with https://.")
    elif name == "url" and value.endswith("/"):
        raise SettingsError(f"url is {value!r}; write it without the slash at its end.")
