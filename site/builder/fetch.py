"""Finds the bytes of every artifact: local folders, the cache, then one source after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.artifacts import Artifact
from builder.cache import Cache
from builder.errors import BuildError, SourceUnavailable
from builder.lockfile import LOCK_PATH
from builder.report import human_size, say
from builder.sources import LocalFolders, Source

# How many missing files the error names before it refers to the lock.
NAMED_FILES = 5


class Fetcher:
    """Remembers over its life which source could not be reached, so that it costs time once."""

    def __init__(self, sources: Sequence[Source], cache: Cache) -> None:
        self.local = [source for source in sources if isinstance(source, LocalFolders)]
        self.remote = [source for source in sources if not isinstance(source, LocalFolders)]
        self.cache = cache
        self.refusals: dict[str, str] = {}

    def fetch(self, wanted: Sequence[Artifact]) -> dict[Artifact, bytes]:
        """The verified bytes of all that is wanted, or one sentence about what is missing."""
        found: dict[Artifact, bytes] = {}
        for folders in self.local:
            found.update(self.ask(folders, wanted))
        for artifact in missing(wanted, found):
            data = self.cache.get(artifact.sha256)
            if data is not None:
                found[artifact] = data
        for source in self.remote:
            for artifact, data in self.ask(source, missing(wanted, found)):
                self.cache.put(data)
                found[artifact] = data
        absent = missing(wanted, found)
        if absent:
            raise BuildError(self.cannot_find(absent))
        return found

    def ask(self, source: Source, wanted: Sequence[Artifact]) -> Iterator[tuple[Artifact, bytes]]:
        """What this source has of it, each file verified and reported."""
        candidates = [artifact for artifact in wanted if source.may_have(artifact)]
        if not candidates or source.name in self.refusals:
            return
        try:
            for artifact, data in source.fetch(candidates):
                artifact.verified(data, source.name)
                say(f"  {artifact.file_name}  {human_size(len(data))}  from {source.name}")
                yield artifact, data
        except SourceUnavailable as reason:
            self.refusals[source.name] = str(reason)
            say(f"  {source.name} cannot be used: {reason}")

    def cannot_find(self, absent: Sequence[Artifact]) -> str:
        names = ", ".join(artifact.file_name for artifact in absent[:NAMED_FILES])
        if len(absent) > NAMED_FILES:
            names += f" and {len(absent) - NAMED_FILES} more of site/builder/{LOCK_PATH.name}"
        tried = "; ".join(f"{name}: {reason}" for name, reason in self.refusals.items())
        return (
            f"{len(absent)} of the vendored files are neither in the cache ({self.cache.folder}) "
            f"nor at any source ({tried or 'no source has them'}): put {names} "
            "into a folder and name that folder in PCW_WHEELS."
        )


def missing(wanted: Sequence[Artifact], found: dict[Artifact, bytes]) -> list[Artifact]:
    return [artifact for artifact in wanted if artifact not in found]
