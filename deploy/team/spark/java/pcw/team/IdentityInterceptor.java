package pcw.team;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.connect.proto.ExecutePlanRequest;
import org.sparkproject.connect.grpc.Metadata;
import org.sparkproject.connect.grpc.ServerCall;
import org.sparkproject.connect.grpc.ServerCallHandler;
import org.sparkproject.connect.grpc.ServerInterceptor;
import org.sparkproject.connect.grpc.Status;
import org.sparkproject.connect.protobuf.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call acts for the subject of its own signed token, whatever user its messages name.
 *
 * Named in `spark.connect.grpc.interceptor.classes`. A server whose settings are of no use ends
 * with one sentence and exit code 2.
 */
public final class IdentityInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityInterceptor.class);
    static final int UNUSABLE_SETTINGS = 2;

    private final Verifier verifier;
    private final QueryLimit limit;
    /** Null where the guard is off. */
    private final MessageGuard guard;

    public IdentityInterceptor() {
        SparkContext context = SparkContext.getOrCreate();
        SparkConf conf = context.getConf();
        Readiness.watch(context);
        try {
            Settings settings = Settings.read(name -> conf.get(name, null));
            Keys keys = new Keys(KeySource.named(settings.jwks()));
            keys.readFirst();
            verifier = new Verifier(settings, keys);
            limit = new QueryLimit(settings.queriesPerUser());
            guard = settings.guard() ? new MessageGuard(new GuardRules(conf)) : null;
            CatalogOpener.start();
        } catch (SettingError e) {
            System.err.println(e.getMessage());
            System.exit(UNUSABLE_SETTINGS);
            throw e;
        }
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            Caller caller = Caller.of(headers, verifier);
            return new Bound<>(call, caller, next.startCall(call, headers));
        } catch (Refused e) {
            refuse(call, e);
        } catch (RuntimeException e) {
            LOG.error("A call could not be looked at ({}).", e.getClass().getName());
            call.close(Status.INTERNAL.withDescription("The call's token could not be looked at."),
                new Metadata());
        }
        return new ServerCall.Listener<Q>() {};
    }

    private static void refuse(ServerCall<?, ?> call, Refused why) {
        Refusals.count(why.reason());
        call.close(why.status(), new Metadata());
    }

    /** Passes a call's messages on as the caller's own, until one of them is refused. */
    private final class Bound<Q> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, ?> call;
        private final Caller caller;
        private final ServerCall.Listener<Q> next;
        private String session = "";
        private boolean isQuery;
        private boolean refused;

        Bound(ServerCall<Q, ?> call, Caller caller, ServerCall.Listener<Q> next) {
            this.call = call;
            this.caller = caller;
            this.next = next;
        }

        @Override
        @SuppressWarnings("unchecked")  // a message of the same type, by its own builder
        public void onMessage(Q said) {
            pass(() -> {
                Message message = Messages.bound(said, caller.user());
                if (guard != null) guard.check(message);
                session = Messages.session(message);
                isQuery = message instanceof ExecutePlanRequest;
                Attribution.as(caller, session, () -> next.onMessage((Q) message));
            });
        }

        @Override
        public void onHalfClose() {
            Runnable answer = () -> Attribution.as(caller, session, next::onHalfClose);
            pass(() -> {
                if (isQuery) limit.start(caller.user(), answer);
                else answer.run();
            });
        }

        @Override
        public void onReady() {
            if (!refused) next.onReady();
        }

        @Override
        public void onCancel() {
            next.onCancel();
        }

        @Override
        public void onComplete() {
            next.onComplete();
        }

        private void pass(Runnable step) {
            if (refused) return;
            try {
                step.run();
            } catch (Refused e) {
                refused = true;
                refuse(call, e);
            }
        }
    }
}
