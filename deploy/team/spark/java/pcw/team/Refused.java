package pcw.team;

import org.sparkproject.connect.grpc.Status;

/** A call that is not let in: a gRPC status with one sentence, which never holds a token. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    private Refused(Status status, String sentence) {
        super(sentence, null, false, false);
        this.status = status.withDescription(sentence);
    }

    Status status() {
        return status;
    }

    static Refused unauthenticated(String sentence) {
        return new Refused(Status.UNAUTHENTICATED, sentence);
    }

    static Refused denied(String sentence) {
        return new Refused(Status.PERMISSION_DENIED, sentence);
    }

    static Refused tooMany(String sentence) {
        return new Refused(Status.RESOURCE_EXHAUSTED, sentence);
    }

    static Refused notYet(String sentence) {
        return new Refused(Status.UNAVAILABLE, sentence);
    }
}
