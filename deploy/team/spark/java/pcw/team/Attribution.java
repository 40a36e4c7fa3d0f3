package pcw.team;

import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.CurrentUserContext$;

/**
 * Makes Spark's jobs say for whom they run.
 *
 * A query's thread is made while its request is handled, and inherits that thread's properties:
 * they are in every job and stage of it, in the event log too. Names that begin with `spark` would
 * be overwritten by a session's settings of the same name.
 */
final class Attribution {
    static final String USER = "pcw.user";
    static final String SESSION = "pcw.session";
    static final String CELL = "pcw.cell";
    static final String REQUEST = "pcw.request";
    private static final String POOL = "spark.scheduler.pool";
    private static final String DESCRIPTION = "spark.job.description";
    private static final Pattern SESSION_ID = Pattern.compile("[0-9A-Fa-f-]{1,64}");

    private Attribution() {}

    /** Runs it with the caller's name on the threads, and so the jobs, that it makes. */
    static void as(Caller caller, String session, Runnable work) {
        SparkContext context = SparkContext.getOrCreate();
        set(context, caller.user(), session, caller.cell(), caller.request());
        try {
            work.run();
        } finally {
            set(context, null, null, null, null);
        }
    }

    private static void set(
            SparkContext context, String user, String session, String cell, String request) {
        context.setLocalProperty(USER, user);
        context.setLocalProperty(SESSION, session != null && SESSION_ID.matcher(session).matches() ? session : null);
        context.setLocalProperty(CELL, blankToNull(cell));
        context.setLocalProperty(REQUEST, blankToNull(request));
        context.setLocalProperty(POOL, user == null ? null : "user:" + user);
        if (user == null) CurrentUserContext$.MODULE$.CURRENT_USER().remove();
        else CurrentUserContext$.MODULE$.CURRENT_USER().set(user);  // what `current_user()` gives
    }

    private static String blankToNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /**
     * Puts the caller before the description that Spark Connect gives its jobs.
     *
     * Connect sets it on the query's thread after that has begun, so this is to be called there.
     */
    static void describe(SparkContext context) {
        String user = context.getLocalProperty(USER);
        String said = context.getLocalProperty(DESCRIPTION);
        if (user == null || said == null || !said.startsWith("Spark Connect")) return;
        StringBuilder whose = new StringBuilder(user);
        add(whose, "session", context.getLocalProperty(SESSION));
        add(whose, "cell", context.getLocalProperty(CELL));
        add(whose, "request", context.getLocalProperty(REQUEST));
        context.setJobDescription(whose + " | " + said);
    }

    private static void add(StringBuilder text, String name, String value) {
        if (value != null) text.append(" | ").append(name).append(' ').append(value);
    }
}
