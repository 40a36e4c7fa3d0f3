package pcw.team;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.sparkproject.connect.grpc.Metadata;

/**
 * Who calls, and which notebook cell and request it is for.
 *
 * @param cell empty where the client has no cells
 * @param request the proxy's id of the call, empty for a client that has no proxy
 */
record Caller(String user, String cell, String request) {
    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<String> CELL = key("pcw-cell");
    private static final Metadata.Key<String> REQUEST = key("x-request-id");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String SCHEME = "bearer ";

    /** The caller whose token it is; the ids are only labels, and what is no id is left out. */
    static Caller of(Metadata headers, Verifier verifier) {
        return new Caller(verifier.user(token(headers)), id(headers, CELL), id(headers, REQUEST));
    }

    private static String token(Metadata headers) {
        List<String> values = all(headers, AUTHORIZATION);
        if (values.isEmpty()) {
            throw Refused.unauthenticated(Refused.Reason.NO_TOKEN,
                "The call has no token: sign in, or send `authorization: Bearer …`.");
        }
        if (values.size() > 1) {
            throw Refused.unauthenticated("The call has more than one authorization header: send one.");
        }
        String value = values.get(0);
        if (!value.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw Refused.unauthenticated(Refused.Reason.NO_TOKEN,
                "The call's authorization is no bearer token: sign in.");
        }
        return value.substring(SCHEME.length()).strip();
    }

    private static String id(Metadata headers, Metadata.Key<String> key) {
        List<String> values = all(headers, key);
        return values.size() == 1 && ID.matcher(values.get(0)).matches() ? values.get(0) : "";
    }

    private static List<String> all(Metadata headers, Metadata.Key<String> key) {
        List<String> values = new ArrayList<>();
        Iterable<String> found = headers.getAll(key);
        if (found != null) found.forEach(values::add);
        return values;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
