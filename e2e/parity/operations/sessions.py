"""Sessions, tags, interrupts, versions."""

from ..registry import operation


def another(spark):
    """A second session of the same client configuration, on the same server."""
    return type(spark).builder.remote(remote_of(spark)).create()


def remote_of(spark):
    builder = spark.client._builder
    return builder.url.geturl().split(";session_id")[0]


@operation
def version_of_the_server(spark):
    return spark.version


@operation
def version_of_the_client(spark):
    import pyspark

    return pyspark.__version__.partition("+")[0]


@operation
def a_second_session(spark):
    other = another(spark)
    try:
        other.range(1).createOrReplaceTempView("parity_only_there")
        other.conf.set("spark.sql.shuffle.partitions", "9")
        return [
            other.session_id != spark.session_id,
            other.catalog.tableExists("parity_only_there"),
            spark.catalog.tableExists("parity_only_there"),
            spark.conf.get("spark.sql.shuffle.partitions"),
        ]
    finally:
        other.stop()


@operation
def a_session_that_was_stopped(spark):
    other = another(spark)
    other.range(1).count()
    other.stop()
    return [other.is_stopped, other.range(1).count()]


@operation
def new_session(spark):
    return spark.newSession()


@operation
def active_session(spark):
    from pyspark.sql import SparkSession

    return [type(SparkSession.active()).__name__, SparkSession.getActiveSession() is not None]


@operation
def cloned_session(spark):
    spark.range(2).createOrReplaceTempView("parity_cloned")
    spark.conf.set("spark.sql.broadcastTimeout", "4")
    try:
        clone = spark.cloneSession()
        rows = [
            clone.table("parity_cloned").count(),
            clone.conf.get("spark.sql.broadcastTimeout"),
        ]
        clone.conf.set("spark.sql.broadcastTimeout", "5")
        rows.append(spark.conf.get("spark.sql.broadcastTimeout"))
        clone.stop()
        return rows
    finally:
        spark.conf.unset("spark.sql.broadcastTimeout")
        spark.catalog.dropTempView("parity_cloned")


@operation
def a_bad_session_id(spark):
    remote = remote_of(spark)
    mark = ";" if "/;" in remote else "/;"
    return type(spark).builder.remote(f"{remote}{mark}session_id=not-a-uuid").create()


@operation
def tags(spark):
    spark.addTag("a")
    spark.addTag("b")
    seen = [spark.getTags()]
    spark.removeTag("a")
    seen.append(spark.getTags())
    spark.range(1).collect()
    spark.clearTags()
    seen.append(spark.getTags())
    return seen


@operation
def a_bad_tag(spark):
    return spark.addTag("a,b")


@operation
def an_empty_tag(spark):
    return spark.addTag("")


@operation
def interrupt_nothing(spark):
    return [
        spark.interruptAll(),
        spark.interruptTag("nothing"),
        spark.interruptOperation("nothing"),
    ]


def slow(spark):
    """A result that comes in many pieces, so that the query still runs when the first is read."""
    return spark.range(0, 50_000, 1, 50_000).toLocalIterator()


@operation
def interrupt_a_tag(spark):
    spark.addTag("parity_tag")
    try:
        rows = slow(spark)
        next(rows)
    finally:
        spark.clearTags()
    interrupted = spark.interruptTag("parity_tag")
    try:
        for _ in rows:
            pass
    except Exception as error:
        return [len(interrupted), type(error).__name__, error.getCondition(), error.getSqlState()]
    return None


@operation
def interrupt_everything(spark):
    rows = slow(spark)
    next(rows)
    interrupted = spark.interruptAll()
    try:
        for _ in rows:
            pass
    except Exception as error:
        return [len(interrupted), type(error).__name__, error.getCondition()]
    return None


@operation
def interrupt_one_operation(spark):
    rows = slow(spark)
    next(rows)
    ours = [
        one.operation_id
        for one in spark.client._get_operation_statuses().operation_statuses
        if type(one).OperationState.Name(one.state) == "OPERATION_STATE_RUNNING"
    ]
    interrupted = spark.interruptOperation(ours[0])
    try:
        for _ in rows:
            pass
    except Exception as error:
        return [len(ours), interrupted == ours, type(error).__name__, error.getCondition()]
    return None


@operation
def progress_handlers(spark):
    seen = []

    def handler(stages, inflight_tasks, operation_id, done):
        seen.append((len(stages) >= 0, inflight_tasks >= 0, len(operation_id), done))

    spark.registerProgressHandler(handler)
    try:
        spark.range(10).selectExpr("sum(id)").collect()
    finally:
        spark.removeProgressHandler(handler)
    return seen[-1:]


@operation
def profiles(spark):
    return [type(spark.profile).__name__, type(spark.dataSource).__name__]


@operation
def readers_and_writers(spark):
    return [
        type(spark.read).__name__,
        type(spark.readStream).__name__,
        type(spark.catalog).__name__,
    ]


@operation
def a_session_as_a_context(spark):
    with another(spark) as other:
        counted = other.range(3).count()
    return [counted, other.is_stopped]


@operation
def remote_of_a_bad_scheme(spark):
    return type(spark).builder.remote("http://localhost:1/").create()


@operation
def remote_of_a_bad_port(spark):
    return type(spark).builder.remote("sc://localhost:port/").create()


@operation
def remote_of_a_bad_parameter(spark):
    return type(spark).builder.remote("sc://localhost/;novalue").create()


@operation
def a_builder_with_options(spark):
    other = (
        type(spark)
        .builder.remote(remote_of(spark))
        .config("spark.sql.shuffle.partitions", 6)
        .create()
    )
    try:
        return other.conf.get("spark.sql.shuffle.partitions")
    finally:
        other.stop()


@operation
def user_agents(spark):
    return spark.client._builder.userAgent.split(" ")[0]


@operation
def a_local_server(spark):
    return type(spark).builder.remote("local[1]").create()
