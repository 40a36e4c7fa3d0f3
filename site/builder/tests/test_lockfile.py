"""The committed lock: complete, consistent with the pins, free of addresses."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from builder.constants import (
    CONNECT_PRELOAD,
    KERNEL_PRELOAD,
    OWN_NAME,
    PIPLITE_WHEELS,
    PYODIDE_CORE_FILES,
    PYSPARK_NAME,
    REGISTRY_AND_OFFICIAL_WHEELS,
    SCIENCE_WHEELS,
)
from builder.errors import BuildError
from builder.lockfile import LOCK_PATH, Lock, check_pins, load_lock
from builder.settings import read_pins


@pytest.fixture(scope="module")
def lock() -> Lock:
    return load_lock()


def test_it_has_every_file_once(lock: Lock) -> None:
    assert sorted(a.file_name for a in lock.core) == sorted(PYODIDE_CORE_FILES)
    names = sorted(a.name for a in lock.wheels)
    assert names == sorted((*REGISTRY_AND_OFFICIAL_WHEELS, *PIPLITE_WHEELS))
    assert len({a.file_name for a in lock.artifacts}) == len(lock.artifacts)


def test_it_fits_the_pins(lock: Lock) -> None:
    check_pins(lock, read_pins())


def test_a_changed_pin_asks_for_a_new_lock(lock: Lock) -> None:
    with pytest.raises(BuildError, match=r"PYODIDE_VERSION=999\.0\.0.*python -m builder lock"):
        check_pins(lock, replace(read_pins(), pyodide="999.0.0"))


def test_hashes_are_sha256_and_no_address_is_written(lock: Lock) -> None:
    assert all(re.fullmatch("[0-9a-f]{64}", a.sha256) for a in lock.artifacts)
    assert "://" not in LOCK_PATH.read_text("utf-8")


def test_it_reads_what_it_writes(lock: Lock, tmp_path: Path) -> None:
    copy = tmp_path / "lock.json"
    copy.write_text(lock.dump(), "utf-8")
    assert load_lock(copy) == lock
    assert lock.dump() == LOCK_PATH.read_text("utf-8")


def test_what_is_preloaded_is_there_and_science_is_not(lock: Lock) -> None:
    preload = {*KERNEL_PRELOAD, *CONNECT_PRELOAD}
    assert preload <= {a.name for a in lock.wheels} | {OWN_NAME, PYSPARK_NAME}
    assert not preload & set(SCIENCE_WHEELS)


def test_missing_lock(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="python -m builder lock"):
        load_lock(tmp_path / "absent.json")
