"""What exists in containers only: `make mutants STACK=compose ARGS="-k containers-"`."""

from __future__ import annotations

from functools import partial

from e2e.mutants.mutation import ENGINE, Mutation

_CONTAINERS = "e2e/test_containers.py"
_TEAM = "e2e/team/test_team_containers.py"
_MUTATION = partial(Mutation, needs=ENGINE)

MUTATIONS = (
    _MUTATION(
        name="containers-root",
        breaks="a container can write to its root",
        file="compose.yaml",
        before="  read_only: true\n  cap_drop",
        after="  read_only: false\n  cap_drop",
        tests=(f"{_CONTAINERS}::test_a_container_cannot_write_to_its_root",),
    ),
    _MUTATION(
        name="containers-capabilities",
        breaks="a container may gain rights",
        file="compose.yaml",
        before='  security_opt: ["no-new-privileges:true"]\n',
        after="",
        tests=(
            f"{_CONTAINERS}::test_a_container_has_no_capability_and_can_gain_none",
            f"{_TEAM}::test_a_container_runs_as_an_ordinary_user_who_can_become_nobody_else",
        ),
    ),
    _MUTATION(
        name="containers-network",
        breaks="Spark's network has a way out",
        file="compose.yaml",
        before="  spark: { internal: true } # no way out",
        after="  spark: {} # no way out",
        tests=(
            f"{_CONTAINERS}::test_spark_is_on_a_network_without_a_way_out_that_only_proxies_share",
        ),
    ),
    _MUTATION(
        name="containers-loopback",
        breaks="what is published is published on every address of the machine",
        file="compose.yaml",
        before='"${BIND:-127.0.0.1}:${PCW_SITE_PORT:-8000}:8000"',
        after='"0.0.0.0:${PCW_SITE_PORT:-8000}:8000"',
        tests=(f"{_CONTAINERS}::test_what_is_published_is_published_on_loopback",),
    ),
    _MUTATION(
        name="containers-production",
        breaks="production starts without the token that it needs",
        file="deploy/compose/production.yaml",
        before="SPARK_CONNECT_AUTHENTICATE_TOKEN: ${SPARK_CONNECT_AUTHENTICATE_TOKEN:?the",
        after="SPARK_CONNECT_AUTHENTICATE_TOKEN: ${SPARK_CONNECT_AUTHENTICATE_TOKEN:-the",
        tests=(
            f"{_CONTAINERS}::test_production_without_a_required_setting_is_refused_with_its_name",
        ),
    ),
    _MUTATION(
        name="containers-team-metrics",
        breaks="a team's metrics are published on every address of the machine",
        file="deploy/team/compose.yaml",
        before='published: "${TEAM_METRICS_PORT}", host_ip: 127.0.0.1 }',
        after='published: "${TEAM_METRICS_PORT}", host_ip: 0.0.0.0 }',
        tests=(f"{_TEAM}::test_only_envoy_publishes_ports_and_on_loopback",),
    ),
    _MUTATION(
        name="containers-spark-metrics",
        breaks="in containers Spark tells its metrics where Envoy does not look",
        file="deploy/team/compose/files.py",
        before='metrics = f"0.0.0.0:{SPARK_METRICS_PORT}"',
        after='metrics = f"127.0.0.1:{SPARK_METRICS_PORT}"',
        tests=(f"{_TEAM}::test_spark_tells_its_metrics_through_envoy_and_who_is_at_work",),
    ),
    _MUTATION(
        name="containers-team-keys",
        breaks="Spark can change the keys by which it knows people",
        file="deploy/team/compose.yaml",
        before="      - { type: volume, source: keys, target: /keys, read_only: true }\n"
        '      - { <<: *bind, source: "${TEAM_FOLDER}/spark"',
        after="      - { type: volume, source: keys, target: /keys }\n"
        '      - { type: bind, source: "${TEAM_FOLDER}/spark"',
        tests=(f"{_TEAM}::test_what_the_machine_gives_a_container_it_cannot_change",),
    ),
)
