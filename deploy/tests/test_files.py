"""Files and folders that change at once, and secrets that nobody else ever reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deploy.shared.files import fresh_beside, swap, write_private


def test_a_private_file_is_its_owners_alone_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "secret"
    write_private(file, "one")
    file.chmod(0o644)
    write_private(file, b"two")
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["secret"]


def test_a_private_file_that_cannot_be_written_leaves_the_one_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    write_private(file, "one")

    def full(*_: object) -> None:
        raise OSError("no space is left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space is left"):
        write_private(file, "two")
    assert file.read_text() == "one"


def test_a_folder_is_swapped_as_a_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    for content in ("one", "two"):
        (tmp_path / "tls.old").mkdir(exist_ok=True)  # what a crash left
        fresh_beside(folder).mkdir()
        (tmp_path / "tls.new" / f"{content}.crt").write_text(content)
        swap(folder)
    assert [path.name for path in folder.iterdir()] == ["two.crt"]
    assert os.listdir(tmp_path) == ["tls"]
