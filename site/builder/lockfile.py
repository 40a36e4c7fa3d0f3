"""`wheels.lock.json`: the sha256 of every vendored file. Written by `python -m builder lock`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from builder.artifacts import Artifact, Origin
from builder.errors import BuildError
from builder.settings import Pins

LOCK_PATH = Path(__file__).with_name("wheels.lock.json")


@dataclass(frozen=True)
class Lock:
    """The vendored files, and the hash of what the pyspark-client wheel must contain."""

    pyodide: str
    artifacts: tuple[Artifact, ...]
    pyspark_tree_sha256: str

    def of_origin(self, *origins: Origin) -> list[Artifact]:
        return [artifact for artifact in self.artifacts if artifact.origin in origins]

    @property
    def core(self) -> list[Artifact]:
        return self.of_origin(Origin.NPM)

    @property
    def wheels(self) -> list[Artifact]:
        """All that is vendored as it is."""
        beside = (Origin.OFFICIAL, Origin.WANTED)
        return self.of_origin(Origin.CARRIER, Origin.REGISTRY, Origin.KERNEL, *beside)

    @property
    def sdist(self) -> Artifact:
        return self.of_origin(Origin.SDIST)[0]

    @property
    def pure_sdists(self) -> list[Artifact]:
        return self.of_origin(Origin.PURE_SDIST)

    def with_wanted(self, wanted: Sequence[Artifact]) -> Lock:
        """This lock with `PACKAGES`: what these name takes the place of the site's own."""
        names = {artifact.name for artifact in wanted}
        kept = (a for a in self.artifacts if a.origin is Origin.NPM or a.name not in names)
        return replace(self, artifacts=(*kept, *wanted))

    def dump(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def load_lock(path: Path = LOCK_PATH) -> Lock:
    try:
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BuildError(f"{path} is missing: run `python -m builder lock`.") from None
    entries = raw.pop("artifacts")
    artifacts = (Artifact(**{**entry, "origin": Origin(entry["origin"])}) for entry in entries)
    return Lock(artifacts=tuple(artifacts), **raw)


def check_pins(lock: Lock, pins: Pins) -> None:
    """A version changed in `.env` needs new hashes: say so instead of building the old one."""
    for name, pinned, locked in (
        ("PYODIDE_VERSION", pins.pyodide, lock.pyodide),
        ("PYSPARK_CLIENT_VERSION", pins.pyspark_client, lock.sdist.version),
    ):
        if pinned != locked:
            raise BuildError(
                f".env pins {name}={pinned}, but wheels.lock.json was made for {locked}: "
                "run `python -m builder lock`."
            )
