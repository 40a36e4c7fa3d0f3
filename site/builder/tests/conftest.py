"""What the builder's tests share: tiny artifacts, sources that count, a cache of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from builder.artifacts import Artifact, Origin
from builder.cache import Cache
from builder.digest import sha256
from builder.errors import SourceUnavailable
from builder.settings import Options

MakeArtifact = Callable[..., Artifact]


@dataclass
class FakeSource:
    """Has what it is given; remembers what it was asked for."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    reachable: bool = True
    asked: list[str] = field(default_factory=list)

    def may_have(self, artifact: Artifact) -> bool:
        return True

    def fetch(self, wanted: Sequence[Artifact]) -> Iterator[tuple[Artifact, bytes]]:
        self.asked += [artifact.file_name for artifact in wanted]
        if not self.reachable:
            raise SourceUnavailable("no route to host")
        for artifact in wanted:
            if artifact.file_name in self.files:
                yield artifact, self.files[artifact.file_name]


@pytest.fixture
def make_artifact() -> MakeArtifact:
    def make(name: str, data: bytes, origin: Origin = Origin.REGISTRY) -> Artifact:
        return Artifact(name, "1.0", f"{name}-1.0-py3-none-any.whl", sha256(data), origin)

    return make


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "downloads")


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(out=tmp_path / "dist", cache=tmp_path / "cache")
