package pcw.team;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connect.service.SparkConnectService;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import scala.jdk.javaapi.CollectionConverters;

/** Sessions and running queries of each user, as Spark Connect lists them. */
final class Work {
    private static final Set<String> RUNNING =
        Set.of("Pending", "Started", "Analyzed", "ReadyForExecution");

    private Work() {}

    /** How many sessions each user has; who has none is left out. */
    static Map<String, Integer> sessions() {
        Map<String, Integer> counts = new HashMap<>();
        CollectionConverters.asJava(SparkConnectService$.MODULE$.sessionManager().listActiveSessions())
            .forEach(one -> counts.merge(one.userId(), 1, Integer::sum));
        return counts;
    }

    /** How many queries of each user are begun and not ended; who has none is left out. */
    static Map<String, Integer> queries() {
        Map<String, Integer> counts = new HashMap<>();
        var found = SparkConnectService.listActiveExecutions();
        if (found.isLeft()) return counts;
        CollectionConverters.asJava(found.toOption().get()).forEach(one -> {
            if (RUNNING.contains(one.status().toString())) counts.merge(one.userId(), 1, Integer::sum);
        });
        return counts;
    }
}
