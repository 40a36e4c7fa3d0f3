"""Every object of both overlays, as kubectl makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kubernetes import __main__ as command
from deploy.kubernetes import render, tools
from deploy.kubernetes.settings import Settings, SettingsError, read
from deploy.kubernetes.tests.policies import unrestricted

pytestmark = pytest.mark.spark

ROOT = render.HERE.parents[1]
VERSION = "1.35.0"
CONNECT = 15002
RESTRICTED = "pod-security.kubernetes.io/enforce"
Object = dict[str, Any]


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read(render.HERE / "team.toml")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<script>let page</script>")
    return folder


@pytest.fixture(scope="session", params=render.OVERLAYS)
def text(
    request: pytest.FixtureRequest,
    settings: Settings,
    site: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    work = tmp_path_factory.mktemp("work")
    home = tools.spark_home(ROOT)
    return render.render(request.param, settings, site, home, tools.kubectl(), work)


@pytest.fixture(scope="session")
def objects(text: str) -> list[Object]:
    return list(yaml.safe_load_all(text))


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def workloads(objects: list[Object]) -> list[Object]:
    return of_kind(objects, "Deployment", "StatefulSet")


def templates(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    for each in workloads(objects):
        yield (
            f"{each['metadata']['namespace']}/{each['metadata']['name']}",
            each["spec"]["template"],
        )


def namespaces(objects: list[Object]) -> dict[str, Object]:
    return {each["metadata"]["name"]: each for each in of_kind(objects, "Namespace")}


def matches(selector: Object, labels: Object) -> bool:
    return selector.get("matchLabels", {}).items() <= labels.items()


def test_each_object_is_what_its_kind_strictly_allows(text: str, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    objects = list(yaml.safe_load_all(text))
    for each in of_kind(objects, "ConfigMap"):  # texts of ours, which only take time to read
        for kind in {"data", "binaryData"} & each.keys():
            each[kind] = dict.fromkeys(each[kind], "")
    file.write_text(yaml.safe_dump_all(objects))
    answer = subprocess.run(
        [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", VERSION, str(file)],
        env={**os.environ, "PYTHONPATH": str(tools.packages())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_each_namespace_enforces_the_restricted_standard(objects: list[Object]) -> None:
    found = namespaces(objects)
    assert {each["metadata"]["labels"].get(RESTRICTED) for each in found.values()} == {"restricted"}
    used = {each["metadata"].get("namespace") for each in objects if each["kind"] != "Namespace"}
    assert used == found.keys()


def test_each_pod_is_restricted_and_has_no_secret_in_its_environment(objects: list[Object]) -> None:
    wrong = {name: unrestricted(template) for name, template in templates(objects)}
    assert wrong
    assert not any(wrong.values()), wrong


def test_each_container_is_probed(objects: list[Object]) -> None:
    for name, template in templates(objects):
        for container in template["spec"]["containers"]:
            probes = {"startupProbe", "readinessProbe", "livenessProbe"}
            assert probes <= container.keys(), name


def test_each_workload_has_a_disruption_budget(objects: list[Object]) -> None:
    budgets = of_kind(objects, "PodDisruptionBudget")
    for each in workloads(objects):
        labels = each["spec"]["template"]["metadata"]["labels"]
        own = [
            budget
            for budget in budgets
            if budget["metadata"]["namespace"] == each["metadata"]["namespace"]
            and matches(budget["spec"]["selector"], labels)
        ]
        assert len(own) == 1, each["metadata"]["name"]


def test_nothing_passes_where_nothing_is_said(objects: list[Object]) -> None:
    closed = {
        each["metadata"]["namespace"]
        for each in of_kind(objects, "NetworkPolicy")
        if each["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    }
    assert closed == namespaces(objects).keys()


def test_only_envoy_reaches_a_spark_server(objects: list[Object]) -> None:
    allowed = [
        (each, rule)
        for each in of_kind(objects, "NetworkPolicy")
        if matches(each["spec"]["podSelector"], {"app": "spark"})
        for rule in each["spec"].get("ingress", [])
        if not rule.get("ports") or any(port.get("port") == CONNECT for port in rule["ports"])
    ]
    assert len(allowed) == len(of_kind(objects, "StatefulSet"))
    for _, rule in allowed:
        assert rule["from"] == [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "pcw"}},
                "podSelector": {"matchLabels": {"app": "envoy"}},
            }
        ]


def test_a_service_account_may_do_what_a_driver_does_and_read_no_secret(
    objects: list[Object],
) -> None:
    assert not of_kind(objects, "ClusterRole", "ClusterRoleBinding")
    for role in of_kind(objects, "Role"):
        for rule in role["rules"]:
            assert rule["apiGroups"] == [""]
            assert set(rule["resources"]) <= {"pods", "configmaps"}
            assert "*" not in rule["verbs"]
    for each in of_kind(objects, "RoleBinding"):
        own = {
            "kind": "ServiceAccount",
            "name": "spark",
            "namespace": each["metadata"]["namespace"],
        }
        assert each["subjects"] == [own]


def test_only_the_driver_has_a_token_of_the_api(objects: list[Object]) -> None:
    for name, template in templates(objects):
        spec = template["spec"]
        has = spec.get("automountServiceAccountToken", True)
        assert has == (spec.get("serviceAccountName") == "spark"), name


def test_no_secret_is_among_the_objects(objects: list[Object]) -> None:
    assert not of_kind(objects, "Secret")


def test_each_mount_has_its_volume_and_each_map_is_there(objects: list[Object]) -> None:
    maps = {
        (each["metadata"]["namespace"], each["metadata"]["name"])
        for each in of_kind(objects, "ConfigMap")
    }
    for each in workloads(objects):
        spec = each["spec"]["template"]["spec"]
        claimed = [claim["metadata"] for claim in each["spec"].get("volumeClaimTemplates", [])]
        names = {volume["name"] for volume in [*spec["volumes"], *claimed]}
        mounts = {mount["name"] for one in spec["containers"] for mount in one["volumeMounts"]}
        assert mounts == names
        for volume in spec["volumes"]:
            if "configMap" in volume:
                assert (each["metadata"]["namespace"], volume["configMap"]["name"]) in maps


def test_the_images_are_those_that_compose_builds(objects: list[Object]) -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    built = {f"{compose['name']}-{name}" for name in compose["services"]}
    used = {
        one["image"] for _, template in templates(objects) for one in template["spec"]["containers"]
    }
    assert used <= built


def test_envoy_grows_with_its_load(objects: list[Object]) -> None:
    [scaler] = of_kind(objects, "HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"]["name"] == "envoy"
    assert scaler["spec"]["minReplicas"] >= 2


def test_a_group_has_a_server_an_account_storage_and_settings_of_its_own(
    settings: Settings, site: Path, tmp_path: Path
) -> None:
    home = tools.spark_home(ROOT)
    text = render.render("per-group", settings, site, home, tools.kubectl(), tmp_path)
    objects = list(yaml.safe_load_all(text))
    for group in settings.groups:
        own = [each for each in objects if each["metadata"].get("namespace") == f"pcw-{group}"]
        [server] = of_kind(own, "StatefulSet")
        assert server["spec"]["volumeClaimTemplates"]
        accounts = {each["metadata"]["name"] for each in of_kind(own, "ServiceAccount")}
        assert accounts == {"spark", "executor"}
        texts = [each["data"] for each in of_kind(own, "ConfigMap") if "data" in each]
        [conf] = [data["spark.conf"] for data in texts if "spark.conf" in data]
        assert f"spark.pcw.identity.group {group}\n" in conf
        assert f"spark.kubernetes.namespace pcw-{group}\n" in conf


def test_groups_that_cannot_be_names_are_refused_in_one_sentence(tmp_path: Path) -> None:
    text = (render.HERE / "team.toml").read_text()
    bad = tmp_path / "team.toml"
    bad.write_text(text.replace('"analytics"', '"The Analysts"'))
    with pytest.raises(SettingsError, match=r"The Analysts.*small letters"):
        read(bad)


def test_a_setting_that_is_not_known_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "team.toml"
    bad.write_text('url = "https://a.example"\nsecret = "x"\n')
    assert command.main(["shared", "--settings", str(bad)]) == 2
    assert "secret is no setting" in capsys.readouterr().err


def test_a_site_that_is_not_built_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["shared", "--site", str(tmp_path)]) == 2
    assert "is no built site" in capsys.readouterr().err
