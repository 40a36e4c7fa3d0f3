"""`PACKAGES` with all that it needs: versions that fit together, of wheels that a tab can load.

uv finds them. It knows the registry; of what Pyodide compiles and of what the site has it is told.
Versions of Pyodide's lock come first; what the site has is never exchanged for another version.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from pyodide_lock import PackageSpec

from builder import tools
from builder.artifacts import Artifact, Origin
from builder.cache import Cache, write_atomically
from builder.constants import OWN_NAME, PYSPARK_EXTRAS, PYSPARK_NAME, STOOD_IN_FOR
from builder.digest import sha256
from builder.errors import BuildError, SourceUnavailable
from builder.lockfile import Lock
from builder.official import PyodideLock
from builder.report import step
from builder.requested import hashes_of, name_of, without_hashes
from builder.settings import Options, Pins
from builder.stubs import Stub, compiled, is_pure, pins, stub_of, write_all
from builder.wheel_contents import normalized, wheel_name

# One line of uv's answer: the version, and who needs it.
LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(\s+# via (?P<via>.*))?")
NO_WHEEL = re.compile(
    r"Wheels are required for `([^`]+)`"
    r"|(?:^|\s)([\w.-]*\w)(?:[<>=!~]\S*)? (?:has|have) no (?:usable )?wheels",
)
UNKNOWN = re.compile(r"Because ([\w.-]+) was not found in the package registry")
NO_EXTRA = re.compile(r"`([\w.-]+)==[^`]*` does not have an extra named `([^`]+)`")
# Each round tells the resolver of one more wheel; no tree of packages has so many of its own.
MOST_ROUNDS = 50


@dataclass(frozen=True)
class Resolution:
    """Wheels that the site gets beside its own, or instead of one of these."""

    artifacts: tuple[Artifact, ...] = ()
    depends: Mapping[str, list[str]] = field(default_factory=dict)
    """Of those that Pyodide's lock does not describe: name to the names that it needs."""

    @property
    def versions(self) -> dict[str, str]:
        return {artifact.name: artifact.version for artifact in self.artifacts}

    def dump(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def load(cls, text: str) -> Resolution:
        raw = json.loads(text)
        entries = ({**entry, "origin": Origin(entry["origin"])} for entry in raw["artifacts"])
        return cls(tuple(Artifact(**entry) for entry in entries), raw["depends"])


def resolution(options: Options, lock: Lock, pinned: Pins, official: PyodideLock) -> Resolution:
    """What `options.packages` comes to; what was found once is found again without a network."""
    if not options.packages:
        return Resolution()
    asked = [options.packages, lock.dump(), pinned.own, Path(__file__).read_text("utf-8")]
    key = sha256(json.dumps(asked).encode())
    kept = options.cache / "packages" / f"{key}.json"
    if kept.is_file() and not options.force:
        return Resolution.load(kept.read_text("utf-8"))
    with step(f"versions of {', '.join(map(name_of, options.packages))}"):
        found = Search(options.packages, lock, pinned, official).run(
            Cache(options.cache / "downloads")
        )
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, found.dump().encode())
    return found


class Search:
    """One question to uv, asked again as long as it misses a wheel that there is."""

    def __init__(
        self, requirements: Sequence[str], lock: Lock, pinned: Pins, official: PyodideLock
    ) -> None:
        self.requirements = requirements
        self.roots = {name_of(requirement) for requirement in requirements}
        self.official = {normalized(n): entry for n, entry in official.packages.items()}
        info = official.info
        self.platform = f"pyemscripten_{info.abi_version}_{info.arch}"
        self.version = lock.pyodide
        self.slower = {
            artifact.name
            for artifact in (*lock.wheels, *lock.pure_sdists)
            if artifact.name in self.official
            and not is_pure(self.official[artifact.name])
            and artifact.file_name != self.official[artifact.name].file_name
        }
        """The site has these as pure Python, and Pyodide compiles them."""
        self.own = self.site_packages(lock, pinned)
        # The tab has these by other means than wheels.
        self.nowhere = {"pyspark", *(STOOD_IN_FOR.keys() - self.roots)}
        self.stubs: dict[str, Stub] = {**compiled(official), **self.own}

    def site_packages(self, lock: Lock, pinned: Pins) -> dict[str, Stub]:
        """What the site has whatever is asked for; its versions stand."""
        vendored = [*lock.wheels, *lock.pure_sdists]
        own = {a.name: Stub(a.name, a.version) for a in vendored}
        own[PYSPARK_NAME] = Stub(PYSPARK_NAME, pinned.pyspark_client)
        own["pyspark"] = Stub("pyspark", pinned.pyspark_client, extras=PYSPARK_EXTRAS)
        own[OWN_NAME] = Stub(OWN_NAME, pinned.own)
        own |= {n: Stub(n, v) for n, v in STOOD_IN_FOR.items() if n not in self.roots}
        return own

    def run(self, cache: Cache) -> Resolution:
        """Raises BuildError: names what cannot be had, and why."""
        for requirement in self.requirements:
            self.check_fits(without_hashes(requirement))
        for _ in range(MOST_ROUNDS):
            answer, refusal = self.ask()
            if not refusal:
                return self.wheels(answer, cache)
            if not self.learn(refusal):
                raise BuildError(self.explain(refusal))
        raise BuildError("PACKAGES needs more packages of its own than a site is made for.")

    def check_fits(self, requirement: str) -> None:
        """Raises for what no search could mend."""
        try:
            wanted = Requirement(requirement)
        except InvalidRequirement as error:
            reason = str(error).splitlines()[0].partition(" (")[0]
            raise BuildError(
                f"PACKAGES has {requirement}, which is no requirement: {reason}."
            ) from None
        own = self.own.get(normalized(wanted.name))
        if own and not wanted.specifier.contains(own.version, prereleases=True):
            raise BuildError(
                f"PACKAGES has {requirement}, but this site is made with {own.name} {own.version}: "
                "leave the version out."
            )

    def ask(self) -> tuple[str, str]:
        """uv's answer, or its refusal."""
        preferred = [
            Stub(name, entry.version)
            for name, entry in self.official.items()
            if is_pure(entry) and name not in self.stubs
        ]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "wheels").mkdir()
            write_all(self.stubs.values(), folder / "wheels")
            lines = [without_hashes(requirement) for requirement in self.requirements]
            (folder / "wanted.in").write_text("\n".join([*lines, ""]), "utf-8")
            (folder / "site.txt").write_text(pins(list(self.own.values())), "utf-8")
            (folder / "found.txt").write_text(pins(preferred), "utf-8")
            refusal = tools.uv_compile(folder)
            self.check_extras(refusal)
            return (folder / "found.txt").read_text("utf-8"), refusal

    def check_extras(self, refusal: str) -> None:
        """What uv leaves out with a warning is an error here."""
        for name, extra in NO_EXTRA.findall(refusal):
            raise BuildError(
                f"PACKAGES wants {name}[{extra}], but "
                + (
                    f"a site can have {name} without extras only: name the packages themselves "
                    "that the extra stands for."
                    if normalized(name) in self.stubs
                    else f"{name} has no extra of that name."
                )
            )

    def learn(self, refusal: str) -> bool:
        """Whether there is a wheel for a tab that uv does not know of."""
        missing = {normalized(n) for n in (*without_wheel(refusal), *UNKNOWN.findall(refusal))}
        learned = False
        for name in sorted(missing - set(self.stubs)):
            stub = self.official_stub(name) or self.registry_stub(name)
            if stub:
                self.stubs[name] = stub
                learned = True
        return learned

    def official_stub(self, name: str) -> Stub | None:
        entry = self.official.get(name)
        return stub_of(name, entry) if entry else None

    def registry_stub(self, name: str) -> Stub | None:
        """Of a wheel that its authors made for this Pyodide (PEP 783)."""
        try:
            metadata = tools.pip_tab_metadata(name, self.platform)
        except SourceUnavailable:
            return None
        needs = tuple(one for one in metadata.get("requires_dist", []) if "extra ==" not in one)
        return Stub(name, metadata["version"], needs)

    def explain(self, refusal: str) -> str:
        """One sentence about what cannot be had."""
        unknown = UNKNOWN.search(refusal)
        if unknown:
            return (
                f"PACKAGES: no registry of this machine has a package called {unknown[1]}"
                f"{self.needed_by(unknown[1], refusal)}."
            )
        without = [name for name in without_wheel(refusal) if name not in self.own]
        if without:
            return self.has_no_wheel(without[0], refusal)
        words = reason_of(refusal)
        held = [
            f"{stub.name} {stub.version}"
            for stub in self.own.values()
            if re.search(rf"(?<![\w-]){re.escape(stub.name)}(?![\w-])", words)
        ]
        also = f"; this site has {', '.join(held)}, which stays" if held else ""
        return f"PACKAGES cannot be had together: {words}{also}."

    def has_no_wheel(self, name: str, refusal: str) -> str:
        stub = self.stubs.get(name)
        has = (
            f"has {name} {stub.version} only"
            if stub
            else "has none, and the registry's are for other machines or have to be compiled"
        )
        needed = self.needed_by(name, refusal)
        return f"PACKAGES: {name} has no wheel for a tab{needed}: Pyodide {self.version} {has}."

    def needed_by(self, name: str, refusal: str) -> str:
        if normalized(name) in self.roots:
            return ""
        pattern = rf"([\w.-]*\w)(?:[<>=!~]\S*)? depends on {re.escape(name)}(?![\w-])"
        needing = re.search(pattern, " ".join(refusal.split()))
        return f" (needed by {needing[1] if needing else ', '.join(sorted(self.roots))})"

    def wheels(self, answer: str, cache: Cache) -> Resolution:
        """The files of what the site has not, hashed."""
        found = {match["name"]: match for match in map(LINE.match, answer.splitlines()) if match}
        # Named outright, Pyodide's takes the place of the site's.
        swapped = self.roots & self.slower
        new = [name for name in found if name not in self.own or name in swapped]
        theirs = [name for name in new if self.is_official(name, found[name]["version"])]
        artifacts = [self.official_artifact(name) for name in theirs]
        others = {name: found[name]["version"] for name in new if name not in theirs}
        artifacts += fetch(others, self.platform, cache, self.official)
        self.check_hashes(artifacts)
        depends = {
            name: sorted(
                other
                for other, match in found.items()
                if name in vias(match) and other not in self.nowhere
            )
            for name in others
        }
        return Resolution(tuple(sorted(artifacts, key=lambda a: a.name)), depends)

    def is_official(self, name: str, version: str) -> bool:
        entry = self.official.get(name)
        return entry is not None and entry.version == version and name in self.stubs

    def official_artifact(self, name: str) -> Artifact:
        entry = self.official[name]
        digest = entry.sha256
        origin = Origin.OFFICIAL
        return Artifact(name, entry.version, entry.file_name, digest, origin, digest)

    def check_hashes(self, artifacts: Sequence[Artifact]) -> None:
        """A hash in a requirements file is of the registry's file."""
        expected = {name_of(one): hashes_of(one) for one in self.requirements}
        for artifact in artifacts:
            digests = expected.get(artifact.name)
            if digests and artifact.origin is Origin.WANTED and artifact.sha256 not in digests:
                raise BuildError(
                    f"PACKAGES gives {artifact.name} hashes of which {artifact.file_name} has "
                    f"none: its sha256 is {artifact.sha256}."
                )


def vias(match: re.Match[str]) -> set[str]:
    """The packages that need the one of this line."""
    return {normalized(one.strip()) for one in (match["via"] or "").split(",")}


def without_wheel(refusal: str) -> list[str]:
    """The packages of which uv says that they have no wheel, in its order."""
    names = (hint or subject for hint, subject in NO_WHEEL.findall(refusal))
    return [normalized(name) for name in names if name not in ("of", "versions")]


def reason_of(refusal: str) -> str:
    """uv's reason, in one line and without its advice."""
    text = refusal.split("cause:", 1)[-1].split("\nhint:", 1)[0]
    return " ".join(text.split()).rstrip(".")


def fetch(
    versions: Mapping[str, str], platform: str, cache: Cache, official: Mapping[str, PackageSpec]
) -> list[Artifact]:
    """Wheels of the registry, into the cache; their hashes are taken here."""
    artifacts = []
    with tempfile.TemporaryDirectory() as folder:
        if versions:
            wanted = [f"{name}=={version}" for name, version in versions.items()]
            try:
                tools.pip_download_tab_wheels(wanted, platform, Path(folder))
            except SourceUnavailable as reason:
                raise BuildError(
                    "PACKAGES: pip finds no wheels for the Python 3.14 of a tab: "
                    f"{str(reason).removeprefix('ERROR: ').rstrip('.')}."
                ) from None
        for path in sorted(Path(folder).glob("*.whl")):
            data = path.read_bytes()
            cache.put(data)
            name, digest = wheel_name(path.name), sha256(data)
            known = official.get(name)
            theirs = known.sha256 if known and known.file_name == path.name else None
            artifacts.append(
                Artifact(name, versions[name], path.name, digest, Origin.WANTED, theirs)
            )
    return artifacts
