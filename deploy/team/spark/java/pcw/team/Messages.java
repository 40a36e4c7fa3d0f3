package pcw.team;

import org.apache.spark.connect.proto.UserContext;
import org.sparkproject.connect.protobuf.Descriptors.Descriptor;
import org.sparkproject.connect.protobuf.Descriptors.FieldDescriptor;
import org.sparkproject.connect.protobuf.Message;

/** What every request of Spark Connect has: the user that it acts for, and a session. */
final class Messages {
    private Messages() {}

    /**
     * The request, acting for this user whatever user it names.
     *
     * @throws Refused it is of a kind that names no user: then nobody can say whose it is
     */
    static Message bound(Object request, String user) {
        if (!(request instanceof Message message)) throw unknown();
        FieldDescriptor field = field(message, "user_context");
        if (field == null || !field.getMessageType().equals(UserContext.getDescriptor())) throw unknown();
        UserContext bound = ((UserContext) message.getField(field)).toBuilder()
            .setUserId(user).setUserName(user).build();
        return message.toBuilder().setField(field, bound).build();
    }

    /** The session's id; empty where the request has none. */
    static String session(Message request) {
        FieldDescriptor field = field(request, "session_id");
        return field == null ? "" : request.getField(field).toString();
    }

    private static FieldDescriptor field(Message message, String name) {
        Descriptor type = message.getDescriptorForType();
        return type.findFieldByName(name);
    }

    private static Refused unknown() {
        return Refused.denied(Refused.Reason.UNKNOWN_CALL,
            "This server answers calls of Spark Connect only.");
    }
}
