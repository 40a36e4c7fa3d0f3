"""A deployment's own settings: what Spark would read is read, what cannot work is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from spark import own_conf
from spark.problems import SettingError


def read(folder: Path, text: str, on_one_machine: bool = True) -> own_conf.OwnConf:
    path = folder / "my.conf"
    path.write_text(text)
    return own_conf.read(path, on_one_machine)


def test_the_form_is_that_of_java_properties(tmp_path: Path) -> None:
    text = r"""# a comment
! another

spark.blank   one two
spark.equals=x=y
spark.colon : thrift://host:9083
  spark.indented	tab
spark.long first,\
    second
spark.name\:with\=signs 1
spark.unknown.to.anybody yes
"""
    assert read(tmp_path, text).values == {
        "spark.blank": "one two",
        "spark.equals": "x=y",
        "spark.colon": "thrift://host:9083",
        "spark.indented": "tab",
        "spark.long": "first,second",
        "spark.name:with=signs": "1",
        "spark.unknown.to.anybody": "yes",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nspark.sql.ansi.enabled\n", "line 2: spark.sql.ansi.enabled has no value: write"),
        ("spark.sql.ansi.enabled =\n", "line 1: spark.sql.ansi.enabled has no value: write"),
        ("hive.metastore.uris thrift://a:1", "line 1: hive.metastore.uris is no setting of Spark"),
        ("spark.a 1\n\nspark.a 2", "line 3: spark.a is in line 1 already; keep one"),
        ("spark.master yarn", "spark.master cannot be set here: set the variable SPARK_MASTER"),
        ("spark.jars.packages a:b:1", "set the variable PCW_SPARK_JARS instead"),
        ("spark.driver.extraJavaOptions -Da=b", "set the variable JDK_JAVA_OPTIONS instead"),
        ("spark.port.maxRetries 3", "cannot be set here: the stack needs its own value"),
        ("spark.connect.execute.reattachable.enabled false", "the stack needs its own value"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"PCW_SPARK_CONF, {tmp_path / 'my.conf'}, line ")


def test_the_drivers_address_is_the_stacks_on_one_machine_only(tmp_path: Path) -> None:
    line = "spark.driver.host driver.example.org"
    assert read(tmp_path, line, on_one_machine=False).values
    with pytest.raises(SettingError, match="cannot be set here"):
        read(tmp_path, line)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"is .*/none.conf, and there is no such file: correct"):
        own_conf.read(tmp_path / "none.conf", True)
    with pytest.raises(SettingError, match="and it is a folder: name a file in it"):
        own_conf.read(tmp_path, True)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match="and it is no text in UTF-8"):
        own_conf.read(tmp_path / "binary", True)


def test_a_file_that_the_server_may_not_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> str:
        raise PermissionError(13, "Permission denied")  # the tests may run as root

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SettingError, match=r"cannot be read \(Permission denied\): let the user"):
        own_conf.read(tmp_path / "secret.conf", True)
