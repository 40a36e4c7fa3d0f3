"""Sizes, ports and settings of a cluster, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cluster import conf
from deploy.cluster.conf import ClusterConfig, ClusterPorts
from deploy.cluster.generations import Generation, Generations
from deploy.shared.errors import StackError
from spark import own_conf


def config(tmp_path: Path, **changed: object) -> ClusterConfig:
    ports = ClusterPorts.beginning_at(20000, 3, 2)
    return ClusterConfig(state_dir=tmp_path, workers=3, servers=2, ports=ports, **changed)


def test_no_two_services_have_a_port_in_common() -> None:
    ports = ClusterPorts.beginning_at(20000, 3, 2)
    used = [ports.master, ports.master_ui, ports.history_ui, ports.metastore]
    used += [port for i in range(3) for port in (ports.worker(i), ports.worker_ui(i))]
    for slot in range(conf.SLOTS):
        used += [port for i in range(2) for port in vars(ports.server(slot, i)).values()]
    assert sorted(used) == list(ports.numbers)


def test_a_generation_and_the_next_have_other_ports(tmp_path: Path) -> None:
    one, two = (Generation.of(number, config(tmp_path)) for number in (1, 2))
    assert one.slot != two.slot


def test_generations_are_read_as_they_were_written(tmp_path: Path) -> None:
    one = Generation.of(1, config(tmp_path, conf={"spark.a": "b"}))
    written = Generations(Generation.of(2, config(tmp_path)), one, one)
    written.save(tmp_path)
    assert Generations.load(tmp_path) == written
    assert (tmp_path / "generations.json").stat().st_mode & 0o777 == 0o600


def test_each_server_can_have_executors_whatever_the_others_take(tmp_path: Path) -> None:
    assert config(tmp_path, worker_cores=2).executors_at_most == 5
    assert config(tmp_path, worker_cores=1, executors_kept=3).executors_at_most == 1


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = config(tmp_path).secret()
    assert len(made) >= 32
    assert config(tmp_path).secret() == made
    assert config(tmp_path).secret_file.stat().st_mode & 0o777 == 0o600


def test_the_clusters_own_interceptor_runs_after_those_that_say_who_calls(tmp_path: Path) -> None:
    settings = conf.server(
        config(tmp_path, interceptors=("first.Seen", "then.Seen")),
        "s",
        conf.ServerPorts(1, 2, 3, 4),
    )
    assert settings["spark.connect.grpc.interceptor.classes"] == (
        "pcw.cluster.Draining,then.Seen,first.Seen"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PCW_CLUSTER_WORKERS", "none"),
        ("PCW_CLUSTER_SERVERS", "0"),
        ("PCW_CLUSTER_FIRST_PORT", "65530"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(StackError) as refused:
        ClusterConfig.from_environment({name: value})
    assert value in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_setting_with_a_backslash_is_read_as_it_was_written(tmp_path: Path) -> None:
    values = {"spark.pcw.identity.subject": r"[\w.@-]{1,64}", "spark.app.name": "one two"}
    file = tmp_path / "server.conf"
    file.write_text(conf.properties(values))
    assert own_conf.read(file, on_one_machine=False).values == values


def test_spark_s_pages_name_a_proxy_only_where_there_is_one(tmp_path: Path) -> None:
    shown = config(tmp_path, pages_url="https://spark.example.org:8446")
    ports = conf.ServerPorts(1, 2, 3, 4)
    for made in (conf.worker(shown), conf.server(shown, "s", ports)):
        assert made["spark.ui.reverseProxyUrl"] == "/master"
        assert made["spark.ui.proxyRedirectUri"] == shown.pages_url
    assert conf.master(shown)["spark.ui.reverseProxy"] == "true"
    assert conf.history(shown)["spark.ui.proxyRedirectUri"] == shown.pages_url
    alone = config(tmp_path)
    for made in (conf.master(alone), conf.history(alone), conf.server(alone, "s", ports)):
        assert not [name for name in made if "roxy" in name]
