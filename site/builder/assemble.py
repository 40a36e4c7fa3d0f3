"""Puts the site together in a temporary folder and swaps it in when it is complete."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from builder import inputs
from builder.artifacts import Artifact
from builder.cache import Cache
from builder.compiled import compile_site
from builder.compress import compress_tree
from builder.constants import (
    CONNECT_PRELOAD,
    HEADERS_FILE,
    KERNEL_PACKAGES,
    PYODIDE_DIR,
    PYODIDE_LOCK,
    SERVER_FILE,
    SITE_FILE,
)
from builder.fetch import Fetcher
from builder.headers import headers_text
from builder.lite import copy_lite, labextensions, lite_versions
from builder.lite_addon import add_page_half
from builder.lockfile import Lock, check_pins, load_lock
from builder.official import PyodideLock
from builder.pyodide import Files, write_pyodide
from builder.report import human_size, say, step
from builder.resolution import Resolution, resolution
from builder.settings import ROOT, SITE, Options, Pins, read_pins
from builder.sources import default_sources
from builder.verify import built_from, write_sums
from builder.wheels import Wheel, own_wheel, pyspark_wheel


def build(options: Options) -> None:
    """Builds the site unless `options.out` was built from the same inputs."""
    pins, lock = read_pins(), load_lock()
    check_pins(lock, pins)
    stamp = inputs.inputs_hash(options, lite_versions())
    if not options.force and built_from(options.out) == stamp:
        say(f"{options.out} is up to date.")
        return
    with replacing(options.out) as dist:
        fill(dist, options, pins, lock, stamp)
    files = [path for path in options.out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    say(f"{options.out}: {len(files)} files, {human_size(size)}")


def fill(dist: Path, options: Options, pins: Pins, lock: Lock, stamp: str) -> None:
    """All steps of a build, into an empty folder."""
    files = vendored(options, lock.artifacts, lock)
    official = PyodideLock.load(next(files[a] for a in lock.core if a.file_name == PYODIDE_LOCK))
    wanted = resolution(options, lock, pins, official)
    lock = lock.with_wanted(wanted.artifacts)
    if wanted.artifacts:
        files |= vendored(options, wanted.artifacts, lock)
    with step("wheels of this project and of pyspark-client"):
        own = own_wheel(ROOT)
        pyspark = pyspark_wheel(files.pop(lock.sdist), lock)
    copy_lite(dist, options, {a.file_name: files[a] for a in lock.wheels})
    compiled = compile_site(lock, files, (own, pyspark), options)
    roots = [Wheel(one.file_name, compiled.served[one.file_name]) for one in (own, pyspark)]
    for wheel in roots:
        (dist / wheel.file_name).write_bytes(wheel.data)
    write_pyodide(dist, lock, files, roots, wanted.depends, compiled.served)
    for name, data in compiled.beside.items():
        (dist / name).parent.mkdir(exist_ok=True)
        (dist / name).write_bytes(data)
    # Browsers ask for it by themselves on pages without a <link>, such as the redirecting root.
    shutil.copyfile(dist / "lab" / "favicon.ico", dist / "favicon.ico")
    add_page_half(dist, SITE / "page", options.host.service_worker)
    write_site_file(dist, options, pins, own, pyspark, stamp, wanted, compiled.made_from)
    write_host_files(dist, options)
    write_sums(dist)


def write_host_files(dist: Path, options: Options) -> None:
    """What hosts ask for, and people, beside the site itself."""
    for name in inputs.LICENCES:
        if (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, dist / name)
    shutil.copyfile(SITE / "server" / SERVER_FILE, dist / SERVER_FILE)
    for name in options.host.empty_files:
        (dist / name).touch()
    if options.host.precompressed:
        with step("compressed siblings"):
            compress_tree(dist, options.cache / "compressed")
    (dist / HEADERS_FILE).write_text(headers_text(dist, options.base), "utf-8")


def vendored(options: Options, wanted: Sequence[Artifact], lock: Lock) -> Files:
    """Locked files, verified."""
    sources = default_sources(options.wheel_folders, lock.pyodide, labextensions())
    with step(f"{len(wanted)} vendored files"):
        return Fetcher(sources, Cache(options.cache / "downloads")).fetch(wanted)


def write_site_file(
    dist: Path,
    options: Options,
    pins: Pins,
    own: Wheel,
    pyspark: Wheel,
    stamp: str,
    wanted: Resolution,
    made_from: Mapping[str, str],
) -> None:
    """What the harness and other tools need to know of this site."""
    site = {
        "base": options.base,
        "host": options.host.name,
        "inputs": stamp,
        "kernelPackages": list(KERNEL_PACKAGES),
        "madeFrom": dict(made_from),
        "packages": wanted.versions,
        "preload": list(CONNECT_PRELOAD),
        "pypi": options.pypi,
        "pyodide": f"{PYODIDE_DIR}/",
        "pysparkWheel": pyspark.file_name,
        "remote": options.remote,
        "serviceWorker": options.host.service_worker,
        "sparkOnOrigin": options.host.spark_on_origin,
        "versions": {
            "pyodide": pins.pyodide,
            "python": platform.python_version(),
            "pyspark-client": pins.pyspark_client,
            "pyspark-connect-web": pins.own,
            **lite_versions(),
        },
        "wheel": own.file_name,
    }
    (dist / SITE_FILE).write_text(json.dumps(site, indent=2, sort_keys=True) + "\n", "utf-8")


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """An empty folder that becomes `out` at the end; after any failure `out` is as it was."""
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out)
    prefix = f".{out.name}-{os.getpid()}-"
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=prefix))
    (work / ".gitignore").write_text("*\n")
    new, old = work / "new", work / "old"
    new.mkdir()
    try:
        with terminating_cleanly():
            yield new
        if out.exists():
            os.replace(out, old)
        os.replace(new, out)
    finally:
        if old.exists() and not out.exists():
            os.replace(old, out)
        shutil.rmtree(work, ignore_errors=True)


def sweep(out: Path) -> None:
    """Removes what builds left behind that were killed outright."""
    for path in out.parent.glob(f".{out.name}-*-*"):
        pid = path.name.removeprefix(f".{out.name}-").split("-")[0]
        if pid.isdigit() and not is_running(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def terminating_cleanly() -> Iterator[None]:
    """SIGTERM unwinds like Ctrl-C, so that the temporary folder goes."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
