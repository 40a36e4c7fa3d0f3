package pcw.team;

import java.util.Locale;
import org.sparkproject.connect.grpc.Status;

/** A call that is not let in: a gRPC status with one sentence, which never holds a token. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What operators count; docs/observe.md says what each means. */
    enum Reason {
        NO_TOKEN, TOKEN_EXPIRED, TOKEN_REFUSED, NOT_IN_GROUP, UNKNOWN_CALL, GUARD, TOO_MANY_QUERIES, NO_KEYS;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final transient Status status;
    private final Reason reason;

    private Refused(Status status, Reason reason, String sentence) {
        super(sentence, null, false, false);
        this.status = status.withDescription(sentence);
        this.reason = reason;
    }

    Status status() {
        return status;
    }

    Reason reason() {
        return reason;
    }

    static Refused unauthenticated(String sentence) {
        return unauthenticated(Reason.TOKEN_REFUSED, sentence);
    }

    static Refused unauthenticated(Reason reason, String sentence) {
        return new Refused(Status.UNAUTHENTICATED, reason, sentence);
    }

    static Refused denied(Reason reason, String sentence) {
        return new Refused(Status.PERMISSION_DENIED, reason, sentence);
    }

    static Refused tooMany(String sentence) {
        return new Refused(Status.RESOURCE_EXHAUSTED, Reason.TOO_MANY_QUERIES, sentence);
    }

    static Refused notYet(String sentence) {
        return new Refused(Status.UNAVAILABLE, Reason.NO_KEYS, sentence);
    }
}
