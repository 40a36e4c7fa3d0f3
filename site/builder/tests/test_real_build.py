"""The real thing: JupyterLite with our addon, and a whole site from the download cache.

Nothing is downloaded here: the whole build is skipped where no build has filled the cache yet.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from builder.assemble import build
from builder.bytecode import read_zip
from builder.cache import Cache
from builder.constants import KERNEL_PLUGIN, PYODIDE_DIR, PYODIDE_LOCK, SITE_FILE
from builder.errors import BuildError
from builder.hosts import HOSTS
from builder.lite import labextensions
from builder.lite_addon import PAGE_SCRIPT, app_pages, check_page
from builder.lockfile import load_lock
from builder.settings import ROOT, Options, default_cache
from builder.verify import read_sums, verify
from builder.wheels import Wheel, own_wheel

CACHE = default_cache()
CACHED = all(Cache(CACHE / "downloads").path(a.sha256).exists() for a in load_lock().artifacts)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CACHED:
        pytest.skip("no build has filled the download cache yet: run `make site`")
    out = tmp_path_factory.mktemp("real") / "dist"
    build(Options(out=out, cache=CACHE))
    return out


def test_site_is_complete_and_verified(site: Path) -> None:
    described = json.loads((site / SITE_FILE).read_text())
    for name in (
        described["wheel"],
        described["pysparkWheel"],
        "_headers",
        "serve_coi.py",
        "lab/index.html",
    ):
        assert (site / name).is_file()
    packages = json.loads((site / PYODIDE_DIR / PYODIDE_LOCK).read_text())["packages"]
    assert set(described["preload"]) <= set(packages)
    assert verify(site, load_lock()) > len(packages)


def test_who_gets_a_site_gets_its_licences(site: Path) -> None:
    for name in ("LICENSE", "NOTICE"):
        assert (site / name).read_text() == (ROOT / name).read_text()


def test_site_asks_for_no_other_origin(site: Path) -> None:
    for path in site.rglob("jupyter-lite.json"):
        config = json.loads(path.read_text())
        for plugin in config["jupyter-config-data"].get("litePluginSettings", {}).values():
            assert "://" not in json.dumps(plugin)
    for page in app_pages(site):
        assert 'src="http' not in page.read_text()


def test_no_file_is_larger_than_cloudflare_pages_takes(site: Path) -> None:
    largest = max(
        (path for path in site.rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
    )
    assert largest.stat().st_size < 25 * 1024 * 1024, largest


def test_only_files_with_a_hash_in_their_name_are_kept_for_ever(site: Path) -> None:
    patterns = [line for line in (site / "_headers").read_text().splitlines() if line[0] == "/"]
    assert patterns.pop(0) == "/*"
    names = [f"/{p.relative_to(site).as_posix()}" for p in site.rglob("*") if p.is_file()]
    kept = [name for name in names for pattern in patterns if fnmatchcase(name, pattern)]
    assert len(kept) == len(set(kept)), "no two rules match one file"
    assert all(re.search(r"[.-][0-9a-f]{7,}[.]", Path(name).name) for name in kept)
    assert sum(name.startswith("/build/") for name in kept) > 200


def test_a_site_for_another_host_is_made_without_building_jupyterlite_again(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = "sc://localhost:8081/;transport=grpcweb"
    out = tmp_path / "dist"
    build(Options(out, CACHE, base="/repo/", host=HOSTS["github-pages"], remote=remote))
    assert "JupyterLite" not in capsys.readouterr().err
    described = json.loads((out / SITE_FILE).read_text())
    assert [described[key] for key in ("base", "host", "remote")] == [
        "/repo/",
        "github-pages",
        remote,
    ]
    assert described["serviceWorker"] is True
    verify(out, load_lock())
    different = {
        str(path.relative_to(out))
        for path in out.rglob("*")
        if path.is_file() and path.read_bytes() != read_or_none(site / path.relative_to(out))
    }
    pages = {f"{name}index.html" for name in ("", "lab/", "notebooks/", "tree/")}
    pages |= {str(page.relative_to(out)) for page in app_pages(out)}
    recorded = {"_headers", SITE_FILE, "SHA256SUMS", ".nojekyll", "coi-serviceworker.js"}
    # That host compresses no archive as it sends it: all are deflated. The lock has their hashes.
    archives = {name for name in different if name.endswith((".whl", ".zip"))}
    assert archives
    for name in archives:
        assert read_zip((out / name).read_bytes()) == read_zip((site / name).read_bytes()), name
    lock = {f"{PYODIDE_DIR}/{PYODIDE_LOCK}"}
    assert different - archives == pages | recorded | lock | {"harness.html", "pcw-check.html"}


def test_a_build_elsewhere_by_somebody_else_has_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """JupyterLite and all compressed files made anew; `make release` packs what this compares."""
    cache, out = tmp_path / "cache", tmp_path / "another" / "folder"
    cache.mkdir()
    (cache / "downloads").symlink_to(CACHE / "downloads")
    before = os.umask(0o077)
    try:
        build(Options(out=out, cache=cache))
    finally:
        os.umask(before)
    assert read_sums(out) == read_sums(site)


def read_or_none(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def test_verify_finds_an_altered_wheel(site: Path) -> None:
    wheel = next((site / PYODIDE_DIR).glob("six-*.whl"))
    data = wheel.read_bytes()
    try:
        wheel.write_bytes(data[:-1])
        with pytest.raises(BuildError, match=wheel.name):
            verify(site, load_lock())
    finally:
        wheel.write_bytes(data)


def test_anyones_jupyterlite_build_gets_the_bridge_and_the_kernels_wheels(tmp_path: Path) -> None:
    """Our wheel on the path is enough: the entry point does the rest."""
    carried = [Wheel(f"{name}-1.0-py3-none-any.whl", name.encode()) for name in ("own", "spark")]
    site = lite_site(tmp_path, carried, "build", "build", "check")
    pages = {str(page.relative_to(site)) for page in app_pages(site)}
    assert pages == {"index.html", "lab/index.html", "repl/index.html"}
    for page in app_pages(site):
        check_page(site, page)
        assert page.read_text().count(PAGE_SCRIPT) == 1
    config = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    options = config["litePluginSettings"][KERNEL_PLUGIN]["loadPyodideOptions"]
    worker = site / "extensions/@jupyterlite/pyodide-kernel-extension/static/worker.js"
    wheels = [worker.parent / address for address in options["packages"]]
    assert [path.resolve().read_bytes() for path in wheels] == [b"own", b"spark"]
    assert json.loads((site / SITE_FILE).read_text())["host"] == "jupyterlite"
    assert not (site / "harness.html").exists()


def test_a_wheel_without_the_kernels_wheels_stops_the_build_with_a_sentence(
    tmp_path: Path,
) -> None:
    with pytest.raises(AssertionError, match="install the released wheel") as stopped:
        lite_site(tmp_path, [], "build", tested="==0.7.*")
    untested = "jupyterlite-pyodide-kernel 0.8.6 was not tested with this pyspark-connect-web"
    assert untested in str(stopped.value)


def lite_site(folder: Path, carried: list[Wheel], *hooks: str, tested: str | None = None) -> Path:
    """A project of somebody who has our wheel, after those commands of `jupyter lite`.

    ``tested``: the versions of JupyterLite that our wheel says it was tested with, if not its own.
    """
    installed, project = folder / "installed", folder / "project"
    wheel = own_wheel(ROOT, carried)
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        archive.extractall(installed)
    if tested is not None:
        (metadata,) = installed.glob("*.dist-info/METADATA")
        about = metadata.read_text("utf-8")
        metadata.write_text(re.sub(r"(?<=pyodide-kernel)[<>=].*?(?=;)", tested, about), "utf-8")
    project.mkdir()
    config = {
        "apps": ["lab", "repl"],
        "federated_extensions": [str(labextensions() / "@jupyterlite/pyodide-kernel-extension")],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
    }
    (project / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": config}))
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    for hook in hooks:
        command = [sys.executable, "-m", "jupyterlite_core", hook]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return project / "_output"
