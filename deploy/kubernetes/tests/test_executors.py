"""Real Spark Connect on `k8s://`, whose executors are pods: against the API's stand-in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

import pytest

from deploy.kubernetes.render import HERE
from deploy.kubernetes.tests.kube_api import KubeApi
from deploy.team.spark.build import JAR
from deploy.team.tests.servers import TeamSpark, new_id, rows, team_spark
from deploy.team.tests.tokens import Provider, rsa_key
from spark import executor, own_conf

pytestmark = pytest.mark.spark

SECRET = "not-to-be-seen-in-a-pod-0123456789"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubeApi]:
    root = HERE.parents[1]
    served = KubeApi(root / ".venv-spark" / "bin" / "python", tmp_path_factory.mktemp("pods"))
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    driver = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "spark-0"}, "status": ready}
    served.add("pcw", "pods", driver)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def team(api: KubeApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSpark]:
    folder = tmp_path_factory.mktemp("spark")
    secret = folder / "secret"
    with os.fdopen(os.open(secret, os.O_CREAT | os.O_WRONLY, stat.S_IRUSR), "w") as file:
        file.write(SECRET)
    ours = dict(own_conf.read(HERE / "spark" / "executors.conf", on_one_machine=False).values)
    here = {
        "spark.kubernetes.namespace": "pcw",
        # Of this machine instead of a pod.
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.kubernetes.executor.podTemplateFile": str(HERE / "spark" / "executor.yaml"),
        "spark.authenticate.secret.file": str(secret),
        "spark.executor.memory": "512m",
        "spark.dynamicAllocation.maxExecutors": "1",
        "spark.kubernetes.executor.apiPollingInterval": "1s",
        "spark.sql.shuffle.partitions": "2",
    }
    provider = Provider(keys=[rsa_key()])
    server = team_spark(folder, provider, f"k8s://{api.url}", more={**ours, **here})
    server.service.start()
    try:
        server.service.wait_healthy()
        yield server
    finally:
        server.service.stop()


def test_a_query_runs_in_a_pod_that_spark_asked_for(team: TeamSpark, api: KubeApi) -> None:
    query = "SELECT sum(id) AS total FROM range(0, 1000, 1, 2) GROUP BY id % 3 ORDER BY total"
    found = rows(team.of("alice").sql(query, "alice", new_id()))
    assert [row["total"] for row in found] == [166167, 166500, 166833]
    assert api.posted


def test_an_executor_writes_into_a_volume_and_not_into_its_image(
    team: TeamSpark, api: KubeApi
) -> None:
    team.of("alice").sql("SELECT count(*) FROM range(0, 10, 1, 2)", "alice", new_id())
    assert list(api.logs.glob(f"volumes-*/**/{JAR}")), "it fetched the server's jar"
    assert not (HERE.parents[1] / JAR).exists()


def test_a_pod_that_spark_asked_for_is_restricted(team: TeamSpark, api: KubeApi) -> None:
    from deploy.kubernetes.tests.policies import unrestricted

    team.of("alice").sql("SELECT count(*) FROM range(0, 10, 1, 2)", "alice", new_id())
    for pod in api.posted:
        assert unrestricted(pod) == []


def test_no_secret_is_in_what_spark_sends_to_kubernetes(team: TeamSpark, api: KubeApi) -> None:
    team.of("alice").sql("SELECT count(*) FROM range(0, 10, 1, 2)", "alice", new_id())
    kept = str([*api.posted, *api.found("pcw", "configmaps").values()])
    assert SECRET not in kept
    names = {each["name"] for pod in api.posted for each in pod["spec"]["containers"][0]["env"]}
    assert "_SPARK_AUTH_SECRET" not in names


def test_an_executor_that_no_driver_started_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_HOME", "/nowhere")
    assert executor.main(["executor"]) == 2
    assert "SPARK_DRIVER_URL" in capsys.readouterr().err
