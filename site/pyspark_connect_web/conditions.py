"""What a page needs, and what to do where it is missing: the table that the site's pages read too.

``conditions.json`` is in the site's root as ``pcw_conditions.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

SIGNED_IN_PAGE = "pcw-signed-in.html"
"""A page behind the login, in the site's root: who sees it has signed in."""


@cache
def table() -> dict[str, Any]:
    """The whole table."""
    text = files(__package__).joinpath("conditions.json").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def header_faults(response: str, header: Callable[[str], str | None]) -> list[str]:
    """What is wrong with the headers of the ``"page"`` or the ``"worker script"``; ``header``
    gives a header's value.
    """
    faults = []
    for one in table()["headers"]:
        found = header(one["name"]) if one["response"] == response else one["wanted"]
        # Two hosts in a row that both set it give "same-origin, same-origin", which is none.
        if (found or "").split(";")[0].strip() not in one["accepted"]:
            kind = "wrong" if found else "missing"
            faults.append(table()[kind].format(**one, found=found))
    return faults


def login_sentence(reason: str, origin: str, root: str) -> str:
    """What there is to say about the login at ``origin``; ``root`` is the address of the site.

    ``reason`` is ``login-ended``, ``login-untimely``, ``signed-out`` or ``none``.
    """
    text: str = table()["login"][reason]
    return text.format(origin=origin, url=f"{root}{SIGNED_IN_PAGE}")


def cure(host: str | None, origin: str) -> str:
    """What brings the headers back on a host."""
    cures = table()["cures"]
    text: str = cures.get(host or "", cures[""])
    return text.format(origin=origin)
