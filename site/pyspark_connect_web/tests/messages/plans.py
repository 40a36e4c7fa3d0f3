"""Plans of many shapes, made without a server: what a client would send of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyspark.sql.connect.functions as sf
import pyspark.sql.connect.proto as pb
from pyspark.sql.connect import plan
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.window import Window


class _Client:
    """As much of a client as plans ask for."""

    _session_id = "session"
    _user_id = "user"

    def _set_relation_in_plan(self, message: Any, relation: Any) -> None:
        message.root.CopyFrom(relation)


class _Session:
    session_id = "session"
    client = _Client()
    _client = client


def _range(rows: int = 10) -> Any:
    return DataFrame(plan.Range(0, rows, 1, None), _Session())  # type: ignore[arg-type]


def _chain(length: int) -> Any:
    frame = _range()
    for i in range(length):
        frame = frame.withColumn(f"c{i % 20}", sf.col("id") + i)
    return frame


def _ranked() -> Any:
    window = Window.partitionBy("a").orderBy(sf.desc("b")).rowsBetween(-1, Window.currentRow)
    return _range().select("*", sf.sum("id").over(window).alias("s", metadata={"k": [1, "ä"]}))


def _case() -> Any:
    return _range().select(
        sf.when(sf.col("id") > 3, sf.lit(1.5)).when(sf.col("id") < -1, sf.lit(None)).otherwise(0),
        sf.transform(sf.array(sf.lit(1), sf.lit(2)), lambda x: x + 1),
        sf.struct(sf.col("id").cast("decimal(10,2)"), sf.lit("é\U0001f600")),
        sf.col("s").getItem("f"),
        sf.lit(b"\x00\xff" * 40),
    )


def _joined() -> Any:
    left, right = _range(5).alias("l"), _range(7).alias("r")
    return (
        left.join(right, sf.col("l.id") == sf.col("r.id"), "left")
        .groupBy("l.id")
        .agg(sf.max("r.id"))
    )


def _asked() -> Any:
    inner = _range(3).where(sf.col("id") == sf.col("x").outer()).select(sf.max("id"))
    return _range().alias("o").where(sf.col("o.id") > inner.scalar())


def _wide() -> Any:
    return _range().select(*[(sf.col("id") * i + 1).alias(f"column {i}") for i in range(300)])


def _big() -> Any:
    frame = _range().withColumn("b", sf.lit(b"0123456789abcdef" * 10_000))
    return (
        frame.filter("id > 1")
        .union(frame)
        .sort("id")
        .limit(5)
        .withColumn("c", sf.lit("x" * 70_000))
    )


PLANS: dict[str, Callable[[], Any]] = {
    "a range": _range,
    "a short chain": lambda: _chain(3),
    "a long chain": lambda: _chain(60),
    "a window": _ranked,
    "expressions": _case,
    "a join and groups": _joined,
    "a subquery": _asked,
    "wide": _wide,
    "large literals": _big,
    "unions": lambda: _chain(4).union(_chain(2)).unionByName(_range(), allowMissingColumns=True),
    "sampled": lambda: _range().sample(False, 0.5, 3).repartition(3, "id").dropDuplicates(["id"]),
    "pivoted": lambda: _range().groupBy("id").pivot("x", [1, 2]).agg(sf.sum("id")),
    "unpivoted": lambda: _range().unpivot("id", ["a", "b"], "k", "v").na.fill(1).na.drop(),
    "hints": lambda: _range().hint("broadcast").withColumnsRenamed({"id": "a"}).drop("b"),
    "described": lambda: _range().summary("min").describe("a").toDF("x", "y"),
}


def requests() -> Iterator[tuple[str, bytes]]:
    """The name of each plan, and the request that executes it."""
    for name, make in PLANS.items():
        request = pb.ExecutePlanRequest(session_id="session", client_type="tests")
        request.user_context.user_id = "somebody"
        request.plan.CopyFrom(make()._plan.to_proto(_Session.client))
        request.request_options.append(
            pb.ExecutePlanRequest.RequestOption(
                reattach_options=pb.ReattachOptions(reattachable=True)
            )
        )
        yield name, request.SerializeToString()
