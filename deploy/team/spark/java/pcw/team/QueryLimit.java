package pcw.team;

import java.util.HashMap;
import java.util.Map;

/** How many queries of one user run at a time. */
final class QueryLimit {
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
        if (now + Work.queries().getOrDefault(user, 0) >= most) {
            throw Refused.tooMany("You have " + most + " running queries on this server, the most that"
                + " one person may have: try again when one of them has ended, or interrupt one.");
        }
        starting.put(user, now + 1);
    }

    private synchronized void leave(String user) {
        starting.merge(user, -1, Integer::sum);
        starting.remove(user, 0);
    }
}
