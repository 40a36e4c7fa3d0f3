"""A plain JupyterLite and its bare Pyodide: the same versions and files, and nothing of ours.

It is built once for these, kept beside the builder's other caches, and served by the same servers.
They do not isolate it, as upstream's own sites are not: its kernels hang at times where they are.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder import compress
from builder.artifacts import Artifact
from builder.assemble import vendored
from builder.constants import (
    KERNEL_EXTENSION,
    KERNEL_WHEELS,
    LITE_APPS,
    PYODIDE_DIR,
    PYODIDE_LOCK,
)
from builder.digest import sha256
from builder.lite import OWN_ADDON, labextensions, lite_versions, run_jupyter_lite
from builder.lockfile import Lock, load_lock
from builder.official import PyodideLock
from builder.pyodide import amend
from builder.settings import Options, default_cache, wheel_folders

from deploy.local import services
from deploy.local.service import Service
from deploy.shared.config import Config, Ports
from deploy.shared.progress import Tell

PANDAS_WHEELS = ("numpy", "pandas", "python-dateutil", "pytz", "six", "tzdata")
BLANK_PAGE = "blank.html"
ISOLATION = ("same-origin", "credentialless")
"""Values in Envoy's configuration of the two headers that isolate a page."""


def site(tell: Tell) -> Path:
    """The folder of the built site."""
    lock = load_lock()
    wheels = [one for one in lock.wheels if one.name in {*KERNEL_WHEELS, *PANDAS_WHEELS}]
    made_from = [lite_versions(), [one.sha256 for one in (*lock.core, *wheels)]]
    recipes = [Path(str(file)).read_bytes() for file in (__file__, compress.__file__)]
    key = sha256(b"".join([json.dumps(made_from).encode(), *recipes]))[:16]
    kept = default_cache().absolute() / "plain-jupyterlite" / key
    if not (kept / BLANK_PAGE).is_file():
        tell("building a plain JupyterLite, once")
        _build(kept, lock, wheels)
    return kept


def _build(kept: Path, lock: Lock, wheels: list[Artifact]) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        work = Path(folder)
        options = Options(out=work, cache=default_cache().absolute(), wheel_folders=wheel_folders())
        _write_pyodide(work / "static" / PYODIDE_DIR, options, lock, wheels)
        config = {
            "apps": list(LITE_APPS),
            "disable_addons": [OWN_ADDON],
            "federated_extensions": [str(labextensions() / KERNEL_EXTENSION)],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(work / "out"),
        }
        text = json.dumps({"LiteBuildConfig": config})
        (work / "jupyter_lite_config.json").write_text(text)
        run_jupyter_lite(work)
        compress.compress_tree(work / "out", options.cache / "compressed")
        (work / "out" / BLANK_PAGE).write_text("<!doctype html><title>blank</title>")
        (work / "out").rename(kept)


def _write_pyodide(folder: Path, options: Options, lock: Lock, wheels: list[Artifact]) -> None:
    """Pyodide with wheels as they were published, and a lock of what is there."""
    folder.mkdir(parents=True)
    files = vendored(options, [*lock.core, *wheels], lock)
    for artifact, data in files.items():
        (folder / artifact.file_name).write_bytes(data)
    official = next(files[one] for one in lock.core if one.file_name == PYODIDE_LOCK)
    amended = amend(PyodideLock.load(official), [(one, files[one]) for one in wheels], ())
    (folder / PYODIDE_LOCK).write_text(amended.dump(), "utf-8")


@contextmanager
def served(state_dir: Path, tell: Tell) -> Iterator[str]:
    """The address of the plain site, served as ours is."""
    config = Config(state_dir=state_dir, site_dir=site(tell), ports=Ports.free())
    started: list[Service] = []
    try:
        for service in (services.site(config), _without_isolation(services.envoy(config), config)):
            started.append(service)
            service.start()
            service.wait_healthy()
        yield config.site_url
    finally:
        for service in reversed(started):
            service.stop()


def _without_isolation(envoy: Service, config: Config) -> Service:
    file = config.state_dir / "envoy.yaml"

    def prepare() -> None:
        envoy.prepare()
        text = file.read_text("utf-8")
        for value in ISOLATION:
            text = text.replace(f"value: {value} ", "value: unsafe-none ")
        file.write_text(text, "utf-8")

    return dataclasses.replace(envoy, prepare=prepare)
