"""What a Prometheus is told, and its rules."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_JAVA = "deploy/team/spark/java/pcw/team"
_DASHBOARD = "e2e/observe/test_dashboard.py"
_OF_A_CLUSTER = "e2e/cluster/test_metrics.py::test_prometheus_finds_the_metrics_of_each_server"

MUTATIONS = (
    Mutation(
        name="observe-sessions-of-whom",
        breaks="the metrics do not say whose the sessions are",
        file=f"{_JAVA}/Work.java",
        before="forEach(one -> counts.merge(one.userId(), 1, Integer::sum));",
        after='forEach(one -> counts.merge("somebody", 1, Integer::sum));',
        tests=(f"{_DASHBOARD}::test_sessions_are_their_owners_and_end", _OF_A_CLUSTER),
    ),
    Mutation(
        name="observe-ended-sessions",
        breaks="who has ended his work is forgotten, where a curve should fall to 0",
        file=f"{_JAVA}/UserLabels.java",
        before="named.forEach(user -> labelled.put(user, 0));",
        after="",
        tests=(f"{_DASHBOARD}::test_sessions_are_their_owners_and_end",),
    ),
    Mutation(
        name="observe-queries",
        breaks="queries that run are not counted",
        file=f"{_JAVA}/Work.java",
        before='"Started", "Analyzed", "ReadyForExecution"',
        after='"Analyzed"',
        tests=(f"{_DASHBOARD}::test_a_query_is_its_owners_while_it_runs",),
    ),
    Mutation(
        name="observe-tasks",
        breaks="tasks that run are not counted",
        file=f"{_JAVA}/TeamMetrics.java",
        before="tasks += one.activeTasks();",
        after="tasks += 0;",
        tests=(f"{_DASHBOARD}::test_a_query_is_its_owners_while_it_runs",),
    ),
    Mutation(
        name="observe-refusals",
        breaks="what the guard refuses is not counted",
        file=f"{_JAVA}/GuardExtension.java",
        before="            Refusals.count(Refused.Reason.GUARD);\n",
        after="",
        tests=(f"{_DASHBOARD}::test_who_is_refused_is_counted_by_the_reason",),
    ),
    Mutation(
        name="observe-panel",
        breaks="a panel of the dashboard asks for a metric that nobody tells",
        file="deploy/team/spark/conf.py",
        before='"spark.metrics.appStatusSource.enabled": "true",',
        after='"spark.metrics.appStatusSource.enabled": "false",',
        tests=(f"{_DASHBOARD}::test_each_panel_shows_something",),
    ),
    Mutation(
        name="observe-false-alarm",
        breaks="an alert goes off on an ordinary day",
        file="deploy/observe/alerts.yml",
        before='expr: up{job="envoy"} == 0 or',
        after='expr: up{job="envoy"} == 1 or',
        tests=(f"{_DASHBOARD}::test_a_day_like_this_alerts_nobody",),
    ),
    Mutation(
        name="observe-query-told",
        breaks="the metrics tell the plans of people's queries",
        file=f"{_JAVA}/TeamMetrics.java",
        before='text.gauge("pcw_tasks_running", "Tasks that run.", tasks);',
        after='text.gauge("pcw_tasks_running", "Tasks that run.", tasks);\n'
        "        CollectionConverters.asJava(org.apache.spark.sql.classic.SparkSession.getDefaultSession()"
        ".get().sharedState().statusStore().executionsList()).forEach(one ->\n"
        '            text.gauge("pcw_query", one.physicalPlanDescription(), 0));',
        tests=(f"{_DASHBOARD}::test_no_token_and_no_query_is_in_the_metrics",),
    ),
    Mutation(
        name="observe-silent-spark",
        breaks="nobody is told of a Spark that is gone",
        file="deploy/observe/alerts.yml",
        before='sum(up{job="spark"}) < sum(',
        after='sum(up{job="spark"}) > sum(',
        tests=(
            f"{_DASHBOARD}::test_a_spark_that_is_gone_is_told_and_each_alert_has_what_it_asks_for",
        ),
    ),
    Mutation(
        name="observe-alert-of-nothing",
        breaks="an alert asks for a metric that nobody tells, and so never comes",
        file=f"{_JAVA}/TeamMetrics.java",
        before='"pcw_disk_size_bytes"',
        after='"pcw_disk_bytes"',
        tests=(
            f"{_DASHBOARD}::test_a_spark_that_is_gone_is_told_and_each_alert_has_what_it_asks_for",
        ),
    ),
    Mutation(
        name="observe-cluster-socket",
        breaks="a cluster's servers tell their metrics where Envoy does not look",
        file="deploy/cluster/services.py",
        before="        _link(metrics_socket(config, slot, index), folder / METRICS_SOCKET)\n",
        after="",
        tests=(_OF_A_CLUSTER,),
    ),
    Mutation(
        name="observe-cluster-targets",
        breaks="Prometheus is told of a cluster's first server alone",
        file="deploy/team/cluster.py",
        before="for index in range(config.servers)",
        after="for index in range(1)",
        tests=(_OF_A_CLUSTER,),
    ),
)
