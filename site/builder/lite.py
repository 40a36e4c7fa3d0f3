"""Runs `jupyter lite build`. The result depends on few things, so it is kept and reused."""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from builder.constants import (
    KERNEL_EXTENSION,
    KERNEL_PACKAGES,
    KERNEL_PLUGIN,
    LITE_APPS,
    PYODIDE_MODULE,
    SOURCE_DATE_EPOCH,
    UNUSED_PLUGINS,
)
from builder.digest import sha256, sha256_tree
from builder.errors import BuildError
from builder.inputs import read_tree
from builder.report import step
from builder.settings import SITE, Options

# Where a wheel has what pip would put into `labextensions()`.
LABEXTENSION = ".data/data/share/jupyter/labextensions/"
# Its JavaScript is larger than all the rest of the page.
LAZY_EXTENSION = "jupyterlab-plotly"
LAZY_SCRIPT = "lazy_plotly.js"
LAZY_ENTRY = "REMOTE_ENTRY"
# Left over from JupyterLite's own build; no browser asks for it.
NOT_SHIPPED = ("package.json", "rspack.config*.js", "jupyterlite.schema.v0.json")
# Stops our own addon if it is installed here: the builder itself applies it, after this step.
OWN_ADDON = "pyspark-connect-web"
KEPT_BUILDS = 4
# The site is made by these: their versions are part of what it was built from.
LITE_PACKAGES = ("jupyterlite-core", "jupyterlite-pyodide-kernel")


def labextensions() -> Path:
    """Where pip puts JupyterLab's prebuilt extensions."""
    return Path(sys.prefix) / "share" / "jupyter" / "labextensions"


def lite_versions() -> dict[str, str]:
    try:
        return {name: importlib.metadata.version(name) for name in LITE_PACKAGES}
    except importlib.metadata.PackageNotFoundError as missing:
        raise BuildError(
            f"{missing.name} is not installed for {sys.executable}: run `make env` "
            "or install requirements/tools.txt."
        ) from None


def site_config(options: Options) -> dict[str, Any]:
    """`jupyter-lite.json`: our defaults of `site/lite/`, Pyodide from this site, parallel loads."""
    config: dict[str, Any] = json.loads((SITE / "lite" / "jupyter-lite.json").read_text("utf-8"))
    data = config["jupyter-config-data"]
    data["disabledExtensions"] = [*data["disabledExtensions"], *UNUSED_PLUGINS]
    plugins = data.setdefault("litePluginSettings", {})
    plugins[KERNEL_PLUGIN] = {
        "pyodideUrl": f"./{PYODIDE_MODULE}",
        "disablePyPIFallback": not options.pypi,
        "loadPyodideOptions": {"packages": list(KERNEL_PACKAGES)},
    }
    return config


def overrides(options: Options) -> dict[str, Any]:
    """JupyterLab settings: ours, and on top of them those of `--overrides`."""
    merged: dict[str, Any] = json.loads((SITE / "lite" / "overrides.json").read_text("utf-8"))
    if options.overrides:
        try:
            more = json.loads(options.overrides.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BuildError(f"--overrides {options.overrides} cannot be read: {error}.") from None
        for plugin, settings in more.items():
            merged[plugin] = {**merged.get(plugin, {}), **settings}
    return merged


def build_config(work: Path, extensions: Iterable[str]) -> dict[str, Any]:
    """`jupyter_lite_config.json`: the kernel's extension and those of the site's own wheels."""
    federated = [str(work / "wheels" / name) for name in sorted(extensions)]
    return {
        "LiteBuildConfig": {
            "apps": list(LITE_APPS),
            "cache_dir": str(work / "cache"),
            "contents": [str(work / "content")],
            "disable_addons": [OWN_ADDON],
            "federated_extensions": [str(labextensions() / KERNEL_EXTENSION), *federated],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_archive": str(work / "archive.tgz"),
            "output_dir": str(work / "out"),
            "settings_overrides": [str(work / "overrides.json")],
        }
    }


def with_extensions(wheels: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those wheels that bring prebuilt extensions of JupyterLab."""
    return {name: data for name, data in wheels.items() if has_extension(name, data)}


def has_extension(name: str, data: bytes) -> bool:
    if not name.endswith(".whl"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        return any(LABEXTENSION in member for member in wheel.namelist())


def copy_lite(dist: Path, options: Options, wheels: Mapping[str, bytes]) -> None:
    """Puts JupyterLite into `dist`, from the cache if it was built from the same inputs."""
    config, settings = site_config(options), overrides(options)
    extensions = with_extensions(wheels)
    content = content_of(options)
    described = [
        *(config, settings, lite_versions(), sha256_tree(content.items())),
        build_config(Path(), extensions),
        sha256_tree(extensions.items()),
    ]
    sources = [path.read_bytes() for path in (Path(__file__), SITE / "lite" / LAZY_SCRIPT)]
    key = sha256(b"".join([json.dumps(described, sort_keys=True).encode(), *sources]))
    kept = options.cache / "lite" / key
    if options.force or not (kept / "index.html").is_file():
        with step(f"JupyterLite {lite_versions()['jupyterlite-core']}"):
            build_lite(kept, config, settings, content, extensions)
    os.utime(kept)
    shutil.copytree(kept, dist, dirs_exist_ok=True)


def content_of(options: Options) -> dict[str, bytes]:
    """What the file browser shows: the project's notebooks, and on top of them the user's."""
    files = dict(read_tree(SITE / "content"))
    if options.content:
        files |= dict(read_tree(options.content))
    return files


def build_lite(
    kept: Path,
    config: dict[str, Any],
    settings: dict[str, Any],
    content: Mapping[str, bytes],
    extensions: Mapping[str, bytes],
) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".building-") as name:
        work = Path(name)
        write_files(work / "content", content)
        write_files(work / "wheels", extensions)
        write_json(work / "jupyter-lite.json", config)
        write_json(work / "overrides.json", settings)
        write_json(work / "jupyter_lite_config.json", build_config(work, extensions))
        run_jupyter_lite(work)
        for pattern in NOT_SHIPPED:
            for path in (work / "out").glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        make_plotly_lazy(work / "out")
        shutil.rmtree(kept, ignore_errors=True)
        (work / "out").rename(kept)
    forget_old_builds(kept.parent)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def make_plotly_lazy(site: Path) -> None:
    """The page loads plotly when it draws the first chart, not when it opens."""
    static = site / "extensions" / LAZY_EXTENSION / "static"
    config = json.loads((site / "jupyter-lite.json").read_text("utf-8"))
    for extension in config["jupyter-config-data"].get("federated_extensions", []):
        if extension["name"] == LAZY_EXTENSION:
            script = (SITE / "lite" / LAZY_SCRIPT).read_text("utf-8")
            script = script.replace(LAZY_ENTRY, Path(extension["load"]).name)
            (static / LAZY_SCRIPT).write_text(script, "utf-8")
            extension["load"] = f"static/{LAZY_SCRIPT}"
    write_json(site / "jupyter-lite.json", config)


def forget_old_builds(folder: Path) -> None:
    builds = sorted(folder.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime)
    for path in builds[:-KEPT_BUILDS]:
        shutil.rmtree(path, ignore_errors=True)


def run_jupyter_lite(work: Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH)}
    environment.pop("JUPYTERLITE_PYODIDE_URL", None)
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = " | ".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise BuildError(f"`jupyter lite build` failed: {tail}")


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", "utf-8")
