"""What a user wants in the site beside what it has: `PACKAGES`, `CONTENT`, `PYPI`.

Needs the standard library only: `builder.current` asks it too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypedDict

from builder.digest import sha256_tree
from builder.errors import BuildError
from builder.inputs import read_tree
from builder.settings import SITE
from builder.wheel_contents import normalized

ALLOW = "allow"
# A line of a requirements file ends in a comment, which begins with a space.
COMMENT = re.compile(r"(^|\s)#.*$")
FILE = re.compile(r"[/\\]|\.(txt|in)$")
ADDRESS = re.compile(r"@|://|^\.{0,2}/|\.whl$|\.tar\.gz$|\.zip$")
HASH = re.compile(r"\s--hash[= ](?P<hash>\S+)")
# PEP 508: a name, extras, then what its version has to be, then a marker.
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*([~=!<>(].*)?(;.*)?"
)


class RequestedOptions(TypedDict):
    """The fields of :class:`builder.settings.Options` that these three become."""

    packages: tuple[str, ...]
    content: Path | None
    pypi: bool


def requested_options(
    packages: str | None, content: str | Path | None, pypi: str | None
) -> RequestedOptions:
    """Raises BuildError for what makes no sense."""
    if pypi not in (None, "", ALLOW):
        raise BuildError(f"PYPI={pypi} says nothing: write PYPI={ALLOW}, or leave it out.")
    folder = Path(content).absolute() if content else None
    if folder is not None and not folder.is_dir():
        raise BuildError(f"CONTENT={content} is no folder: name one that has your notebooks.")
    if folder is not None and tree(folder) == tree(SITE / "content"):
        folder = None  # what every site has
    return RequestedOptions(packages=read_packages(packages), content=folder, pypi=pypi == ALLOW)


def tree(folder: Path) -> str:
    return sha256_tree(read_tree(folder))


def read_packages(given: str | None) -> tuple[str, ...]:
    """The requirements, one each, as a requirements file has them; a file is read."""
    words = (given or "").split()
    if len(words) == 1 and (FILE.search(words[0]) and not words[0].endswith(".whl")):
        return tuple(check(line, words[0]) for line in lines_of(Path(words[0])))
    return tuple(check(word, "PACKAGES") for word in words)


def lines_of(path: Path) -> list[str]:
    """The lines of a requirements file that say something, continued ones as one."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BuildError(
            f"PACKAGES names the file {path}, which does not exist: name a requirements file, or "
            'packages, as in PACKAGES="plotly seaborn".'
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"PACKAGES names {path}, which cannot be read: {error}.") from None
    lines = text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    return [line for line in (COMMENT.sub("", line).strip() for line in lines) if line]


def check(line: str, where: str) -> str:
    """`line`, if it is a requirement by name."""
    bare = HASH.sub("", f" {line}").strip()
    if bare.startswith("-"):
        raise BuildError(
            f"{where} has the option {bare.split()[0]}, which a site cannot be built from: write "
            "requirements only, and name mirrors in the configuration of pip."
        )
    if ADDRESS.search(bare.partition(";")[0]):
        raise BuildError(
            f"{where} has {bare}, an address or a file: a site takes packages by name, "
            "and a notebook takes a wheel that was dropped into its file browser."
        )
    if not REQUIREMENT.fullmatch(bare):
        raise BuildError(
            f"{where} has {bare}, which is no requirement: write a name, and a version without "
            "spaces if it matters, as in plotly>=6."
        )
    return line


def name_of(requirement: str) -> str:
    """The normalized name of a checked requirement."""
    match = REQUIREMENT.fullmatch(without_hashes(requirement))
    assert match is not None
    return normalized(match["name"])


def without_hashes(requirement: str) -> str:
    return HASH.sub("", f" {requirement}").strip()


def hashes_of(requirement: str) -> frozenset[str]:
    """The sha256 that a wheel may have by this line; none says any."""
    found = (match["hash"] for match in HASH.finditer(f" {requirement}"))
    return frozenset(one.removeprefix("sha256:") for one in found if one.startswith("sha256:"))
