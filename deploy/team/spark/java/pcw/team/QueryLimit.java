package pcw.team;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connect.service.ExecuteInfo;
import org.apache.spark.sql.connect.service.SparkConnectService;

/** How many queries of one user run at a time. */
final class QueryLimit {
    private static final Set<String> RUNNING =
        Set.of("Pending", "Started", "Analyzed", "ReadyForExecution");

    private final int most;
    /** Let in, and not yet in Spark's own list. */
    private final Map<String, Integer> starting = new HashMap<>();

    /** @param most 0 for no limit */
    QueryLimit(int most) {
        this.most = most;
    }

    /**
     * Starts one more query of the user's.
     *
     * @throws Refused the most run already
     */
    void start(String user, Runnable query) {
        if (most == 0) {
            query.run();
            return;
        }
        enter(user);
        try {
            query.run();
        } finally {
            leave(user);
        }
    }

    private synchronized void enter(String user) {
        int now = starting.getOrDefault(user, 0);
        if (now + running(user) >= most) {
            throw Refused.tooMany("You have " + most + " running queries on this server, the most that"
                + " one person may have: try again when one of them has ended, or interrupt one.");
        }
        starting.put(user, now + 1);
    }

    private synchronized void leave(String user) {
        starting.merge(user, -1, Integer::sum);
        starting.remove(user, 0);
    }

    private static int running(String user) {
        var found = SparkConnectService.listActiveExecutions();
        if (found.isLeft()) return 0;
        int count = 0;
        var all = found.toOption().get().iterator();
        while (all.hasNext()) {
            ExecuteInfo one = all.next();
            if (one.userId().equals(user) && RUNNING.contains(one.status().toString())) count++;
        }
        return count;
    }
}
