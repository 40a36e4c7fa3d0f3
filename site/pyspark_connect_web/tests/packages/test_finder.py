"""Wheels load when they are imported, and not when somebody asks for them."""

from __future__ import annotations

import sys
import sysconfig
from importlib.machinery import ModuleSpec
from types import SimpleNamespace

import pytest
from pyspark_connect_web.packages import finder as finder_module
from pyspark_connect_web.packages import probes as probes_module
from pyspark_connect_web.packages.finder import SiteWheelFinder
from pyspark_connect_web.packages.lock import SiteLock, Wheel


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def install(wheels: list[Wheel], mark: object) -> None:
        names.extend(wheel.name for wheel in wheels)

    monkeypatch.setattr(finder_module, "install_wheels", install)
    monkeypatch.setattr(
        SiteLock, "_wheel", lambda self, name: Wheel(name, f"http://site/{name}.whl", "0" * 64)
    )
    return names


def site_lock() -> SiteLock:
    packages = {
        "pandas": {"imports": ["pandas"], "depends": ["six"], "version": "3.0.2"},
        "six": {"imports": ["six"], "depends": [], "version": "1.17.0"},
        "ipython": {"imports": ["IPython"], "depends": [], "version": "9"},
    }
    return SiteLock(packages, "http://site/pyodide/", SimpleNamespace())


def test_an_import_installs_the_wheels_that_it_needs_dependencies_first(
    installed: list[str],
) -> None:
    SiteWheelFinder(site_lock()).find_spec("pandas", None)
    assert installed == ["six", "pandas"]


@pytest.mark.parametrize("name", ["pandas.core", "torch"])
def test_a_submodule_and_what_the_site_lacks_are_left_to_others(
    installed: list[str], name: str
) -> None:
    assert SiteWheelFinder(site_lock()).find_spec(name, None) is None
    assert installed == []


@pytest.mark.parametrize(
    ("name", "needed"), [("azure", ["core", "blob"]), ("azure.blob", ["core", "blob"])]
)
def test_a_namespace_that_wheels_share_has_their_parts(
    installed: list[str], monkeypatch: pytest.MonkeyPatch, name: str, needed: list[str]
) -> None:
    packages = {
        "core": {"imports": ["azure.core"], "depends": []},
        "blob": {"imports": ["azure.blob"], "depends": ["core"]},
    }
    spec = ModuleSpec(name, None)
    monkeypatch.setattr(finder_module.importlib.machinery.PathFinder, "find_spec", lambda *_: spec)
    lock = SiteLock(packages, "http://site/pyodide/", SimpleNamespace())
    assert SiteWheelFinder(lock).find_spec(name, ["/somewhere"]) is spec
    assert sorted(installed) == sorted(needed)


def test_a_probe_installs_nothing(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder_module, "is_probe", lambda name, frame: True)
    assert SiteWheelFinder(site_lock()).find_spec("pandas", None) is None
    assert installed == []


def test_a_probe_that_is_repeated_is_judged_once_and_names_no_wheels(
    installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[object] = []

    def judge(code: object) -> object:
        judged.append(code)
        return plain(code)

    plain = probes_module.dis.Bytecode
    monkeypatch.setattr(probes_module.dis, "Bytecode", judge)
    monkeypatch.setattr(SiteLock, "_wheel", lambda *_: pytest.fail("a probe fetches nothing"))
    finder = SiteWheelFinder(site_lock())
    file = sysconfig.get_paths()["purelib"] + "/library/module.py"
    source = "try:\n    find('IPython', None)\nexcept ImportError:\n    pass"
    code = compile(source, file, "exec")
    for _ in range(20):
        exec(code, {"__name__": "library", "__file__": file, "find": finder.find_spec})
    assert len(judged) == 1


def test_a_package_that_the_site_lacks_has_no_version() -> None:
    assert site_lock().versions("numpy", "pandas") == {"pandas": "3.0.2"}


def test_the_finder_is_installed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    finder_module.load_on_import(site_lock())
    finder_module.load_on_import(site_lock())
    assert sum(isinstance(finder, SiteWheelFinder) for finder in sys.meta_path) == 1
