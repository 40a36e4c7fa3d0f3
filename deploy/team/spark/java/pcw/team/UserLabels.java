package pcw.team;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The users that metrics name: whoever had a session, 200 at most, and one name for the others.
 *
 * Who has ended his work stays, with 0, until others need the place: a curve that ends looks like
 * one that goes on.
 */
final class UserLabels {
    static final int MOST = 200;
    /** No user's name: blanks and commas are refused, and so are parentheses unless a pattern has them. */
    static final String OTHERS = "(others)";

    private final TreeSet<String> named = new TreeSet<>();

    /** Before `of`: those who are at work now come in, where there is room. */
    synchronized void see(Collection<String> working) {
        if (named.size() + working.size() > MOST) named.retainAll(working);
        new TreeSet<>(working).forEach(user -> {
            if (named.size() < MOST) named.add(user);
        });
    }

    /** The numbers by label. */
    synchronized Map<String, Integer> of(Map<String, Integer> counts) {
        Map<String, Integer> labelled = new TreeMap<>();
        named.forEach(user -> labelled.put(user, 0));
        counts.forEach((user, count) ->
            labelled.merge(named.contains(user) ? user : OTHERS, count, Integer::sum));
        return labelled;
    }
}
