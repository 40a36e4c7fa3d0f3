"""What an entry of the list of platform-dependent places says, and how a list is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .platform_names import Found


class Entry(Protocol):
    """What is said of some places; ``lines`` as in :class:`Use`."""

    @property
    def lines(self) -> str: ...

    def covers(self, found: Found) -> bool:
        """Whether it speaks of this use."""

    def unmet(self, found: Iterable[Found]) -> set[str]:
        """What it names and no use has."""


@dataclass(frozen=True)
class Use:
    """Uses that are the same matter.

    ``places`` are ``module:function,function``, separated by spaces, and ``names`` are what is used
    there; nothing in them is a pattern. Either ``adapted`` names the function of ``native_numbers``
    or the module of ``client/`` that makes it as natively, or ``because`` says why a tab has no
    difference that could be seen.
    """

    places: str
    names: str
    natively: str
    in_a_tab: str
    adapted: str = ""
    because: str = ""
    lines: str = ""
    """The release lines that have it, separated by spaces, where not all have."""

    def covers(self, found: Found) -> bool:
        """Whether it speaks of this use."""
        return found.place in self._places() and found.name in self.names.split()

    def unmet(self, found: Iterable[Found]) -> set[str]:
        """The places and the names that no use has."""
        met = [one for one in found if self.covers(one)]
        named = self._places() | set(self.names.split())
        return named - {one.place for one in met} - {one.name for one in met}

    def _places(self) -> set[str]:
        split = (one.partition(":") for one in self.places.split())
        return {f"{module}:{one}" for module, _, several in split for one in several.split(",")}


@dataclass(frozen=True)
class Elsewhere:
    """Modules of which a tab executes nothing that matters; ``lines`` as in :class:`Use`."""

    modules: str
    because: str
    lines: str = ""

    def covers(self, found: Found) -> bool:
        """Whether it speaks of this use."""
        return found.place.partition(":")[0] in self.modules.split()

    def unmet(self, found: Iterable[Found]) -> set[str]:
        """The modules that have no use."""
        return set(self.modules.split()) - {one.place.partition(":")[0] for one in found}


def unlisted(entries: Sequence[Entry], found: Iterable[Found], line: str) -> list[Found]:
    """The uses of a release line, such as ``4.2``, that no entry speaks of."""
    of_line = _of_line(entries, line)
    return sorted(one for one in found if not any(entry.covers(one) for entry in of_line))


def gone(entries: Sequence[Entry], found: Iterable[Found], line: str) -> list[str]:
    """What entries name and that release line has not."""
    uses = list(found)
    return sorted({name for entry in _of_line(entries, line) for name in entry.unmet(uses)})


def _of_line(entries: Sequence[Entry], line: str) -> list[Entry]:
    return [entry for entry in entries if not entry.lines or line in entry.lines.split()]
