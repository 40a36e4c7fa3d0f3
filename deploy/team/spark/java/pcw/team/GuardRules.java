package pcw.team;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** What people who share a server may name there: places, formats, options and settings. */
final class GuardRules {
    private static final Set<String> FORMATS = Set.of("parquet", "orc", "csv", "json", "text", "xml",
        "avro", "binaryfile", "libsvm", "image", "hive", "noop", "memory", "rate", "rate-micro-batch");
    private static final Set<String> PLACES = Set.of("path", "location", "checkpointlocation",
        "sourcearchivedir", "rowvalidationxsdpath", "avroschemaurl", "avro.schema.url");
    /** Hadoop's own: they choose file systems and classes. */
    private static final Pattern MACHINERY = Pattern.compile(
        "(spark\\.)?(hadoop\\.)?(fs|dfs|hadoop|hive|yarn|ipc|ha|viewfs|io|mapred|mapreduce)\\..*"
            + "|.*(class|classes|\\.impl|factory)");
    /** Settings of a session that load code, choose catalogs, or go round the analyzer. */
    private static final Pattern DANGEROUS = Pattern.compile(
        "spark\\.sql\\.(catalog|analyzer|hive|redaction|extensions|artifact)\\b.*|spark\\.sql\\..*"
            + "(class|provider|listeners|jars|setcommandrejectssparkcoreconfs)");
    /** Has Spark take files for its own machine; where to, the guard says. */
    private static final String COPY_HERE = "spark.sql.artifact.copyfromlocaltofs.allowdestlocal";
    private static final List<String> SETTABLE = List.of("spark.sql.", "pandas_on_spark.", "spark.app.name");
    private static final Set<String> STORED_AS = Set.of("TextInputFormat", "SequenceFileInputFormat",
        "OrcInputFormat", "MapredParquetInputFormat", "RCFileInputFormat", "HiveIgnoreKeyTextOutputFormat",
        "HiveSequenceFileOutputFormat", "SequenceFileOutputFormat", "OrcOutputFormat", "TextOutputFormat",
        "MapredParquetOutputFormat", "RCFileOutputFormat", "LazySimpleSerDe", "OrcSerde",
        "ParquetHiveSerDe", "OpenCSVSerde", "JsonSerDe", "LazyBinaryColumnarSerDe", "ColumnarSerDe",
        "RegexSerDe", "LazyBinarySerDe");

    private final Roots roots;
    private final Set<String> formats = new HashSet<>(FORMATS);

    GuardRules(SparkConf conf) {
        List<String> named = new ArrayList<>(listed(conf.get("spark.pcw.guard.roots", "")));
        named.add(conf.get("spark.sql.warehouse.dir", "spark-warehouse"));
        roots = new Roots(named);
        listed(conf.get("spark.pcw.guard.formats", "")).forEach(f -> formats.add(f.toLowerCase(Locale.ROOT)));
    }

    static boolean isOn(SparkConf conf) {
        return !conf.get(Settings.GUARD, "on").strip().equals("off");
    }

    void place(String place) {
        roots.require(place);
    }

    void format(String name) {
        if (!isFormat(name)) {
            throw new SecurityException("The data source " + brief(name) + " is switched off on this"
                + " server (spark.pcw.guard.formats): use one of Spark's own file formats.");
        }
    }

    boolean isFormat(String name) {
        return name.isEmpty() || formats.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Options of a reader, a writer or a table; {@code paths} is Spark's own, which people do not set. */
    void options(Map<String, String> options, boolean bySpark) {
        options.forEach((key, value) -> {
            String name = key.toLowerCase(Locale.ROOT);
            if (PLACES.contains(name)) place(value);
            else if (!bySpark && name.equals("paths") || MACHINERY.matcher(name).matches()) {
                throw new SecurityException("The option " + brief(key) + " is switched off on this"
                    + " server: leave it out.");
            }
        });
    }

    /** Properties of a table or a database: those that are places. */
    void places(Map<String, String> properties) {
        properties.forEach((key, value) -> {
            if (PLACES.contains(key.toLowerCase(Locale.ROOT))) place(value);
        });
    }

    void setting(String key, String value) {
        String name = key.toLowerCase(Locale.ROOT);
        if (name.equals(COPY_HERE)) return;
        if (SETTABLE.stream().noneMatch(name::startsWith) || DANGEROUS.matcher(name).matches()) {
            throw new SecurityException("The setting " + brief(key) + " is the server's: its operator"
                + " can change it, a session cannot.");
        }
        if (name.equals("spark.sql.streaming.checkpointlocation")) place(value);
        if (name.equals("spark.sql.sources.default")) format(value);
    }

    /** Classes by which Hive reads and writes a table. */
    void storedAs(String className) {
        if (!STORED_AS.contains(className.substring(className.lastIndexOf('.') + 1))
                || !className.startsWith("org.apache.")) {
            throw new SecurityException("The class " + brief(className) + " is switched off on this"
                + " server: use STORED AS with a name such as PARQUET.");
        }
    }

    static SecurityException off(String what, String instead) {
        return new SecurityException(what + " is switched off on this server: " + instead + ".");
    }

    private static List<String> listed(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(p -> !p.isEmpty()).toList();
    }

    private static String brief(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
