"""Asks a server what a first notebook asks, so that the class archive knows those classes."""

from __future__ import annotations

import sys
from contextlib import closing

from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def main(remote: str) -> None:
    spark = SparkSession.builder.remote(remote).getOrCreate()
    # A client that is left open looks for its server when Python exits, for ten minutes.
    with closing(spark.client):
        ask(spark)
        spark.stop()


def ask(spark: SparkSession) -> None:
    spark.range(10).collect()
    numbers = spark.range(1000).withColumn("key", f.col("id") % 10)
    numbers.groupBy("key").agg(f.sum("id"), f.avg("id")).orderBy("key").toPandas()
    names = spark.createDataFrame([(1, "a"), (2, "b")], ["key", "name"])
    names.join(numbers, "key").filter("id > 3").show()
    names.createOrReplaceTempView("names")
    spark.sql("select count(*), max(name) from names where name like 'a%'").collect()
    names.write.saveAsTable("names_saved")
    spark.sql("show tables").collect()
    spark.table("names_saved").collect()
    spark.sql("drop table names_saved")


if __name__ == "__main__":
    main(sys.argv[1])
