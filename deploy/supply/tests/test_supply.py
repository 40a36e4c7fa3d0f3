"""Bills of material: nothing is left out of them, and scanners are asked about each."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.shared.config import ROOT
from deploy.supply import bills, scanners
from deploy.supply.__main__ import main

VERSIONS = {
    "pyodide": "314.0.4",
    "jupyterlite-core": "0.8.6",
    "jupyterlite-pyodide-kernel": "0.8.6",
}
METADATA = "Metadata-Version: 2.4\nName: Some_Thing\nVersion: 1.2\nLicense-Expression: MIT\n"
WHEEL = Path("pyodide") / "some_thing-1.2-py3-none-any.whl"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With one wheel."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "pcw-site.json").write_text(json.dumps({"versions": VERSIONS}))
    (folder / WHEEL).parent.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr("some_thing-1.2.dist-info/METADATA", METADATA)
    return folder


def written(folder: Path, site: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path, _ in bills.write(folder, site)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, site: Path) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("sbom"), site)


def components(made: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    bill = json.loads(made[name])
    assert bill["bomFormat"] == "CycloneDX"
    found: list[dict[str, Any]] = bill["components"]
    return found


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.stem
)
def test_a_bill_has_every_package_of_its_lock(made: dict[str, bytes], lock: Path) -> None:
    pattern = r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)"
    locked = re.findall(pattern, lock.read_text(), re.MULTILINE)
    found = components(made, f"python-{lock.stem}.cdx.json")
    assert sorted((each["name"], each["version"]) for each in found) == sorted(locked)


@pytest.mark.parametrize(("name", "lock"), bills.NPM_LOCKS.items())
def test_a_bill_has_every_package_of_an_npm_lock_with_its_hash(
    made: dict[str, bytes], name: str, lock: Path
) -> None:
    places = {place for place in json.loads(lock.read_text())["packages"] if place}
    locked = json.loads(lock.read_text())["packages"]
    found = {each["bom-ref"]: each for each in components(made, f"{name}.cdx.json")}
    assert found.keys() == places
    for place, component in found.items():
        digest = base64.b64decode(locked[place]["integrity"].removeprefix("sha512-")).hex()
        assert component["hashes"] == [{"alg": "SHA-512", "content": digest}]
        assert component["purl"].startswith("pkg:npm/")
        assert component["licenses"]


def test_the_sites_bill_has_its_wheels_by_their_own_word(
    made: dict[str, bytes], site: Path
) -> None:
    found = {each["bom-ref"]: each for each in components(made, "site.cdx.json")}
    wheel = found[str(WHEEL)]
    assert (wheel["name"], wheel["version"]) == ("some-thing", "1.2")
    digest = hashlib.sha256((site / WHEEL).read_bytes()).hexdigest()
    assert wheel["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert wheel["licenses"][0]["license"]["id"] == "MIT"
    assert {name: found[name]["version"] for name in VERSIONS} == VERSIONS


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One lock and the site are enough here; the names of their bills."""
    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "java.txt").write_bytes((bills.PYTHON_LOCKS / "java.txt").read_bytes())
    monkeypatch.setattr(bills, "PYTHON_LOCKS", locks)
    monkeypatch.setattr(bills, "NPM_LOCKS", {})
    return ["python-java.cdx.json", "site.cdx.json"]


def test_the_same_input_gives_the_same_bytes(
    made: dict[str, bytes], site: Path, tmp_path: Path, few: list[str]
) -> None:
    (tmp_path / "old.cdx.json").write_text("what was there before")
    again = written(tmp_path, site)
    assert again == {name: made[name] for name in few}
    assert not (tmp_path / "old.cdx.json").exists()


def test_without_a_site_it_is_told_in_one_sentence(tmp_path: Path) -> None:
    code, _, error = run(tmp_path, "sbom", site=tmp_path)
    assert code == 1
    assert error == f"{tmp_path} is no built site: run `make site`, or name it with --site.\n"


def run(programs: Path, command: str, site: Path) -> tuple[int, str, str]:
    """The command line; of programs outside Python only those of a folder are found."""
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "deploy.supply"),
            *("--out", str(programs / "out"), "--site", str(site), command),
        ],
        cwd=ROOT,
        env={**os.environ, "PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout, answer.stderr


def test_without_a_scanner_it_is_told_in_one_sentence(tmp_path: Path, site: Path) -> None:
    code, out, error = run(tmp_path, "scan", site)
    assert (code, out) == (2, "")
    assert error.startswith("No scanner is installed: put one of trivy, grype, osv-scanner,")
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(("finds", "code"), [("*/site.cdx.json", 1), ("nothing", 0)])
def test_a_scanner_is_asked_about_every_bill(
    tmp_path: Path,
    site: Path,
    few: list[str],
    finds: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A stand-in for it: none can be had here."""
    lines = ("#!/bin/sh", 'echo "asked: $*"', f"case $5 in {finds}) exit 1 ;; esac")
    (tmp_path / "trivy").write_text("\n".join(lines) + "\n")
    (tmp_path / "trivy").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "out"
    assert main(["--out", str(out), "--site", str(site), "scan"]) == code
    said, error = capfd.readouterr()
    asked = [line for line in said.splitlines() if line.startswith("asked")]
    assert asked == [f"asked: sbom --quiet --exit-code 1 {out / name}" for name in few]
    assert ("site.cdx.json" in error) is bool(code)


def test_pip_audit_is_given_the_locks() -> None:
    audit = next(each for each in scanners.KNOWN if each.name == "pip-audit")
    lock = str(bills.PYTHON_LOCKS / "client-4.0.txt")
    assert lock in audit.arguments(Path("out/python-client-4.0.cdx.json"))
    assert not audit.arguments(Path("out/site.cdx.json"))
