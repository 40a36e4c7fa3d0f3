package pcw.team;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.expressions.CallMethodViaReflection;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.TableSpec;
import org.apache.spark.sql.execution.command.SetCommand;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** Looks at a plan, whatever it came from: SQL, a script, a view, a DataFrame. */
final class PlanGuard {
    private static final String JVM = "JVM code of one's own (a jar, a class, a function of Java or Scala)";
    private static final Set<String> CODE = Set.of("AddJarsCommand", "AddFilesCommand",
        "AddArchivesCommand", "CreateFunctionCommand", "CreateFunction");
    private static final Set<String> PLACES = Set.of("path", "location", "locationUri", "outputPath");
    private static final Set<String> OPTIONS = Set.of("options", "extraOptions", "writeOptions");

    private final GuardRules rules;

    PlanGuard(GuardRules rules) {
        this.rules = rules;
    }

    /** Before anything is looked up: a file that is named as a table is not even opened. */
    void beforeLookUp(LogicalPlan plan, SparkSession session) {
        walk(plan, node -> {
            if (!(node instanceof UnresolvedRelation relation)) return;
            rules.options(relation.options(), false);
            var parts = CollectionConverters.asJava(relation.multipartIdentifier());
            if (parts.size() != 2) return;
            String file = parts.get(1);
            boolean isPlace = file.indexOf('/') >= 0 || file.indexOf(':') >= 0;
            if (isPlace || rules.isFormat(parts.get(0)) && !isDatabase(parts.get(0), session)) {
                rules.place(file);
            }
        });
    }

    private static boolean isDatabase(String name, SparkSession session) {
        return session.catalog().databaseExists(name);
    }

    /** When all of it is known. */
    void check(LogicalPlan plan) {
        walk(plan, this::node);
    }

    private interface Look {
        void at(LogicalPlan node);
    }

    private static void walk(LogicalPlan plan, Look look) {
        look.at(plan);
        List<LogicalPlan> children = CollectionConverters.asJava(plan.children());
        children.forEach(child -> walk(child, look));
        // A command that has been analyzed hides its plan from its children.
        CollectionConverters.asJava(plan.productIterator()).forEachRemaining(part -> {
            if (part instanceof LogicalPlan inner && children.stream().noneMatch(child -> child == inner)) {
                walk(inner, look);
            }
        });
        CollectionConverters.asJava(plan.expressions()).forEach(root -> expression(root, look));
    }

    private static void expression(Expression expression, Look look) {
        if (expression instanceof CallMethodViaReflection) {
            throw GuardRules.off("Calling a method of the JVM (reflect, java_method)",
                "use a function of SQL or of Python");
        }
        if (expression instanceof SubqueryExpression subquery) walk(subquery.plan(), look);
        CollectionConverters.asJava(expression.children()).forEach(child -> expression(child, look));
    }

    private void node(LogicalPlan node) {
        String kind = node.getClass().getSimpleName();
        if (CODE.contains(kind)) {
            throw GuardRules.off(JVM, "use Python functions, or have the operator add it (PCW_SPARK_JARS)");
        }
        if (kind.equals("ScriptTransformation")) {
            throw GuardRules.off("A shell command (TRANSFORM)", "use a Python function");
        }
        if (node instanceof SetCommand set) setting(set);
        var names = CollectionConverters.asJava(node.productElementNames());
        var parts = CollectionConverters.asJava(node.productIterator());
        while (names.hasNext() && parts.hasNext()) part(node, names.next(), parts.next());
    }

    private void setting(SetCommand set) {
        if (set.kv().isEmpty()) return;
        Tuple2<String, Option<String>> pair = set.kv().get();
        if (pair._2().isDefined()) rules.setting(pair._1(), pair._2().get());
    }

    private void part(LogicalPlan node, String name, Object value) {
        if (value instanceof Option<?> option) {
            if (option.isDefined()) part(node, name, option.get());
        } else if (value instanceof String text) {
            if (node instanceof Command && PLACES.contains(name)) rules.place(text);
            if (node instanceof Command && name.equals("provider")) rules.format(text);
        } else if (value instanceof org.apache.hadoop.fs.Path path) {
            rules.place(path.toString());
        } else if (value instanceof URI place) {
            place(place);
        } else if (value instanceof CatalogTable table) {
            if (table.provider().isDefined()) rules.format(table.provider().get());
            stored(table.storage());
        } else if (value instanceof CatalogStorageFormat storage) {
            stored(storage);
        } else if (value instanceof TableSpec table) {
            table(table);
        } else if (value instanceof HadoopFsRelation files) {
            CollectionConverters.asJava(files.location().rootPaths()).forEach(p -> rules.place(p.toString()));
            rules.options(java(files.options()), true);
        } else if (value instanceof FileTable files) {
            CollectionConverters.asJava(files.fileIndex().rootPaths()).forEach(p -> rules.place(p.toString()));
        } else if (value instanceof DataSource source) {
            rules.format(source.className());
            CollectionConverters.asJava(source.paths()).forEach(rules::place);
            rules.options(java(source.options()), true);
        } else if (value instanceof CaseInsensitiveStringMap options) {
            rules.options(options, true);
        } else if (OPTIONS.contains(name) && value instanceof scala.collection.Map<?, ?> options) {
            rules.options(java(options), false);
        } else if (name.equals("properties") && value instanceof scala.collection.Map<?, ?> properties) {
            rules.places(java(properties));  // a database's location is one of them
        } else if (name.equals("partitionSpecsAndLocs")) {
            partitions((scala.collection.Seq<?>) value);
        }
        if (value != null && value.getClass().getSimpleName().equals("JDBCRelation")) rules.format("jdbc");
    }

    private void stored(CatalogStorageFormat storage) {
        if (storage.locationUri().isDefined()) place(storage.locationUri().get());
        for (Option<String> used : List.of(
                storage.inputFormat(), storage.outputFormat(), storage.serde())) {
            if (used.isDefined()) rules.storedAs(used.get());
        }
        rules.options(java(storage.properties()), false);
    }

    private void table(TableSpec table) {
        if (table.provider().isDefined()) rules.format(table.provider().get());
        if (table.location().isDefined()) rules.place(table.location().get());
        rules.options(java(table.options()), false);
    }

    private void partitions(scala.collection.Seq<?> partitions) {
        CollectionConverters.asJava(partitions).forEach(one -> {
            if (one instanceof Tuple2<?, ?> pair && pair._2() instanceof Option<?> place && place.isDefined()) {
                rules.place(place.get().toString());
            }
        });
    }

    private void place(URI place) {
        rules.place(new org.apache.hadoop.fs.Path(place).toString());
    }

    private static Map<String, String> java(scala.collection.Map<?, ?> map) {
        Map<String, String> found = new HashMap<>();
        CollectionConverters.asJava(map).forEach((key, value) ->
            found.put(String.valueOf(key), String.valueOf(value)));
        return found;
    }
}
