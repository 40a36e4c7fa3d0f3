"""A small change of a source file that named tests have to notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENGINE = "engine"
"""What a mutation of containers needs: a Docker engine, and `STACK=compose`."""


class NotApplied(ValueError):
    """The text to be changed is not in its file exactly once; the message says where."""


@dataclass(frozen=True)
class Mutation:
    """One change, and who has to notice it."""

    name: str
    breaks: str
    """What no longer holds, in words."""
    file: str
    """Relative to the project's folder."""
    before: str
    """Occurs exactly once in the file."""
    after: str
    tests: tuple[str, ...]
    """Node ids, of which at least one has to fail. As few as needed: each mutation runs them."""
    in_setup: bool = False
    """The tests' fixtures notice it first, as where starting is the subject: their errors count."""
    needs: str = ""

    def mutated(self, root: Path) -> str:
        """The file's text, changed.

        Raises:
            NotApplied: the file is not there, or has the text not exactly once.
        """
        path = root / self.file
        if not path.is_file():
            raise NotApplied(f"{self.file} does not exist")
        text = path.read_text("utf-8")
        if (found := text.count(self.before)) != 1:
            raise NotApplied(f"its text is {found} times in {self.file}")
        return text.replace(self.before, self.after)

    @property
    def test_files(self) -> set[str]:
        return {test.partition("::")[0] for test in self.tests}

    def mentions(self, words: str) -> bool:
        """Whether its name, its file or a test of it has these words."""
        return any(words in text for text in (self.name, self.file, *self.tests))
