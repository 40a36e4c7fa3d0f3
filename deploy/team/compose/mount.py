"""Folders that containers see, read-only: filled here, each file readable by its reader alone."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.shared.files import fresh_beside, swap

PRIVATE, PUBLIC = 0o400, 0o444


@dataclass(frozen=True)
class Owner:
    """As whom a container reads what nobody else may."""

    uid: int
    gid: int

    @classmethod
    def of_secrets(cls, image: int) -> Owner:
        """Root gives them to the image's user; everybody else starts the container as himself."""
        uid, gid = os.getuid(), os.getgid()
        return cls(uid, gid) if uid else cls(image, image)

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"


@dataclass(frozen=True)
class Mount:
    """One container's folder. It stays the same folder: a container that runs has it mounted."""

    folder: Path
    owner: Owner | None = None
    """None: everybody may read it, there is no secret in it."""

    @property
    def version(self) -> str:
        """Another one when a file was changed that its container does not read again by itself.

        By chance, not of the contents: it is no help to who would guess a secret.
        """
        return self._note.read_text() if self._note.exists() else ""

    def put(self, files: Mapping[str, bytes], pair: Mapping[str, bytes] | None = None) -> None:
        """These files, and no others; ``pair`` goes into `tls`, swapped as a whole."""
        self._make_folder(self.folder)
        gone = {path.name for path in self.folder.iterdir() if path.is_file()} - files.keys()
        changed = bool(gone)
        for name in gone:
            (self.folder / name).unlink()
        for name, content in files.items():
            changed = self._write(self.folder / name, content) or changed
        if changed or not self.version:
            self._note.write_text(secrets.token_hex(8))
        if pair:
            self._swap(self.folder / "tls", pair)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.version")

    def _write(self, path: Path, content: bytes) -> bool:
        """Whether it is another content now; readable for nobody else from the first moment."""
        path.parent.mkdir(exist_ok=True)
        if path.exists() and path.read_bytes() == content:
            return False
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        mode = PRIVATE if self.owner else PUBLIC
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)
            self._give(file.fileno())
            file.write(content)
        new.replace(path)
        return True

    def _swap(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """A certificate and its key change at once, or a server would see one of each."""
        if folder.exists() and all(
            (folder / name).exists() and (folder / name).read_bytes() == content
            for name, content in files.items()
        ):
            return
        new = fresh_beside(folder)
        self._make_folder(new)
        for name, content in files.items():
            self._write(new / name, content)
        swap(folder)

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.owner is None:
            folder.chmod(0o755)
        else:
            self._give(folder)

    def _give(self, what: int | Path) -> None:
        if self.owner and os.getuid() == 0:
            os.chown(what, self.owner.uid, self.owner.gid)
