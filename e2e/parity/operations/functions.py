"""`pyspark.sql.functions`, family by family."""

from ..registry import add

ONE = (
    "select 5 i, -2.5D d, 'Spark SQL' s, array(3, 1, 2, null) l, map('a', 1, 'b', 2) m, "
    "date'2024-02-29' da, timestamp'2024-02-29 12:34:56' t, X'0102' b, 'a,b' csv, null n"
)

FAMILIES = {
    "strings": lambda f: [
        f.upper("s"), f.lower("s"), f.length("s"), f.reverse("s"), f.initcap("s"), f.ascii("s"),
        f.base64(f.col("s")), f.concat("s", f.lit("!")), f.concat_ws("-", "s", "csv"), f.instr("s", "k"),
        f.locate("S", "s", 2), f.lpad("s", 12, "*"), f.rpad("s", 12, "*"), f.trim(f.lit("  x ")),
        f.repeat("s", 2), f.split("csv", ","), f.substring("s", 1, 5), f.substring_index("csv", ",", 1),
        f.translate("s", "S", "s"), f.regexp_replace("s", "[aeiou]", "_"), f.regexp_extract("s", "(\\w+)", 1),
        f.regexp_count("s", f.lit("S")), f.soundex("s"), f.levenshtein("s", "csv"), f.overlay("s", f.lit("_"), 2),
        f.format_string("%d:%s", "i", "s"), f.format_number("d", 3), f.sentences("s"), f.left("s", f.lit(2)),
        f.split_part("csv", f.lit(","), f.lit(2)), f.mask("s"), f.contains("s", f.lit("SQL")), f.char(f.lit(65)),
        f.elt(f.lit(1), "s"), f.find_in_set("s", "csv"), f.btrim("s", f.lit("SL")), f.quote("s"),
    ],
    "numbers": lambda f: [
        f.abs("d"), f.sqrt("i"), f.cbrt("i"), f.exp("i"), f.log("i"), f.log10("i"), f.pow("i", 2), f.ceil("d"),
        f.floor("d"), f.round("d"), f.bround("d"), f.sign("d"), f.sin("d"), f.atan2("d", "i"), f.degrees("d"),
        f.hypot("d", "i"), f.factorial("i"), f.hex("i"), f.bin("i"), f.conv(f.lit("ff"), 16, 10), f.pmod("i", "d"),
        f.greatest("i", "d"), f.least("i", "d"), f.shiftleft("i", 2), f.bit_count("i"), f.width_bucket("d", f.lit(-5), f.lit(5), f.lit(4)),
        f.e(), f.pi(), f.rint("d"), f.try_divide("i", f.lit(0)), f.nanvl("d", "i"), f.isnan("d"),
    ],
    "arrays": lambda f: [
        f.size("l"), f.array_contains("l", 3), f.array_position("l", 1), f.sort_array("l"), f.array_sort("l"),
        f.array_distinct("l"), f.array_union("l", f.array(f.lit(9))), f.array_intersect("l", f.array(f.lit(1))),
        f.array_except("l", f.array(f.lit(1))), f.array_join(f.array(f.lit("a"), f.lit("b")), "+"), f.slice("l", 1, 2),
        f.element_at("l", 1), f.flatten(f.array(f.col("l"), f.col("l"))), f.arrays_zip("l", "l"), f.array_repeat("i", 2),
        f.sequence(f.lit(1), f.lit(7), f.lit(3)), f.array_max("l"), f.array_min("l"), f.array_remove("l", 3),
        f.array_compact("l"), f.array_append("l", 8), f.array_prepend("l", 8), f.array_insert("l", 2, f.lit(7)),
        f.cardinality("l"), f.get("l", f.lit(1)), f.arrays_overlap("l", "l"), f.array_size("l"), f.try_element_at("l", f.lit(9)),
    ],
    "maps_and_structs": lambda f: [
        f.map_keys("m"), f.map_values("m"), f.map_entries("m"), f.map_concat("m", f.create_map(f.lit("c"), f.lit(3))),
        f.map_from_arrays(f.array(f.lit("x")), f.array(f.lit(1))), f.map_from_entries(f.array(f.struct(f.lit("k"), f.lit(1)))),
        f.map_contains_key("m", "a"), f.element_at("m", "b"), f.struct("i", "s"), f.named_struct(f.lit("q"), "i"),
        f.str_to_map("csv", f.lit(","), f.lit(":")), f.map_zip_with("m", "m", lambda k, a, b: a + b),
    ],
    "dates": lambda f: [
        f.year("da"), f.quarter("da"), f.month("da"), f.dayofmonth("da"), f.dayofweek("da"), f.dayofyear("da"),
        f.weekofyear("da"), f.last_day("da"), f.next_day("da", "Mon"), f.add_months("da", 12), f.date_add("da", 1),
        f.date_sub("da", 1), f.datediff("da", f.lit("2024-01-01")), f.months_between("da", f.lit("2023-02-28")),
        f.trunc("da", "month"), f.date_trunc("hour", "t"), f.date_format("t", "yyyy-MM-dd'T'HH:mm"), f.to_date(f.lit("2024-01-02")),
        f.to_timestamp(f.lit("2024-01-02 03:04:05")), f.hour("t"), f.minute("t"), f.second("t"), f.unix_timestamp("t"),
        f.from_unixtime(f.lit(0)), f.make_date(f.lit(2024), f.lit(1), f.lit(2)), f.from_utc_timestamp("t", "Asia/Tokyo"),
        f.to_utc_timestamp("t", "Asia/Tokyo"), f.timestamp_seconds(f.lit(1.5)), f.timestamp_micros(f.lit(1)), f.unix_date("da"),
        f.extract(f.lit("week"), "da"), f.weekday("da"), f.dayname("da"), f.monthname("da"), f.timestamp_diff("DAY", "t", "t"),
        f.timestamp_add("HOUR", f.lit(2), "t"), f.date_from_unix_date(f.lit(7)), f.make_timestamp_ntz(f.lit(2024), f.lit(1), f.lit(1), f.lit(0), f.lit(0), f.lit(0)),
    ],
    "hashes_and_bytes": lambda f: [
        f.md5("s"), f.sha1("s"), f.sha2("s", 512), f.crc32("s"), f.hash("s", "i"), f.xxhash64("s"), f.unhex(f.lit("0aff")),
        f.encode("s", "UTF-16"), f.decode("b", "US-ASCII"), f.unbase64(f.lit("AQI=")), f.to_binary(f.lit("ff"), f.lit("hex")),
        f.aes_encrypt("s", f.lit("0123456789abcdef"), f.lit("ECB")), f.is_valid_utf8("s"), f.octet_length("b"), f.bit_length("b"),
    ],
    "json": lambda f: [
        f.to_json(f.struct("i", "s")), f.from_json(f.lit('{"a":1}'), "a int"), f.get_json_object(f.lit('{"a":{"b":1}}'), "$.a.b"),
        f.json_tuple(f.lit('{"a":1}'), "a"), f.json_array_length(f.lit("[1,2]")), f.json_object_keys(f.lit('{"a":1}')),
    ],
    "csv_xml_and_variant": lambda f: [
        f.to_csv(f.struct("i", "s")), f.from_csv(f.lit("1,x"), "a int, b string"), f.to_xml(f.struct("i")),
        f.from_xml(f.lit("<p><a>1</a></p>"), "a int"), f.xpath_int(f.lit("<a><b>3</b></a>"), f.lit("a/b")),
        f.parse_json(f.lit('{"a": [1]}')), f.try_parse_json(f.lit("{")), f.is_variant_null(f.parse_json(f.lit("null"))),
        f.variant_get(f.parse_json(f.lit('{"a": 5}')), "$.a", "int"), f.schema_of_variant(f.parse_json(f.lit("[1]"))),
    ],
    "nulls": lambda f: [
        f.coalesce("n", "i"), f.ifnull("n", f.lit(1)), f.nvl2("n", f.lit(1), f.lit(2)), f.nullif("i", f.lit(5)), f.isnull("n"),
        f.isnotnull("n"), f.zeroifnull("n"), f.nullifzero(f.lit(0)), f.equal_null("n", "n"), f.typeof("n"),
    ],
    "urls_and_others": lambda f: [
        f.parse_url(f.lit("https://h.example/p?q=1"), f.lit("QUERY"), f.lit("q")), f.url_encode(f.lit("a b/ü")), f.url_decode(f.lit("a+b")),
        f.assert_true(f.lit(True)), f.current_catalog(), f.current_database(), f.bitmap_bit_position(f.lit(3)), f.expr("i + 1"),
        f.call_function("abs", f.lit(-3)), f.luhn_check(f.lit("79927398713")), f.uuid(f.lit(3)), f.rand(5), f.monotonically_increasing_id(),
    ],
}  # fmt: skip

AGGREGATES = {
    "counts": lambda f: [
        f.count("*"), f.count("k"), f.countDistinct("k"), f.count_if(f.col("k") == 1), f.approx_count_distinct("k"),
        f.any_value("k"), f.bool_and(f.col("v") >= 0), f.some(f.col("v") > 8), f.max_by("v", "k"), f.min_by("k", "v"),
    ],
    "sums": lambda f: [
        f.sum("v"), f.sum_distinct("k"), f.avg("v"), f.product("k"), f.stddev_pop("v"), f.var_samp("v"), f.skewness("v"), f.kurtosis("v"),
        f.corr("k", "v"), f.covar_samp("k", "v"), f.regr_slope("v", "k"), f.bit_or("v"), f.try_sum("v"), f.try_avg("v"),
    ],
    "collections": lambda f: [
        f.sort_array(f.collect_list("k")), f.sort_array(f.collect_set("k")), f.array_sort(f.array_agg("k")), f.mode("k"),
        f.listagg(f.col("k").cast("string"), ","), f.histogram_numeric("v", f.lit(2)),
    ],
    "quantiles": lambda f: [
        f.percentile("v", [0.25, 0.5]), f.percentile_approx("v", 0.5), f.median("v"), f.first("v"), f.last("v"), f.min("v"), f.max("v"),
    ],
}  # fmt: skip


def applied(spark, family):
    from pyspark.sql import functions as f

    frame = spark.sql(ONE).select(*FAMILIES[family](f))
    return [frame.dtypes, frame.collect()]


def aggregated(spark, family):
    from pyspark.sql import functions as f

    rows = spark.range(10).coalesce(1).selectExpr("id % 3 k", "id v")
    frame = rows.agg(*AGGREGATES[family](f))
    return [frame.dtypes, frame.collect()]


for _family in FAMILIES:
    add("functions", _family, lambda spark, family=_family: applied(spark, family))
for _family in AGGREGATES:
    add(
        "functions", f"aggregate_{_family}", lambda spark, family=_family: aggregated(spark, family)
    )


def in_pandas(spark, family):
    from pyspark.sql import functions as f

    columns = [c.alias(f"c{i}") for i, c in enumerate(FAMILIES[family](f))]
    return spark.sql(ONE).select(*columns).toPandas()


for _family in ("strings", "numbers", "arrays", "maps_and_structs", "dates", "hashes_and_bytes"):
    add("functions", f"{_family}_in_pandas", lambda spark, family=_family: in_pandas(spark, family))
