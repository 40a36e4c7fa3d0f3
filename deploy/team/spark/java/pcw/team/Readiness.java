package pcw.team;

import java.lang.management.ManagementFactory;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.connect.service.SparkListenerConnectServiceStarted;

/** When this server began to answer calls, which Spark Connect tells its listeners. */
final class Readiness extends SparkListener {
    /** Milliseconds since 1970; 0 for not yet. */
    private static volatile long since;
    /** Null until there is one. */
    private static volatile SparkContext context;

    static void watch(SparkContext of) {
        context = of;
        of.addSparkListener(new Readiness());
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        if (event instanceof SparkListenerConnectServiceStarted started) since = started.eventTime();
    }

    static boolean isReady() {
        return since != 0;
    }

    static double sinceSeconds() {
        return since / 1e3;
    }

    /** From the JVM's start until it answered; so far, while it does not. */
    static double startSeconds() {
        long end = isReady() ? since : System.currentTimeMillis();
        return (end - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    }

    static SparkContext context() {
        return context;
    }
}
