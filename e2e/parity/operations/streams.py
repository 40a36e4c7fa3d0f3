"""Structured Streaming: queries started, watched and stopped from the client."""

import time
import uuid

from ..registry import impossible_in_a_tab, operation

PATIENCE_SECONDS = 60


def numbers(spark):
    return spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()


def memory(frame, name):
    return frame.writeStream.format("memory").queryName(name)


def own_name():
    return f"parity_{uuid.uuid4().hex[:8]}"


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the query did not get there")
        time.sleep(0.1)


@operation
def started_and_stopped(spark):
    name = own_name()
    query = memory(numbers(spark).select("value"), name).start()
    try:
        active = [
            query.isActive,
            query.name == name,
            isinstance(query.id, str),
            query.runId != query.id,
        ]
        until(lambda: spark.table(name).count() >= 10)
        first = spark.table(name).orderBy("value").limit(7).collect()
    finally:
        query.stop()
    return [active, first, query.isActive, query.exception()]


@operation
def available_now(spark):
    name = own_name()
    query = memory(numbers(spark).limit(3), name).trigger(once=True).outputMode("append").start()
    try:
        return [query.awaitTermination(PATIENCE_SECONDS), spark.table(name).count(), query.isActive]
    finally:
        query.stop()


@operation
def progress(spark):
    query = memory(numbers(spark), own_name()).start()
    try:
        until(lambda: query.lastProgress is not None and query.lastProgress["numInputRows"] > 0)
        last = query.lastProgress
        recent = query.recentProgress
        return [
            type(last).__name__, last["name"] == query.name, last["sources"][0]["numInputRows"] > 0,
            len(recent) > 0, sorted(query.status), last.sink.description,
        ]  # fmt: skip
    finally:
        query.stop()


@operation
def the_queries_of_a_session(spark):
    query = memory(numbers(spark), own_name()).start()
    try:
        found = spark.streams.get(query.id)
        return [
            [one.id for one in spark.streams.active] == [query.id],
            found.name == query.name,
            spark.streams.awaitAnyTermination(0.2),
        ]
    finally:
        query.stop()
        spark.streams.resetTerminated()


@operation
def no_such_query(spark):
    return spark.streams.get("00000000-0000-0000-0000-000000000000")


@operation
def aggregated(spark):
    name = own_name()
    counted = numbers(spark).selectExpr("value % 2 k").groupBy("k").count()
    query = memory(counted, name).outputMode("complete").start()
    try:
        until(lambda: spark.table(name).count() == 2)
        return [sorted(row.k for row in spark.table(name).collect())]
    finally:
        query.stop()


@operation
def explained(spark):
    query = memory(numbers(spark).select("value"), own_name()).start()
    try:
        until(lambda: query.lastProgress is not None)
        import contextlib
        import io

        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            query.explain()
        return "Physical Plan" in out.getvalue()
    finally:
        query.stop()


@operation
def of_files(spark):
    from .files import folder

    with folder(spark) as base:
        spark.range(5).write.parquet(f"{base}/in")
        stream = spark.readStream.schema("id bigint").parquet(f"{base}/in")
        written = (
            stream.writeStream.format("parquet")
            .option("checkpointLocation", f"{base}/checkpoint")
            .trigger(availableNow=True)
            .start(f"{base}/out")
        )
        written.awaitTermination(PATIENCE_SECONDS)
        return [stream.isStreaming, spark.read.parquet(f"{base}/out").orderBy("id").collect()]


@operation
def to_a_table(spark):
    spark.sql("drop table if exists parity_stream")
    from .files import folder

    with folder(spark) as base:
        spark.range(4).write.parquet(f"{base}/in")
        stream = spark.readStream.schema("id bigint").parquet(f"{base}/in").writeStream
        query = (
            stream.option("checkpointLocation", f"{base}/c")
            .trigger(availableNow=True)
            .toTable("parity_stream")
        )
        query.awaitTermination(PATIENCE_SECONDS)
        try:
            return spark.table("parity_stream").orderBy("id").collect()
        finally:
            spark.sql("drop table parity_stream")


@operation
def collected_without_a_sink(spark):
    return numbers(spark).collect()


@operation
def that_fails(spark):
    frame = numbers(spark).selectExpr("raise_error('in the stream') e")
    query = memory(frame, own_name()).start()
    try:
        query.awaitTermination(PATIENCE_SECONDS)
    except Exception as error:
        return [
            type(error).__name__,
            error.getCondition(),
            "in the stream" in str(error),
            query.isActive,
        ]
    finally:
        query.stop()
    return None


@operation
def of_a_bad_trigger(spark):
    return memory(numbers(spark), own_name()).trigger(processingTime="often").start()


@operation
def of_two_triggers(spark):
    return memory(numbers(spark), own_name()).trigger(once=True, availableNow=True).start()


@operation
def of_a_bad_mode(spark):
    return memory(numbers(spark), own_name()).outputMode("sideways").start()


@operation
def of_no_schema(spark):
    return spark.readStream.json("/no/such/folder").isStreaming


@operation
def with_watermarks(spark):
    from pyspark.sql import functions as f

    counted = (
        numbers(spark)
        .withWatermark("timestamp", "1 second")
        .groupBy(f.window("timestamp", "1 second"))
        .count()
    )
    query = memory(counted, own_name()).outputMode("append").start()
    try:
        until(
            lambda: (
                query.lastProgress is not None and "watermark" in query.lastProgress["eventTime"]
            )
        )
        return [query.isActive, counted.isStreaming]
    finally:
        query.stop()


@impossible_in_a_tab("the events reach the client on a thread, and a tab has none")
def a_listener(spark):
    from pyspark.sql.streaming import StreamingQueryListener

    class Listener(StreamingQueryListener):
        def onQueryStarted(self, event):
            pass

        def onQueryProgress(self, event):
            pass

        def onQueryIdle(self, event):
            pass

        def onQueryTerminated(self, event):
            pass

    listener = Listener()
    spark.streams.addListener(listener)
    spark.streams.removeListener(listener)
