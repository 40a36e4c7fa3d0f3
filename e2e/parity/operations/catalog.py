"""Catalog, configuration and temporary views."""

from contextlib import contextmanager

from ..registry import different_in_a_tab, operation


@contextmanager
def view(spark, name="parity_view"):
    spark.range(3).selectExpr("id", "string(id) s").createOrReplaceTempView(name)
    try:
        yield name
    finally:
        spark.catalog.dropTempView(name)


@contextmanager
def table(spark, name="parity_table"):
    spark.sql(f"drop table if exists {name}")
    spark.range(3).selectExpr("id", "id % 2 k").write.partitionBy("k").saveAsTable(name)
    try:
        yield name
    finally:
        spark.sql(f"drop table if exists {name}")


@operation
def current_names(spark):
    catalog = spark.catalog
    return [catalog.currentCatalog(), catalog.currentDatabase(), catalog.listCatalogs()]


@operation
def databases(spark):
    catalog = spark.catalog
    first = catalog.getDatabase("default")
    return [
        [d.name for d in catalog.listDatabases("def*")],
        [first.name, first.catalog, first.description],
        catalog.databaseExists("default"),
        catalog.databaseExists("no_such"),
    ]


@operation
def a_database_of_its_own(spark):
    spark.sql("create database parity_db comment 'of a test'")
    try:
        spark.catalog.setCurrentDatabase("parity_db")
        return [spark.catalog.currentDatabase(), spark.catalog.getDatabase("parity_db").description]
    finally:
        spark.catalog.setCurrentDatabase("default")
        spark.sql("drop database parity_db cascade")


@operation
def a_database_that_is_not_there(spark):
    return spark.catalog.setCurrentDatabase("no_such")


@operation
def tables(spark):
    with table(spark) as name, view(spark):
        listed = [t for t in spark.catalog.listTables() if t.name.startswith("parity_")]
        return [listed, spark.catalog.getTable(name), spark.catalog.tableExists(name)]


@operation
def listed_columns(spark):
    with table(spark) as name:
        return spark.catalog.listColumns(name)


@operation
def columns_of_no_table(spark):
    return spark.catalog.listColumns("no_such_table")


@operation
def a_table_that_is_not_there(spark):
    return spark.catalog.getTable("no_such_table")


@operation
def listed_functions(spark):
    catalog = spark.catalog
    return [
        [f.name for f in catalog.listFunctions("array_a*")],
        catalog.getFunction("abs"),
        catalog.functionExists("abs"),
        catalog.functionExists("no_such"),
    ]


@operation
def caching_of_tables(spark):
    with view(spark) as name:
        catalog = spark.catalog
        states = [catalog.isCached(name)]
        catalog.cacheTable(name)
        states.append(catalog.isCached(name))
        catalog.uncacheTable(name)
        states.append(catalog.isCached(name))
        catalog.clearCache()
        return states


@operation
def refreshed(spark):
    with table(spark) as name:
        spark.catalog.refreshTable(name)
        spark.catalog.recoverPartitions(name)
        return spark.sql(f"show partitions {name}").collect()


@operation
def created_from_a_schema(spark):
    from pyspark.sql.types import LongType, StructType

    spark.sql("drop table if exists parity_made")
    made = spark.catalog.createTable(
        "parity_made", source="parquet", schema=StructType().add("x", LongType()), description="d"
    )
    try:
        return [made.schema, spark.catalog.getTable("parity_made").description]
    finally:
        spark.sql("drop table parity_made")


@operation
def temporary_views(spark):
    frame = spark.range(2)
    frame.createOrReplaceTempView("parity_a")
    frame.createGlobalTempView("parity_b")
    try:
        return [
            spark.table("parity_a").collect(),
            spark.table("global_temp.parity_b").collect(),
            spark.catalog.dropTempView("parity_a"),
            spark.catalog.dropTempView("parity_a"),
            spark.catalog.dropGlobalTempView("parity_b"),
        ]
    finally:
        spark.catalog.dropGlobalTempView("parity_b")


@operation
def a_view_that_is_there_already(spark):
    with view(spark) as name:
        spark.range(1).createTempView(name)


@operation
def a_view_of_a_bad_name(spark):
    return spark.range(1).createTempView("a b-c")


@operation
def conf_there_and_back(spark):
    conf = spark.conf
    conf.set("spark.sql.broadcastTimeout", "3")
    try:
        conf.set("spark.parity.own", True)
        conf.set("spark.parity.number", 5)
        return [
            conf.get("spark.sql.broadcastTimeout"),
            conf.get("spark.parity.own"),
            conf.get("spark.parity.number"),
            conf.get("spark.parity.none", None),
            conf.get("spark.parity.none", "x"),
            conf.isModifiable("spark.sql.broadcastTimeout"),
            conf.isModifiable("spark.master"),
        ]
    finally:
        conf.unset("spark.sql.broadcastTimeout")
        conf.unset("spark.parity.own")
        conf.unset("spark.parity.number")


@operation
def conf_of_everything(spark):
    settings = spark.conf.getAll
    return [settings["spark.sql.ansi.enabled"], len(settings) > 10]


@operation
def conf_that_is_not_there(spark):
    return spark.conf.get("spark.parity.none")


@operation
def conf_of_a_bad_value(spark):
    return spark.conf.set("spark.sql.shuffle.partitions", "many")


@different_in_a_tab("protobuf words its TypeError in its own way where it has no C extension")
def conf_of_a_bad_type(spark):
    return spark.conf.set("spark.sql.shuffle.partitions", [1])


@operation
def conf_that_is_static(spark):
    return spark.conf.set("spark.sql.warehouse.dir", "/nowhere")


@operation
def conf_in_sql(spark):
    spark.sql("set spark.sql.shuffle.partitions = 5")
    try:
        return spark.conf.get("spark.sql.shuffle.partitions")
    finally:
        spark.sql("reset spark.sql.shuffle.partitions")
