"""What a team's containers are given: for whom each file is, and that the real Envoy takes it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.shared.errors import StackError
from deploy.team.compose import files
from deploy.team.compose.containers import Containers
from deploy.team.compose.mount import Mount, Owner
from deploy.team.config import TeamConfig
from deploy.team.settings import Settings

ENVOY = Path(sys.executable).parent / "envoy"
SECRET_FOLDERS = ("envoy", "provider")


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Containers:
    folder = tmp_path_factory.mktemp("team")
    site = folder / "site"
    site.mkdir()
    (site / "index.html").write_text("<script>1</script>")
    made = Containers(TeamConfig.demonstration(folder, site, {}), "pcw-files", {})
    made.prepare()
    return made


def given(containers: Containers, name: str) -> dict[str, Path]:
    folder = containers.mounts[name].folder
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def secrets_of(containers: Containers) -> list[bytes]:
    ours = containers.config.belongings
    paths = (
        ours.client_secret,
        ours.cookie_key,
        ours.password,
        ours.signing_keys,
        ours.certificates / "tls.key",
    )
    return [path.read_bytes().strip() for path in paths]


@pytest.mark.parametrize("name", SECRET_FOLDERS)
def test_what_is_secret_is_for_its_container_alone(containers: Containers, name: str) -> None:
    owner = containers.mounts[name].owner
    assert owner is not None
    assert stat.S_IMODE(containers.mounts[name].folder.stat().st_mode) == 0o700
    for path in given(containers, name).values():
        status = path.stat()
        assert stat.S_IMODE(status.st_mode) == 0o400
        assert (status.st_uid, status.st_gid) == (owner.uid, owner.gid)
    assert owner.uid != 0


def test_no_other_user_of_the_machine_gets_to_the_files(containers: Containers) -> None:
    """The number of an image's user may be that of somebody here."""
    assert stat.S_IMODE(containers.folder.stat().st_mode) == 0o700


def test_each_container_has_the_secrets_that_it_needs_and_no_others(
    containers: Containers,
) -> None:
    names = {name: set(given(containers, name)) for name in containers.mounts}
    assert names["envoy"] >= {"client-secret", "cookie-key", "tls/tls.key"}
    assert names["provider"] == {"client-secret", "password", "signing-keys.json"}
    for name in ("spark", "keys"):
        everything = b"".join(path.read_bytes() for path in given(containers, name).values())
        assert not [secret for secret in secrets_of(containers) if secret in everything]


def test_the_engine_is_told_no_secret(containers: Containers) -> None:
    told = "\n".join(containers.engine_environ().values()).encode()
    assert not [secret for secret in secrets_of(containers) if secret in told]


def test_the_configuration_names_secrets_and_holds_none(containers: Containers) -> None:
    config = given(containers, "envoy")["envoy.json"].read_bytes()
    assert not [secret for secret in secrets_of(containers) if secret in config]


def test_the_real_envoy_takes_it(
    containers: Containers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "INSIDE", tmp_path)
    endpoints = files.endpoints_of(containers.config)
    Mount(tmp_path).put(
        files.of_envoy(containers.config, endpoints), files.certificate(containers.config)
    )
    command = [str(ENVOY), "--mode", "validate", "-c", str(tmp_path / "envoy.json"), "-l", "error"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_tokens_keep_the_issuer_and_containers_have_addresses_of_their_own(
    containers: Containers,
) -> None:
    endpoints = files.endpoints_of(containers.config)
    port = containers.config.settings.provider_port
    outside = f"http://127.0.0.1:{port}"
    assert (endpoints.issuer, endpoints.authorization) == (outside, f"{outside}/auth")
    assert (endpoints.token, endpoints.jwks) == (
        f"http://provider:{port}/token",
        f"http://provider:{port}/jwks",
    )
    spark = given(containers, "spark")["spark.conf"].read_text()
    assert f"spark.pcw.identity.issuer {outside}\n" in spark
    assert "spark.pcw.identity.jwks /keys/jwks.json\n" in spark
    assert "spark.pcw.guard on\n" in spark


def test_only_the_demonstration_has_a_door_to_its_provider(containers: Containers) -> None:
    def listeners(config: TeamConfig) -> set[str]:
        made: dict[str, Any] = json.loads(files.of_envoy(config, endpoints)["envoy.json"])
        return {each["name"] for each in made["static_resources"]["listeners"]}

    endpoints = files.endpoints_of(containers.config)
    assert listeners(containers.config) == {"site", "metrics", "provider"}
    ours = containers.config.belongings
    settings = replace(
        containers.config.settings,
        demo=False,
        certificates=ours.certificates,
        identity=replace(
            containers.config.settings.identity,
            client_secret=ours.client_secret,
            cookie_key=ours.cookie_key,
        ),
    )
    assert listeners(replace(containers.config, settings=settings)) == {"site", "metrics"}


def test_a_provider_on_this_machines_loopback_is_refused_in_one_sentence(tmp_path: Path) -> None:
    identity = replace(Settings().identity, issuer="http://localhost:8080")
    config = TeamConfig(replace(Settings(), identity=identity), tmp_path)
    with pytest.raises(StackError, match="write an https address") as caught:
        files.endpoints_of(config)
    assert len(str(caught.value).splitlines()) == 1


def test_with_servers_elsewhere_none_is_started(containers: Containers) -> None:
    settings = replace(containers.config.settings, spark_servers=("spark.example.org:15002",))
    there = replace(containers, config=replace(containers.config, settings=settings))
    assert there.engine_environ()["COMPOSE_PROFILES"] == ""
    assert "spark" not in there.services
    config = json.dumps(
        json.loads(
            files.of_envoy(there.config, files.endpoints_of(there.config))["envoy.json"],
        )
    )
    assert "spark.example.org" in config


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    return Mount(tmp_path / "mounted", Owner(os.getuid(), os.getgid()))


def test_a_container_is_made_anew_for_other_files_and_for_no_others(mount: Mount) -> None:
    mount.put({"a": b"1", "b": b"2"})
    first = mount.version
    mount.put({"a": b"1", "b": b"2"})
    assert mount.version == first
    mount.put({"a": b"1", "b": b"3"})
    second = mount.version
    mount.put({"a": b"1"})
    assert len({first, second, mount.version}) == 3
    assert {path.name for path in mount.folder.iterdir()} == {"a"}


def test_a_new_certificate_is_swapped_as_a_whole_in_the_same_folder(mount: Mount) -> None:
    mount.put({"a": b"1"}, {"tls.crt": b"old", "tls.key": b"old"})
    folder, pair, version = mount.folder.stat().st_ino, mount.folder / "tls", mount.version
    first = pair.stat().st_ino
    mount.put({"a": b"1"}, {"tls.crt": b"old", "tls.key": b"old"})
    assert pair.stat().st_ino == first
    mount.put({"a": b"1"}, {"tls.crt": b"new", "tls.key": b"new"})
    assert pair.stat().st_ino != first
    assert {path.read_bytes() for path in pair.iterdir()} == {b"new"}
    assert {path.name for path in mount.folder.iterdir()} == {"a", "tls"}
    assert (mount.folder.stat().st_ino, mount.version) == (folder, version)


def test_what_was_given_is_taken_away(mount: Mount) -> None:
    mount.put({"a": b"1"})
    mount.remove()
    assert list(mount.folder.parent.iterdir()) == []
