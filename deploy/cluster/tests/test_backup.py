"""A backup has what was there, and only a sound one is put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cluster.backup import backup, restore
from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import ClusterConfig, ClusterPorts
from deploy.shared.errors import StackError


def cluster(state: Path) -> Cluster:
    return Cluster(ClusterConfig(state_dir=state, ports=ClusterPorts.beginning_at(20000, 2, 2)))


@pytest.fixture
def stopped(tmp_path: Path) -> Cluster:
    state = tmp_path / "state"
    for name in ("warehouse/kept/part-0.parquet", "catalog/service.properties", "events/one"):
        (state / name).parent.mkdir(parents=True)
        (state / name).write_text(name)
    (state / "cluster.secret").write_text("of mine")
    return cluster(state)


def test_what_was_kept_is_back_where_it_was(stopped: Cluster, tmp_path: Path) -> None:
    file, state = tmp_path / "kept.tar.gz", stopped.config.state_dir
    backup(stopped, file)
    state.rename(tmp_path / "old")
    assert restore(stopped, file) == 3
    part = state / "warehouse" / "kept" / "part-0.parquet"
    assert part.read_text() == "warehouse/kept/part-0.parquet"
    assert not (state / "cluster.secret").exists()


def test_a_backup_is_its_owners_alone(stopped: Cluster, tmp_path: Path) -> None:
    backup(stopped, tmp_path / "kept.tar.gz")
    assert (tmp_path / "kept.tar.gz").stat().st_mode & 0o077 == 0


def test_secrets_are_kept_where_they_are_asked_for(stopped: Cluster, tmp_path: Path) -> None:
    file, state = tmp_path / "kept.tar.gz", stopped.config.state_dir
    backup(stopped, file, with_secrets=True)
    state.rename(tmp_path / "old")
    restore(stopped, file)
    assert (state / "cluster.secret").read_text() == "of mine"


def test_a_damaged_backup_is_refused_before_anything_is_written(
    stopped: Cluster, tmp_path: Path
) -> None:
    file, state = tmp_path / "kept.tar.gz", stopped.config.state_dir
    backup(stopped, file)
    state.rename(tmp_path / "old")
    content = bytearray(file.read_bytes())
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(StackError, match="no sound backup"):
        restore(stopped, file)
    assert not (state / "warehouse").exists()


def test_nothing_that_is_there_is_written_over(stopped: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    backup(stopped, file)
    with pytest.raises(StackError, match="warehouse"):
        restore(stopped, file)
    with pytest.raises(StackError, match="exists"):
        backup(stopped, file)


def test_a_backup_of_another_folder_is_refused(stopped: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    backup(stopped, file)
    with pytest.raises(StackError, match="restore it there"):
        restore(cluster(tmp_path / "elsewhere"), file)
