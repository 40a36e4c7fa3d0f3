"""What is published has the same bytes each time, and carries what a kernel needs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from builder.cache import Cache
from builder.constants import SOURCE_DATE_EPOCH
from builder.hosts import HOSTS
from builder.lockfile import load_lock
from builder.release import archive, kernel_wheels, release
from builder.settings import ROOT, Options, default_cache, read_pins
from builder.verify import read_site_file, read_sums, verify, verify_sums
from builder.wheels import Wheel, own_distributions

CACHE = default_cache()
CACHED = all(Cache(CACHE / "downloads").path(a.sha256).exists() for a in load_lock().artifacts)
CARRIED = ["googleapis_common_protos", "protobuf", "pyspark_client", "pyspark_connect_web"]


@pytest.fixture(scope="module")
def distributions() -> list[Wheel]:
    if not CACHED:
        pytest.skip("no build has filled the download cache yet: run `make site`")
    options = Options(out=Path("unused"), cache=CACHE)
    return own_distributions(ROOT, kernel_wheels(options))


def tree(folder: Path, mask: int, names: list[str], mtime: int) -> Path:
    before = os.umask(mask)
    try:
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"content of {name}")
            os.utime(path, (mtime, mtime))
    finally:
        os.umask(before)
    return folder


def test_an_archive_depends_on_names_and_contents_only(tmp_path: Path) -> None:
    names = ["index.html", "lab/index.html", "api/contents/all.json", ".nojekyll"]
    first = tree(tmp_path / "first", 0o022, names, 1_000_000_000)
    second = tree(tmp_path / "second", 0o077, names[::-1], 1_700_000_000)
    for folder in (first, second):
        archive(folder, folder.with_suffix(".tar.gz"), "site-1.0")
    packed = first.with_suffix(".tar.gz")
    assert packed.read_bytes() == second.with_suffix(".tar.gz").read_bytes()
    with tarfile.open(packed) as tar:
        members = {member.name: member for member in tar}
        assert set(members) >= {f"site-1.0/{name}" for name in names}
        assert {member.mtime for member in members.values()} == {SOURCE_DATE_EPOCH}
        assert {(member.uid, member.uname) for member in members.values()} == {(0, "")}
        assert {members[f"site-1.0/{name}"].mode for name in names} == {0o644}
        assert members["site-1.0/lab"].mode == 0o755
    (first / "index.html").write_text("changed")
    archive(first, packed, "site-1.0")
    assert packed.read_bytes() != second.with_suffix(".tar.gz").read_bytes()


def test_two_builds_of_wheel_and_sdist_have_the_same_bytes(distributions: list[Wheel]) -> None:
    before = os.umask(0o077)
    try:
        again = own_distributions(ROOT, kernel_wheels(Options(out=Path("unused"), cache=CACHE)))
    finally:
        os.umask(before)
    assert [one.file_name for one in again] == [one.file_name for one in distributions]
    assert again == distributions


def test_the_wheel_carries_every_wheel_of_the_kernel(distributions: list[Wheel]) -> None:
    wheel = next(one for one in distributions if one.file_name.endswith(".whl"))
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archived:
        names = archived.namelist()
        inner = [name for name in names if name.endswith(".whl")]
        assert [Path(name).name.split("-")[0] for name in inner] == CARRIED
        own = zipfile.ZipFile(io.BytesIO(archived.read(inner[-1])))
    assert not [name for name in own.namelist() if name.endswith(".whl")]
    assert "pyspark_connect_web_lite/page/bridge/pcw_kernel_bridge.js" in names


def test_the_sdist_builds_the_released_wheel(distributions: list[Wheel], tmp_path: Path) -> None:
    sdist, wheel = sorted(distributions, key=lambda one: one.file_name.endswith(".whl"))
    with tarfile.open(fileobj=io.BytesIO(sdist.data)) as tar:
        tar.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / wheel.file_name).read_bytes() == wheel.data


def test_a_release_is_both_distributions_a_site_for_each_host_and_their_hashes(
    distributions: list[Wheel], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hosts = {name: HOSTS[name] for name in ("netlify",)}
    monkeypatch.setattr("builder.release.HOSTS", hosts)
    dist = tmp_path / "dist"
    release(Options(out=Path("unused"), cache=CACHE), dist)
    sites = {f"pyspark-connect-web-site-{read_pins().own}-{name}" for name in hosts}
    files = {one.file_name for one in distributions} | {f"{site}.tar.gz" for site in sites}
    assert {path.name for path in dist.iterdir()} == {*files, "SHA256SUMS"}
    assert set(read_sums(dist)) == files
    assert verify_sums(dist) == len(files)
    for site in sites:
        with tarfile.open(dist / f"{site}.tar.gz") as tar:
            tar.extractall(tmp_path, filter="data")
        assert verify(tmp_path / site, load_lock()) > 0
        assert read_site_file(tmp_path / site)["host"] == site.partition(f"{read_pins().own}-")[2]
