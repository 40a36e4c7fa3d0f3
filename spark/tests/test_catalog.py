"""The catalog's folder: whose it is, which warehouse it describes, what a crash left in it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from spark import catalog
from spark.problems import SettingError

CLAIM_AND_BECOME = """
import os, sys
from pathlib import Path
from spark import catalog
catalog.claim(Path(sys.argv[1]))
os.execv("/bin/sh", ["sh", "-c", "echo claimed; read line"])
"""


def test_a_folder_belongs_to_one_process_and_to_what_it_becomes_until_that_is_killed(
    tmp_path: Path,
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_BECOME, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "claimed\n"
    with pytest.raises(SettingError, match=rf"Another Spark server \(pid {holder.pid} on .* stop"):
        catalog.claim(tmp_path)
    holder.kill()
    holder.communicate()
    ours = subprocess.run(
        [sys.executable, "-c", CLAIM_AND_BECOME, str(tmp_path)],
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ours.stdout == "claimed\n"


def test_a_catalog_is_refused_for_another_warehouse_unless_a_link_leads_there(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    catalog.require_same_warehouse(old, str(old / "warehouse"))
    catalog.require_same_warehouse(old, str(old / "warehouse"))
    old.rename(new)
    with pytest.raises(SettingError, match=r"belongs to the warehouse .*old.*: move it back or"):
        catalog.require_same_warehouse(new, str(new / "warehouse"))
    old.symlink_to(new)
    catalog.require_same_warehouse(new, str(new / "warehouse"))
    with pytest.raises(SettingError, match="not to s3a://bucket/warehouse"):
        catalog.require_same_warehouse(new, "s3a://bucket/warehouse")


def test_only_what_was_not_committed_is_deleted(tmp_path: Path) -> None:
    kept = ["t/part-0.parquet", "d.db/u/_SUCCESS", "d.db/u/x=1/part-0.parquet", "_temporary.txt"]
    lost = ["t/_temporary/0/a", "cut/_temporary/0/a", "d.db/u/.spark-staging-1/a"]
    for name in [*kept, *lost]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    dropped = catalog.drop_unfinished(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in dropped} == {
        *("t/_temporary", "cut/_temporary", "d.db/u/.spark-staging-1")
    }
    assert [name for name in kept if not (tmp_path / name).exists()] == []
    assert [name for name in lost if (tmp_path / name).exists()] == []


@pytest.mark.parametrize(
    ("own", "ours"),
    [
        ({}, True),
        ({"spark.sql.catalog.lake": "org.example.Catalog"}, True),
        ({"spark.sql.catalogImplementation": "in-memory"}, False),
        ({"spark.hadoop.hive.metastore.uris": "thrift://h:9083"}, False),
        ({"spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:postgresql://h/d"}, False),
    ],
)
def test_settings_that_name_another_catalog_replace_ours(own: dict[str, str], ours: bool) -> None:
    assert catalog.is_beside_the_warehouse(own) is ours


def test_a_catalogs_description_has_no_password() -> None:
    own = {"spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:postgresql://h/d?password=hush"}
    assert "hush" not in catalog.description(own, Path("/work"))


def test_one_metastore_that_answers_is_enough() -> None:
    name = "spark.hadoop.hive.metastore.uris"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        catalog.require_metastore({name: f"thrift://127.0.0.1:1, thrift://127.0.0.1:{port}"})
    with pytest.raises(SettingError, match=r"nothing answers at 127.0.0.1:1: start the metastore"):
        catalog.require_metastore({name: "thrift://127.0.0.1:1"})
    with pytest.raises(SettingError, match="http://h:1 is no address of a metastore: write thrift"):
        catalog.require_metastore({name: "http://h:1"})
