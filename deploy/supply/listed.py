"""Components that stand in an npm lock, or in a built site. Runs with the packages of sbom.txt.

listed.py npm package-lock.json OUT
listed.py site site/dist OUT
listed.py check BILL…           whether each fits CycloneDX' schema
"""

from __future__ import annotations

import base64
import email
import hashlib
import json
import sys
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# mypy: disable-error-code="import-not-found"
from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

_MODULES = "node_modules/"
_OF_THE_SITE = {"pyodide": "npm", "jupyterlite-core": "pypi", "jupyterlite-pyodide-kernel": "pypi"}
"""In the site, but no wheel of it: their kind of package, by their name in `pcw-site.json`."""


def of_npm_lock(lock: Path) -> list[Component]:
    """Every package of the lock, each place of it once."""
    found: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    components = []
    for place, package in sorted(found.items()):
        if not place:
            continue  # the project itself
        name = package.get("name") or place.rpartition(_MODULES)[2]
        scope, _, plain = name.rpartition("/")
        component = Component(
            type=ComponentType.LIBRARY,
            group=scope or None,
            name=plain,
            version=package["version"],
            bom_ref=place,
            purl=PackageURL("npm", scope or None, plain, package["version"]),
            hashes=_integrity(package.get("integrity", "")),
        )
        _license(component, package.get("license", ""))
        components.append(component)
    return components


def of_site(site: Path) -> list[Component]:
    """Every wheel in it, and what it is built of beside them."""
    versions: dict[str, str] = json.loads((site / "pcw-site.json").read_text())["versions"]
    components = [
        Component(
            type=ComponentType.FRAMEWORK,
            name=name,
            version=versions[name],
            bom_ref=name,
            purl=PackageURL(kind, None, name, versions[name]),
        )
        for name, kind in _OF_THE_SITE.items()
    ]
    return components + [_wheel(path, site) for path in sorted(site.rglob("*.whl"))]


def _wheel(path: Path, site: Path) -> Component:
    """By its own word: name, version and licence are those of its METADATA."""
    with zipfile.ZipFile(path) as wheel:
        [name] = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(wheel.read(name))
    named, version = metadata["Name"].lower().replace("_", "-"), metadata["Version"]
    component = Component(
        type=ComponentType.LIBRARY,
        name=named,
        version=version,
        bom_ref=str(path.relative_to(site)),
        purl=PackageURL("pypi", None, named, version, {"file_name": path.name}),
        hashes=[
            HashType(
                alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest()
            )
        ],
    )
    _license(component, metadata["License-Expression"] or "")
    return component


def _license(component: Component, text: str) -> None:
    if text:
        component.licenses.add(LicenseFactory().make_from_string(text))


def _integrity(text: str) -> Iterable[HashType]:
    """Subresource Integrity, as npm writes it."""
    known = {"sha512": HashAlgorithm.SHA_512, "sha1": HashAlgorithm.SHA_1}
    for each in text.split():
        algorithm, _, digest = each.partition("-")
        if algorithm in known:
            content = base64.b64decode(digest).hex()
            yield HashType(alg=known[algorithm], content=content)


def bill(components: Iterable[Component]) -> str:
    """CycloneDX, without what chance or the clock would put into it."""
    made = json.loads(JsonV1Dot6(Bom(components=components)).output_as_string())
    made["metadata"].pop("timestamp", None)
    made.pop("serialNumber")
    content = json.dumps(made, sort_keys=True)
    made["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, content).urn
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


def check(bills: Iterable[str]) -> None:
    """Raises ValueError with the first one that does not fit."""
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    for path in bills:
        if problem := validator.validate_str(Path(path).read_text(encoding="utf-8")):
            raise ValueError(f"{path} does not fit CycloneDX' schema ({problem})")


def main(kind: str, *paths: str) -> None:
    if kind == "check":
        return check(paths)
    source, out = paths
    found = {"npm": of_npm_lock, "site": of_site}[kind](Path(source))
    Path(out).write_text(bill(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
