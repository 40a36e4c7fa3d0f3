"""A copy of the project in a temporary folder, in which one file at a time is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from e2e.mutants.mutation import Mutation


@dataclass(frozen=True)
class Project:
    """What is copied of it, and how a copy is made ready."""

    root: Path
    linked: Sequence[str] = ()
    """Installed things that no test and no mutation touches: links to those of the project."""
    copied: Sequence[str] = ()
    """Installed folders, where they are there, that something may install anew."""
    built: str = ""
    """A folder that a build replaces as a whole; the tests build it anew after a change."""
    build: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict)


class Copy:
    """One copy; only one process may use it at a time."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.root = folder / "project"
        self._built = folder / "built"

    def make(self) -> None:
        """All files that git knows or would take, the links, and what is built already."""
        for name in _files(self.project.root):
            source, target = self.project.root / name, self.root / name
            if source.is_symlink() or source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        for name in self.project.linked:
            source, target = self.project.root / name, self.root / name
            if source.exists() and not target.is_symlink():
                target.symlink_to(source.resolve())
        for name in filter(None, (*self.project.copied, self.project.built)):
            if (self.project.root / name).is_dir():
                shutil.copytree(self.project.root / name, self.root / name, symlinks=True)

    @property
    def environ(self) -> dict[str, str]:
        """Of every command in the copy."""
        return {**os.environ, **self.project.environ}

    def keep_built(self) -> None:
        """Remember what is built as that of the unchanged sources."""
        if self.project.built:
            shutil.copytree(self.root / self.project.built, self._built, copy_function=os.link)

    @contextmanager
    def mutated(self, mutation: Mutation) -> Iterator[None]:
        """Within, the file has the change.

        Raises:
            NotApplied: it cannot have.
        """
        path = self.root / mutation.file
        text = mutation.mutated(self.root)
        original = path.read_bytes()
        path.write_text(text, "utf-8")
        try:
            yield
        finally:
            path.write_bytes(original)
            self._restore_built()

    def _restore_built(self) -> None:
        if self._built.is_dir():
            built = self.root / self.project.built
            shutil.rmtree(built, ignore_errors=True)
            shutil.copytree(self._built, built, copy_function=os.link)


def _files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]
