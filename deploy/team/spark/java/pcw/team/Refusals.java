package pcw.team;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many calls and plans were refused since the server's start. */
final class Refusals {
    private static final Map<Refused.Reason, LongAdder> COUNTS = new EnumMap<>(Refused.Reason.class);

    static {
        for (Refused.Reason reason : Refused.Reason.values()) COUNTS.put(reason, new LongAdder());
    }

    private Refusals() {}

    static void count(Refused.Reason reason) {
        COUNTS.get(reason).increment();
    }

    static long of(Refused.Reason reason) {
        return COUNTS.get(reason).sum();
    }
}
