package pcw.team;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.connect.proto.AddArtifactsRequest;
import org.apache.spark.connect.proto.Command;
import org.apache.spark.connect.proto.ConfigRequest;
import org.apache.spark.connect.proto.Plan;
import org.apache.spark.connect.proto.PythonUDTF;
import org.apache.spark.connect.proto.Relation;
import org.apache.spark.connect.proto.StreamingForeachFunction;
import org.apache.spark.connect.proto.WriteStreamOperationStart;
import org.sparkproject.connect.protobuf.CodedInputStream;
import org.sparkproject.connect.protobuf.Descriptors.FieldDescriptor;
import org.sparkproject.connect.protobuf.Message;
import org.sparkproject.connect.protobuf.Parser;

/** Looks at what a client sends before Spark does: code for the server's own process, and places. */
final class MessageGuard {
    private static final int DEEPEST = 1024;  // spark.connect.grpc.marshallerRecursionLimit
    private static final String JVM = "JVM code of one's own (a jar, a class, a function of Java or Scala)";
    private static final String IN_PYTHON = "use Python functions, which run on executors";
    private static final Map<String, String[]> OFF = Map.of(
        "ScalarScalaUDF", new String[] {JVM, IN_PYTHON},
        "JavaUDF", new String[] {JVM, IN_PYTHON},
        "TypedAggregateExpression", new String[] {JVM, IN_PYTHON},
        "StreamingQueryListenerCommand", new String[] {"A listener in the server", "use the client's"},
        "ExecuteExternalCommand", new String[] {"An external command", "use SQL"},
        "CommonInlineUserDefinedDataSource", new String[] {
            "A data source in Python, which would run in the server's own process",
            "make a DataFrame, or use a Python function"},
        "TransformWithStateInfo", new String[] {
            "transformWithState, whose set-up would run in the server's own process",
            "use applyInPandasWithState"});
    private static final Set<String> WITH_PLACES = Set.of("DataSource", "WriteOperation",
        "WriteOperationV2", "WriteStreamOperationStart", "CreateTable", "CreateExternalTable", "Write",
        "Read", "StartRun", "NamedTable", "DefineOutput", "TableDetails");

    private final GuardRules rules;

    MessageGuard(GuardRules rules) {
        this.rules = rules;
    }

    /** @throws Refused it asks for what is switched off */
    void check(Message request) {
        try {
            if (request instanceof AddArtifactsRequest artifacts) artifacts(artifacts);
            else if (request instanceof ConfigRequest config) {
                config.getOperation().getSet().getPairsList()
                    .forEach(pair -> rules.setting(pair.getKey(), pair.getValue()));
            } else walk(request, 0);
        } catch (SecurityException e) {
            throw Refused.denied(Refused.Reason.GUARD, e.getMessage());
        }
    }

    private static void artifacts(AddArtifactsRequest request) {
        request.getBatch().getArtifactsList().forEach(artifact -> artifact(artifact.getName()));
        artifact(request.getBeginChunk().getName());
    }

    private static void artifact(String name) {
        String clean = name.replaceAll("/+", "/").replaceAll("^(\\./|/)+", "");
        if (clean.startsWith("jars") || clean.startsWith("classes")) throw GuardRules.off(JVM, IN_PYTHON);
        if (clean.startsWith("forward_to_fs")) {
            throw GuardRules.off("Copying a file to the server's file system", "make a table of it");
        }
    }

    private void walk(Message message, int depth) {
        if (depth > DEEPEST) throw new SecurityException("The plan is nested too deeply.");
        String type = message.getDescriptorForType().getName();
        String[] off = OFF.get(type);
        if (off != null) throw GuardRules.off(off[0], off[1]);
        if (message instanceof PythonUDTF function && !function.hasReturnType()) {
            throw GuardRules.off("A table function without a return type, whose `analyze` would run in the"
                + " server's own process", "give it a returnType");
        }
        if (message instanceof WriteStreamOperationStart start && start.hasForeachBatch()) {
            throw GuardRules.off("foreachBatch, which would run in the server's own process",
                "use foreach, or write to a table");
        }
        if (message instanceof StreamingForeachFunction function && function.hasScalaFunction()) {
            throw GuardRules.off(JVM, IN_PYTHON);
        }
        if (message instanceof Plan.CompressedOperation packed) walk(unpacked(packed), depth + 1);
        if (WITH_PLACES.contains(type)) places(message);
        message.getAllFields().forEach((field, value) -> inner(field, value, depth));
    }

    private void inner(FieldDescriptor field, Object value, int depth) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) return;
        if (value instanceof List<?> many) many.forEach(one -> walk((Message) one, depth + 1));
        else walk((Message) value, depth + 1);
    }

    private void places(Message message) {
        message.getAllFields().forEach((field, value) -> {
            switch (field.getName()) {
                case "path", "storage" -> {
                    if (value instanceof String text) rules.place(text);
                }
                case "paths" -> ((List<?>) value).forEach(one -> rules.place(one.toString()));
                case "format", "source", "provider" -> {
                    if (value instanceof String text) rules.format(text);
                }
                case "options", "table_properties" -> rules.options(map(field, value), false);
                default -> { }
            }
        });
    }

    private static Map<String, String> map(FieldDescriptor field, Object value) {
        Map<String, String> found = new HashMap<>();
        if (!field.isMapField()) return found;
        for (Object one : (List<?>) value) {
            Message entry = (Message) one;
            Object text = entry.getField(entry.getDescriptorForType().findFieldByNumber(2));
            found.put(entry.getField(entry.getDescriptorForType().findFieldByNumber(1)).toString(),
                text instanceof String ? (String) text : "");
        }
        return found;
    }

    /** What Spark will unpack from it. */
    private static Message unpacked(Plan.CompressedOperation packed) {
        Parser<? extends Message> parser = switch (packed.getOpType()) {
            case OP_TYPE_RELATION -> Relation.parser();
            case OP_TYPE_COMMAND -> Command.parser();
            default -> throw new SecurityException("The plan is packed in a way that is not known here.");
        };
        try (ZstdInputStream text = new ZstdInputStream(packed.getData().newInput())) {
            CodedInputStream input = CodedInputStream.newInstance(text);
            input.setRecursionLimit(DEEPEST);
            return parser.parseFrom(input);
        } catch (IOException e) {
            throw new SecurityException("The plan cannot be unpacked.");
        }
    }
}
