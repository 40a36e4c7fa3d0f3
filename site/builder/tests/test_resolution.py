"""What `PACKAGES` comes to, by the real uv and pip, from a registry of a few made-up packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builder import resolution as module
from builder.artifacts import Artifact, Origin
from builder.cache import Cache
from builder.digest import sha256
from builder.errors import BuildError
from builder.lockfile import Lock
from builder.official import Info, PyodideLock
from builder.requested import read_packages
from builder.resolution import Resolution, Search, resolution
from builder.settings import Options, Pins
from builder.stubs import WHEEL_METADATA
from builder.wheels import zip_deterministically
from pyodide_lock import PackageSpec

PLATFORM = "pyemscripten_2026_0_wasm32"
PINS = Pins(pyodide="314.0.4", pyspark_client="4.2.0", own="1.0.0")


def of_pyodide(name: str, version: str, *depends: str, tag: str = "") -> PackageSpec:
    file_name = f"{name.replace('-', '_')}-{version}-{tag or f'cp314-cp314-{PLATFORM}'}.whl"
    return PackageSpec(
        name=name,
        version=version,
        file_name=file_name,
        install_dir="site",
        sha256="of-pyodide",
        depends=list(depends),
    )


OFFICIAL = PyodideLock(
    info=Info(abi_version="2026_0", platform="emscripten_5_0_3", python="3.14.0"),
    packages={
        "array": of_pyodide("array", "1.8", "frame", "pure_one"),
        "frame": of_pyodide("frame", "3.0"),
        "pure-one": of_pyodide("pure-one", "1.0", tag="py3-none-any"),
        "fast": of_pyodide("fast", "2.0"),
    },
)
Search_ = Callable[[str], Resolution]


class Registry:
    """A folder as PEP 503 describes an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, version: str, *needs: str, tag: str = "py3-none-any") -> str:
        """A wheel; its sha256."""
        stem = f"{name.replace('-', '_')}-{version}"
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {need}" for need in needs]
        data = zip_deterministically(
            [
                (f"{stem}.dist-info/METADATA", "\n".join([*lines, ""]).encode()),
                (f"{stem}.dist-info/WHEEL", WHEEL_METADATA),
                (f"{stem}.dist-info/RECORD", b""),
                (f"{name.replace('-', '_')}.py", b""),
            ]
        )
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stem}-{tag}.whl").write_bytes(data)
        files = sorted(path.name for path in folder.glob("*.whl"))
        links = "".join(f'<a href="{file}">{file}</a>' for file in files)
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
        return sha256(data)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry(tmp_path / "simple")
    made.folder.mkdir()
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", made.folder.as_uri())
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    made.add("array", "1.9", tag="cp314-cp314-manylinux_2_17_x86_64")
    made.add("pure-one", "1.0")
    made.add("pure-one", "2.0")
    return made


@pytest.fixture
def lock() -> Lock:
    def own(name: str, version: str, tag: str) -> Artifact:
        return Artifact(name, version, f"{name}-{version}-{tag}.whl", "", Origin.REGISTRY)

    compiled, pure = (
        own("frame", "3.0", f"cp314-cp314-{PLATFORM}"),
        own("fast", "2.0", "py3-none-any"),
    )
    sdist = Artifact("pyspark-client", "4.2.0", "pyspark.tar.gz", "", Origin.SDIST)
    return Lock(PINS.pyodide, (compiled, pure, sdist), "")


@pytest.fixture
def search(lock: Lock, cache: Cache) -> Search_:
    def run(packages: str) -> Resolution:
        return Search(read_packages(packages), lock, PINS, OFFICIAL).run(cache)

    return run


def test_a_package_comes_with_what_it_needs(
    registry: Registry, search: Search_, cache: Cache
) -> None:
    digest = registry.add("chart", "6.0", "helper>=1", 'winonly; sys_platform == "win32"')
    registry.add("helper", "1.5", "frame", 'tab-only; sys_platform == "emscripten"')
    registry.add("tab-only", "0.1")
    found = search("chart")
    assert found.versions == {"chart": "6.0", "helper": "1.5", "tab-only": "0.1"}
    assert found.depends == {"chart": ["helper"], "helper": ["frame", "tab-only"], "tab-only": []}
    chart = found.artifacts[0]
    assert (chart.sha256, chart.origin, chart.official_sha256) == (digest, Origin.WANTED, None)
    assert cache.get(digest) is not None


def test_what_pyodide_compiles_is_pyodides(registry: Registry, search: Search_) -> None:
    found = search("array")
    [array, pure] = found.artifacts
    assert (array.version, array.sha256, array.origin) == ("1.8", "of-pyodide", Origin.OFFICIAL)
    assert (pure.name, pure.origin) == ("pure-one", Origin.WANTED)


def test_versions_of_pyodide_come_first_unless_another_is_asked_for(
    registry: Registry, search: Search_
) -> None:
    assert search("pure-one").versions == {"pure-one": "1.0"}
    assert search("pure-one>=2").versions == {"pure-one": "2.0"}


def test_a_wheel_made_for_this_pyodide_by_its_authors_is_taken(
    registry: Registry, search: Search_
) -> None:
    registry.add("nano", "0.9", "frame", tag=f"cp314-cp314-{PLATFORM}")
    registry.add("nano", "0.9", "frame", tag="cp314-cp314-manylinux_2_17_x86_64")
    found = search("nano")
    assert [artifact.file_name for artifact in found.artifacts] == [
        f"nano-0.9-cp314-cp314-{PLATFORM}.whl"
    ]


def test_what_the_site_has_is_not_fetched_again(registry: Registry, search: Search_) -> None:
    assert search("frame").artifacts == ()


def test_named_outright_the_compiled_one_takes_the_place_of_the_sites(
    registry: Registry, search: Search_, lock: Lock
) -> None:
    lock = replace(
        lock, artifacts=tuple(a for a in lock.artifacts if a.name != "frame")
    ).with_wanted(search("fast").artifacts)
    assert [(a.origin, a.sha256) for a in lock.wheels] == [(Origin.OFFICIAL, "of-pyodide")]


def test_a_library_for_pyspark_finds_pyspark_and_what_the_tab_stands_in_for(
    registry: Registry, search: Search_
) -> None:
    registry.add("lake", "4.0", "pyspark[connect]>=4,<5", "grpcio", "pyarrow>=15", "frame")
    found = search("lake")
    assert found.versions == {"lake": "4.0"}
    assert found.depends == {"lake": ["frame"]}


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ("unheard-of", "no registry of this machine has a package called unheard-of."),
        ("chart", "a package called helper (needed by chart)."),
        ("native", "native has no wheel for a tab: Pyodide 314.0.4 has none, and"),
        ("needs-native", "native has no wheel for a tab (needed by needs-native):"),
        ("array==1.9", "array has no wheel for a tab: Pyodide 314.0.4 has array 1.8 only."),
        ("frame<3", "PACKAGES has frame<3, but this site is made with frame 3.0: leave"),
        ("old-frame", "; this site has frame 3.0, which stays."),
        ("pure-one==1 pure-one==2", "cannot be had together: Because you require"),
        ("pure-one=1", "PACKAGES has pure-one=1, which is no requirement"),
        ("frame[excel]", "wants frame[excel], but a site can have frame without extras only"),
        ("pure-one[nothing]", "wants pure-one[nothing], but pure-one has no extra of that name"),
    ],
)
def test_what_cannot_be_had_is_one_sentence_with_its_reason(
    registry: Registry, search: Search_, packages: str, said: str
) -> None:
    registry.add("chart", "6.0", "helper")
    registry.add("native", "1.0", tag="cp314-cp314-manylinux_2_17_x86_64")
    registry.add("needs-native", "1.0", "native")
    registry.add("old-frame", "1.0", "frame<2")
    with pytest.raises(BuildError) as error:
        search(packages)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_hash_that_no_wheel_has_stops_the_build(
    registry: Registry, search: Search_, tmp_path: Path
) -> None:
    digest = registry.add("chart", "6.0")
    listed = tmp_path / "requirements.txt"
    listed.write_text(f"chart==6.0 --hash=sha256:{digest} --hash=sha256:bb\n")
    assert search(str(listed)).versions == {"chart": "6.0"}
    listed.write_text("chart==6.0 --hash=sha256:aa\n")
    with pytest.raises(BuildError, match=f"its sha256 is {digest}"):
        search(str(listed))


def test_what_was_found_is_found_again_without_asking(
    registry: Registry, lock: Lock, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = registry.add("chart", "6.0")
    wanting = replace(options, packages=("chart",))
    first = resolution(wanting, lock, PINS, OFFICIAL)
    registry.add("chart", "7.0")
    assert resolution(wanting, lock, PINS, OFFICIAL) == first
    assert first.artifacts[0].sha256 == digest
    newer = resolution(replace(wanting, force=True), lock, PINS, OFFICIAL)
    assert newer.versions == {"chart": "7.0"}


def test_nothing_wanted_asks_nobody(
    lock: Lock, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "Search", None)
    assert resolution(options, lock, PINS, OFFICIAL) == Resolution()


def test_a_resolution_is_kept_whole() -> None:
    artifact = Artifact("chart", "6.0", "chart-6.0.whl", "aa", Origin.WANTED)
    kept = Resolution((artifact,), {"chart": ["frame"]})
    assert Resolution.load(kept.dump()) == kept
    assert json.loads(kept.dump())["artifacts"][0]["origin"] == "wanted"
