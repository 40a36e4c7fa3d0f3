"""A program for each RPC of Spark Connect, to be run natively and in the tab and compared.

This file runs in both interpreters, as text in the tab, after canonical.py.
"""

# mypy: ignore-errors
import dataclasses
import os
import re
import time
import uuid
import zipfile

import grpc
import pyspark.errors.utils

SLEEP_MS = 60_000
OUTLIVES_A_STREAM_MS = 13_000
"""The server ends a stream after 10 s (spark-defaults.conf), and the client reattaches."""

TOO_SHORT_S = 0.5
OVER_S = -1
"""Of a deadline that has passed. One of 0 s natively often lets the server's answer through."""

SERVER_WAS_FIRST = {"CANCELLED": "DEADLINE_EXCEEDED"}
"""A server that is told the deadline cancels at it too, at times before the native client does."""

MIB = 1 << 20
OVERSIZED = 129 * MIB
LONGER_THAN_A_HEADER = 20_000

PROGRAMS = []


@dataclasses.dataclass
class Expected:
    """What a program is there for, and where the tab may differ from the native client."""

    rpcs: set
    """They go over the wire."""
    unsent: set
    """Methods that are called, and fail here before anything is sent."""
    counted: bool
    """Whether the number of calls is the same; otherwise each is made at least once."""
    natively: dict
    """Names that a native client may give for another."""


def there_for(*rpcs, unsent=(), counted=True, natively=None):
    """Makes a function one of the programs."""

    def mark(program):
        program.expected = Expected(set(rpcs), set(unsent), counted, natively or {})
        PROGRAMS.append(program)
        return program

    return mark


class Recorder(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
):
    """An interceptor that notes which methods were called with what, and which responses came."""

    def __init__(self):
        self.calls = []
        self.responses = []

    def __deepcopy__(self, memo):
        """A cloned session has the interceptors of its origin."""
        return self

    def methods(self):
        return [method for method, _ in self.calls]

    def requests(self, wanted):
        return [request for method, request in self.calls if method == wanted]

    def _note(self, details, request):
        self.calls.append((details.method.rpartition("/")[2], request))

    def intercept_unary_unary(self, proceed, details, request):
        self._note(details, request)
        return proceed(details, request)

    def intercept_unary_stream(self, proceed, details, request):
        self._note(details, request)
        return self._noted(proceed(details, request))

    def intercept_stream_unary(self, proceed, details, requests):
        self._note(details, None)
        return proceed(details, requests)

    def _noted(self, call):
        for response in call:
            self.responses.append(response.response_id)
            yield response


def new_session(remote, *interceptors):
    """A session of its own whose calls go through the interceptors."""
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

    builder = DefaultChannelBuilder(remote)
    for interceptor in interceptors:
        builder.add_interceptor(interceptor)
    return SparkSession.builder.channelBuilder(builder).create()


def run(program, remote):
    """What the program gives in a session of its own, the methods that it called, and those that
    the end of the session called.

    The end may call more than ReleaseSession: Spark refuses to release a session (INTERNAL, "status
    ReadyForExecution is not within statuses Finished, Failed, Canceled") while an operation in it
    is interrupted and not yet ended, which on a server that has just started takes longer than the
    next call, and PySpark then asks for a configuration in order to convert that error.
    """
    # The first use of a column in a process asks the server for this, its default.
    pyspark.errors.utils._enable_debugging_cache = True
    recorder = Recorder()
    spark = new_session(remote, recorder)
    given = outcome(lambda session: program(session, recorder), spark)  # noqa: F821
    methods = recorder.methods()
    if not spark.client.is_closed:
        spark.stop()
    return {"given": given, "methods": methods, "at_the_end": recorder.methods()[len(methods) :]}


def fast_then_slow(spark):
    """Rows of which the first one comes at once and the second one late."""
    sleep = f"java_method('java.lang.Thread', 'sleep', {SLEEP_MS}L)"
    rows = spark.range(0, 2, 1, 2).selectExpr("id", f"case when id = 1 then {sleep} end as s")
    return rows.select("id", "s").toLocalIterator()


def condition(error):
    if isinstance(error, grpc.RpcError):
        return [type(error).__name__, error.code().name, error.details()]
    return [type(error).__name__, error.getCondition(), error.getSqlState()]


def caught(call):
    """The class and the condition of what a call that must fail raises."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - every error is compared
        return condition(error)
    return "no error"


@there_for("ExecutePlan", "ReleaseExecute")
def execute_plan(spark, recorder):
    return spark.range(3).collect()


@there_for("AnalyzePlan")
def analyze_plan(spark, recorder):
    frame = spark.sql("select 1 as a, 'x' as b")
    answers = [frame.schema.json(), frame.isLocal(), frame.isStreaming, list(frame.inputFiles())]
    answers += [frame.sameSemantics(spark.sql("select 1 as a, 'x' as b"))]
    plan = frame._plan.to_proto(spark.client)
    answers += [frame.sameSemantics(frame.select("a"))]
    answers += [spark.client._analyze("tree_string", plan=plan, level=1).tree_string]
    answers += [spark.client._analyze("ddl_parse", ddl_string="a int").parsed.json()]
    answers += [str(frame.persist().storageLevel), str(frame.unpersist().storageLevel)]
    return [*answers, spark.version, frame.semanticHash() == frame.semanticHash()]


@there_for("Config")
def config(spark, recorder):
    key = "spark.sql.shuffle.partitions"
    spark.conf.set(key, "7")
    answers = [spark.conf.get(key), spark.conf.isModifiable(key), spark.conf.getAll[key]]
    spark.conf.unset(key)
    answers += [spark.conf.get("no.such.key", "fallback")]
    return [*answers, caught(lambda: spark.conf.get("no.such.key"))]


@there_for("ArtifactStatus", "AddArtifacts")
def artifact_status(spark, recorder):
    """The second time the blob is there already, and is not sent."""
    blob = b"cached" * 100
    names = [spark.client.cache_artifact(blob), spark.client.cache_artifact(blob)]
    manager = spark.client._artifact_manager
    return [names, manager.is_cached_artifact(names[0]), manager.is_cached_artifact("0" * 64)]


@there_for("ArtifactStatus", "AddArtifacts")
def cached_local_relation(spark, recorder):
    """Rows above the threshold go as artifacts, and the plan holds their hashes."""
    threshold = int(spark.conf.get("spark.sql.session.localRelationCacheThreshold"))
    text = "x" * 100
    rows = [(i, f"{text}{i}") for i in range(4 * threshold // 100)]
    frame = spark.createDataFrame(rows, "i long, s string")
    summary = "count(*) n", "sum(i) i", "sum(hash(i, s)) h", "sum(length(s)) l"
    return [frame.selectExpr(*summary).collect(), frame.where("i = 4242").collect()]


@there_for("Interrupt")
def interrupt_all(spark, recorder):
    nobody = spark.interruptAll()
    rows = fast_then_slow(spark)
    first = next(rows).id
    return [nobody, first, len(spark.interruptAll()), caught(lambda: list(rows))]


@there_for("Interrupt")
def interrupt_tag(spark, recorder):
    spark.addTag("mine")
    rows = fast_then_slow(spark)
    first = next(rows).id
    others = spark.interruptTag("others")
    return [first, others, len(spark.interruptTag("mine")), caught(lambda: list(rows))]


@there_for("Interrupt")
def interrupt_operation(spark, recorder):
    rows = fast_then_slow(spark)
    first = next(rows).id
    (request,) = recorder.requests("ExecutePlan")
    interrupted = spark.interruptOperation(request.operation_id)
    return [first, interrupted == [request.operation_id], caught(lambda: list(rows))]


def states(spark, *operation_ids):
    """What the server says of operations, by the names of its states."""
    from pyspark.sql.connect.proto import GetStatusResponse

    answer = spark.client._get_operation_statuses(list(operation_ids))
    name = GetStatusResponse.OperationStatus.OperationState.Name
    return [name(status.state) for status in answer.operation_statuses]


@there_for("GetStatus")
def get_status(spark, recorder):
    rows = fast_then_slow(spark)
    next(rows)
    (request,) = recorder.requests("ExecutePlan")
    running = states(spark, request.operation_id)
    everything = states(spark)
    spark.interruptAll()
    error = caught(lambda: list(rows))
    unknown = states(spark, str(uuid.UUID(int=1, version=4)))
    return [running, everything, error, unknown]


@there_for("ReattachExecute", counted=False)
def reattach_execute(spark, recorder):
    sleep = f"java_method('java.lang.Thread', 'sleep', {OUTLIVES_A_STREAM_MS}L)"
    return spark.range(1).selectExpr("id", f"{sleep} as s").collect()


@there_for("ReleaseExecute")
def release_execute(spark, recorder):
    """Releases name responses, and one of them all the operation."""
    spark.range(3).collect()
    (plan,) = recorder.requests("ExecutePlan")
    until = time.monotonic() + 10
    while not any(r.HasField("release_all") for r in recorder.requests("ReleaseExecute")):
        assert time.monotonic() < until, "the operation was not released"
        time.sleep(0.05)
    released = recorder.requests("ReleaseExecute")
    ids = {request.release_until.response_id for request in released}
    # Natively there is one for each response; in the tab the newest stands for those before it.
    return [
        ids <= {*recorder.responses[:-1], ""},
        [request.HasField("release_all") for request in released].count(True),
        {request.operation_id for request in released} == {plan.operation_id},
        {request.client_type for request in released} == {plan.client_type},
    ]


@there_for("ReleaseSession")
def release_session(spark, recorder):
    """Afterwards the server refuses the session's id."""
    spark.range(1).collect()
    session_id = spark.client._session_id
    builder = spark.client._builder
    spark.stop()
    url = f"sc://{builder.endpoint}/;user_id={builder.userId};session_id={session_id}"
    return caught(lambda: new_session(url, recorder).range(1).collect())


@there_for("FetchErrorDetails")
def fetch_error_details(spark, recorder):
    """The message is longer than what a header brings."""
    return spark.sql(f"select raise_error(repeat('x', {LONGER_THAN_A_HEADER}))").collect()


@there_for("FetchErrorDetails")
def fetch_error_details_with_causes(spark, recorder):
    return spark.sql("select * from range(3) where assert_true(id < 2) is null").collect()


@there_for("CloneSession")
def clone_session(spark, recorder):
    spark.conf.set("spark.sql.shuffle.partitions", "5")
    spark.range(4).createOrReplaceTempView("four")
    wanted = str(uuid.uuid4())
    clone = spark.cloneSession(wanted)
    # The server copies when the clone is first used.
    answers = [clone.client._session_id == wanted, clone.table("four").count()]
    spark.conf.set("spark.sql.shuffle.partitions", "6")
    spark.catalog.dropTempView("four")
    answers += [clone.conf.get("spark.sql.shuffle.partitions")]
    clone.stop()
    return [*answers, caught(lambda: spark.table("four").count())]


@there_for("ExecutePlan", "Config", natively=SERVER_WAS_FIRST)
def a_deadline(spark, recorder):
    """`timeout=` of the stub's methods."""
    client = spark.client
    request = client._execute_plan_request_with_metadata()
    sleep = f"java_method('java.lang.Thread', 'sleep', {SLEEP_MS}L)"
    plan = spark.range(1).selectExpr(sleep)._plan.to_proto(client)
    request.plan.CopyFrom(plan)
    codes = []
    for call in (
        lambda: list(client._stub.ExecutePlan(request, timeout=TOO_SHORT_S)),
        lambda: client._stub.Config(client._config_request_with_metadata(), timeout=OVER_S),
    ):
        try:
            call()
        except grpc.RpcError as error:
            codes.append(error.code().name)  # the text depends on who notices first
    began = time.monotonic()
    spark.interruptAll()
    return [codes, time.monotonic() - began < SLEEP_MS / 1000]


@there_for(unsent=["ExecutePlan"])
def an_oversized_plan(spark, recorder):
    """It fails here, before anything is sent."""
    spark.conf.set("spark.connect.session.planCompression.threshold", "-1")
    text = "x" * OVERSIZED
    try:
        spark.sql(f"select '{text}'")
    except Exception as error:  # noqa: BLE001 - every error is compared
        # The length has the client's own name in it.
        text = re.sub(r"\d+ vs", "n vs", str(error))
        details = [line for line in text.splitlines() if "details" in line]
        return [type(error).__name__, error.getGrpcStatusCode().name, details]
    return "no error"


def send_artifacts(spark, folder):
    """One artifact of each kind; returns the names that :func:`seen_by_workers` knows."""
    os.makedirs(folder)
    module, plain, chunked, zipped, archive, jar = (
        os.path.join(folder, name)
        for name in ("sent_module.py", "plain.txt", "chunked.bin", "code.zip", "data.zip", "a.jar")
    )
    with open(module, "w") as file:
        file.write("def answer():\n    return 42\n")
    with open(plain, "w") as file:
        file.write("short\n")
    with open(chunked, "wb") as file:
        file.write(bytes(range(256)) * 12345)  # many chunks, the last one shorter
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("zipped_module.py", "def answer():\n    return 'from a zip'\n")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inside.txt", "inside\n" * 1000)
    with zipfile.ZipFile(jar, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    spark.addArtifacts(module, zipped, pyfile=True)
    spark.addArtifacts(plain, chunked, file=True)
    spark.addArtifacts(f"{archive}#unpacked", archive=True)
    spark.addArtifacts(jar)
    files = ["file:plain.txt", "file:chunked.bin", "archive:unpacked/inside.txt"]
    return ["module:sent_module", "module:zipped_module", *files]


def listed_by_the_server(spark):
    """The names of a session's artifacts, as SQL tells them."""
    kinds = ("files", "jars", "archives")
    urls = [row[0] for kind in kinds for row in spark.sql(f"list {kind}").collect()]
    return sorted(url.rpartition("/")[2] for url in urls)


def copied_to_the_server(spark, folder, destination):
    """What Spark reads of a file that was copied to its file system."""
    os.makedirs(folder)
    path = os.path.join(folder, "copied.bin")
    with open(path, "wb") as file:
        file.write(bytes(range(256)) * 1000)
    errors = [caught(lambda: spark.copyFromLocalToFs(path, destination))]
    spark.conf.set("spark.sql.artifact.copyFromLocalToFs.allowDestLocal", "true")
    spark.copyFromLocalToFs(path, destination)
    read = spark.read.format("binaryFile").load(destination)
    return [
        errors,
        [list(row) for row in read.selectExpr("length", "sha2(content, 256)").collect()],
    ]


def refused_artifacts(spark, folder):
    """What each artifact that cannot be sent says."""
    errors = []
    for name, options in (("no-such", {"file": True}), ("no-such.txt", {}), ("s3://b/x.jar", {})):
        try:
            spark.addArtifacts(name if ":" in name else os.path.join(folder, name), **options)
        except Exception as error:  # noqa: BLE001 - every error is compared
            # WebAssembly numbers its errors in its own way.
            errors.append([type(error).__name__, re.sub(r"\[Errno \d+\] ", "", str(error))])
    return errors


def send_megabytes(spark, path, count):
    """Sends a file of so many MiB; the growth of wasm memory in bytes, and the file's digest."""
    import hashlib

    import pyodide_js

    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for number in range(count):
            block = number.to_bytes(4, "big") * (MIB // 4)
            digest.update(block)
            file.write(block)
    spark.range(1).collect()
    before = pyodide_js._module.HEAPU8.length
    spark.addArtifacts(path, file=True)
    return [pyodide_js._module.HEAPU8.length - before, digest.hexdigest()]


def seen_by_workers(spark, names):
    """What Python workers of this session find of artifacts, by their names."""

    def look(batches):
        import hashlib
        import importlib
        import os

        import pandas
        from pyspark import SparkFiles

        for batch in batches:
            answers = []
            for name in batch["name"]:
                kind, _, rest = name.partition(":")
                if kind == "module":
                    answers.append(str(importlib.import_module(rest).answer()))
                else:
                    path = rest if kind == "archive" else SparkFiles.get(rest)
                    with open(path, "rb") as file:
                        digest = hashlib.file_digest(file, "sha256").hexdigest()
                    answers.append(f"{os.path.getsize(path)} {digest}")
            yield pandas.DataFrame({"name": batch["name"], "answer": answers})

    rows = spark.createDataFrame([(name,) for name in names], "name string").coalesce(1)
    return [list(r) for r in rows.mapInPandas(look, "name string, answer string").collect()]
