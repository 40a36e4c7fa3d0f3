"""Settings and jars for a container are looked at on the host, which sees what is wrong sooner."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.compose.own_spark import JARS_FOLDER, require_usable
from deploy.shared.config import ROOT
from deploy.shared.errors import StackError


@pytest.fixture
def jar() -> Iterator[str]:
    """A jar where containers see it, by its path in the project."""
    path = ROOT / JARS_FOLDER / "made-by-a-test.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    yield str(path.relative_to(ROOT))
    path.unlink()


def test_what_a_container_can_use_passes(jar: str, tmp_path: Path) -> None:
    own = tmp_path / "my.conf"
    own.write_text("spark.sql.shuffle.partitions 3\n")
    require_usable({"PCW_SPARK_CONF": str(own), "PCW_SPARK_JARS": f"{jar},org.example:a_2.13:1"})
    require_usable({})


def test_a_jar_that_containers_do_not_see_is_named_with_the_place_for_it(
    jar: str, tmp_path: Path
) -> None:
    outside = tmp_path / "other.jar"
    outside.write_bytes((ROOT / jar).read_bytes())
    with pytest.raises(StackError, match=r"copy it into spark/jars/ and write spark/jars/other.ja"):
        require_usable({"PCW_SPARK_JARS": str(outside)})
    with pytest.raises(StackError, match=rf"containers do not know {ROOT / jar}: write {jar}\."):
        require_usable({"PCW_SPARK_JARS": str(ROOT / jar)})


def test_a_wrong_setting_is_named_with_its_file_on_the_host(tmp_path: Path) -> None:
    own = tmp_path / "my.conf"
    own.write_text("spark.driver.host here\n")
    with pytest.raises(StackError, match=f"PCW_SPARK_CONF, {own}, line 1: spark.driver.host can"):
        require_usable({"PCW_SPARK_CONF": str(own)})
    require_usable({"PCW_SPARK_CONF": str(own), "SPARK_MASTER": "spark://head:7077"})
