"""PySpark and the user see the stand-ins; who only asks what is installed does not."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import pickle
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyspark_connect_web import stand_ins
from pyspark_connect_web.stand_ins import registry, requesters

LIBRARY = sysconfig.get_paths()["purelib"] + "/library/module.py"


class Thing:
    """A class of a package that is stood in for."""


Thing.__module__ = "standing.part"
Thing.__qualname__ = "Thing"


@pytest.fixture(autouse=True)
def standing() -> Iterator[ModuleType]:
    """A package ``standing`` with a module ``standing.part``."""
    package, part = ModuleType("standing"), ModuleType("standing.part")
    package.part, part.Thing = part, Thing  # type: ignore[attr-defined]
    stand_ins.publish({"standing": package, "standing.part": part})
    yield package
    for name in ("standing", "standing.part"):
        registry._modules.pop(name)
    registry.roots.discard("standing")


def run(source: str, module: str = "__main__", file: str = "") -> dict[str, Any]:
    """The namespace of a module after it has been executed."""
    namespace: dict[str, Any] = {"__name__": module, **({"__file__": file} if file else {})}
    exec(source, namespace)
    return namespace


SEEING = {
    "a cell": ("__main__", ""),
    "the user's module": ("helper", "/drive/helper.py"),
    "PySpark": ("pyspark.sql.connect.client.core", LIBRARY.replace("library", "pyspark")),
    "this package": ("pyspark_connect_web.grpc", LIBRARY),
}
STATEMENTS = (
    "import standing as found",
    "import standing; found = standing",
    "import standing.part; found = standing",
    "import importlib; found = importlib.import_module('standing')",
    "from importlib import import_module; found = import_module('standing')",
    "import importlib.util as u; found = u.module_from_spec(u.find_spec('standing'))",
)


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(("module", "file"), SEEING.values(), ids=SEEING)
def test_who_means_it_gets_it_in_every_way(
    statement: str, module: str, file: str, standing: ModuleType
) -> None:
    assert run(statement, module, file)["found"] is standing
    assert "standing" not in sys.modules


def test_modules_and_names_are_taken_from_it_as_from_any_package() -> None:
    namespace = run(
        "import standing.part as part\nfrom standing import part as same\n"
        "from standing.part import Thing"
    )
    assert namespace["part"] is namespace["same"]
    assert namespace["Thing"] is Thing


@pytest.mark.parametrize("statement", STATEMENTS[:-1])
@pytest.mark.parametrize("module", ["pandas.compat", "fsspec.compression"])
def test_a_library_that_asks_is_told_that_it_is_not_installed(statement: str, module: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'standing'"):
        run(statement, module, LIBRARY)


def test_nor_does_a_library_find_a_spec() -> None:
    source = "import importlib.util\nfound = importlib.util.find_spec('standing')"
    assert run(source, "pandas.compat", LIBRARY)["found"] is None
    assert run(source)["found"].name == "standing"


def test_the_standard_library_asks_for_whom_it_works() -> None:
    source = "import pkgutil\nfound = pkgutil.resolve_name('standing.part:Thing')"
    assert run(source)["found"] is Thing
    with pytest.raises(ModuleNotFoundError):
        run(source, "pandas.compat", LIBRARY)


def test_a_library_that_demands_the_package_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "stubs-1.0.dist-info"
    info.mkdir()
    requirements = "Requires-Dist: standing-dist >=1\nRequires-Dist: other ; extra == 'all'\n"
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: stubs\nVersion: 1\n{requirements}\nx"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(requesters.DISTRIBUTIONS, "standing", "standing_dist")
    requesters._requires.cache_clear()
    assert run("import standing as found", "stubs.api_pb2_grpc", LIBRARY)["found"].part
    monkeypatch.setitem(requesters.DISTRIBUTIONS, "standing", "other")
    requesters._requires.cache_clear()
    with pytest.raises(ModuleNotFoundError):
        run("import standing", "stubs.api_pb2_grpc", LIBRARY)


def test_what_is_not_there_is_an_import_error_with_the_modules_own_sentence(
    standing: ModuleType,
) -> None:
    class Missing(AttributeError, NotImplementedError):
        pass

    def missing(name: str) -> Any:
        raise Missing(f"standing.{name} is not here")

    standing.__getattr__ = missing  # type: ignore[method-assign]
    for statement in (
        "from standing import more",
        "import standing.more",
        "from standing.more import x",
    ):
        with pytest.raises(ImportError, match=r"standing\.more is not here"):
            run(statement)
    with pytest.raises(NotImplementedError):
        run("from standing import more")
    with pytest.raises(ImportError, match=r"cannot import name 'more' from 'standing\.part'"):
        run("from standing.part import more")


def test_pickle_finds_its_classes_by_name_where_they_are_made_visible() -> None:
    with stand_ins.visible_to_all():
        assert b"standing.part" in pickle.dumps(Thing)
        assert sys.modules["standing.part"].Thing is Thing  # type: ignore[attr-defined]
    assert "standing.part" not in sys.modules
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(Thing)


def test_what_is_imported_while_they_are_visible_does_not_find_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "looking.py").write_text("import sys\nfound = 'standing' in sys.modules\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    finders = list(sys.meta_path)
    with stand_ins.visible_to_all():
        looking = importlib.import_module("looking")
        assert "standing" in sys.modules
    del sys.modules["looking"]
    assert looking.found is False
    assert sys.meta_path == finders


def test_a_part_is_found_by_its_relative_name() -> None:
    source = "import importlib\nfound = importlib.import_module('.part', 'standing')"
    assert run(source)["found"].Thing is Thing


@pytest.mark.parametrize("demanded", ["pyspark", "pyspark-client >=4.0", "pyspark_connect"])
def test_a_library_that_is_built_on_pyspark_gets_what_pyspark_gets(
    demanded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "team-1.0.dist-info"
    info.mkdir()
    text = f"Metadata-Version: 2.1\nName: team\nVersion: 1\nRequires-Dist: {demanded}\n\nx"
    (info / "METADATA").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    requesters._requires.cache_clear()
    assert run("import standing as found", "team.frames", LIBRARY)["found"].part
    requesters._requires.cache_clear()


ENDS = {
    "a module that is not there": "import nothing_of_that_name",
    "a name that is not there": "from json import nothing",
    "a missing part": "import standing.more",
    "a missing name": "from standing import more",
    "a module that raises": "import raising",
    "by a function": "from importlib import import_module; import_module('raising')",
}


@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS)
def test_a_traceback_tells_of_the_users_code_alone(
    statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "raising.py").write_text("import json\n1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises((ImportError, ZeroDivisionError)) as caught:
        run(statement)
    frames = [entry.path for entry in caught.traceback]
    assert not [path for path in frames if "stand_ins" in str(path) and "tests" not in str(path)]


def test_a_warning_of_an_imported_module_is_told_of_who_imports_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)\n"
    (tmp_path / "deprecated_thing.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.warns(DeprecationWarning, match="old") as caught:
        exec(compile("import deprecated_thing", "the_cell", "exec"), {"__name__": "__main__"})
    del sys.modules["deprecated_thing"]
    assert [warning.filename for warning in caught] == ["the_cell"]


def test_an_installer_and_the_user_are_told_the_version_and_a_library_is_not(
    standing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing.__version__ = "1.5"  # type: ignore[attr-defined]
    monkeypatch.setitem(requesters.DISTRIBUTIONS, "standing", "standing-dist")
    source = "from importlib import metadata\nfound = metadata.version('Standing_Dist')"
    assert run(source)["found"] == "1.5"
    assert run(source, "micropip.transaction", LIBRARY)["found"] == "1.5"
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        run(source, "pandas.compat", LIBRARY)
    listed = "from importlib import metadata\nfound = [d.name for d in metadata.distributions()]"
    assert "standing-dist" not in run(listed)["found"]


def test_what_is_no_name_is_refused_in_pythons_own_words() -> None:
    with pytest.raises(TypeError, match=r"must be a? ?str"):
        run("__import__(5)")


def test_all_other_imports_are_pythons_own() -> None:
    namespace = run(
        "import json, os.path as p\nfrom collections import abc\nfound = (json, p, abc)"
    )
    assert namespace["found"] == tuple(
        importlib.import_module(name) for name in ("json", "os.path", "collections.abc")
    )
    with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
        run("import nothing_of_that_name")
