package pcw.team;

import java.io.File;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark's own metrics do not tell: whose work it is, who was refused, disks, the start. */
final class TeamMetrics {
    private final UserLabels labels = new UserLabels();

    void into(Exposition text) {
        text.gauge("pcw_start_seconds",
            "From the start of the JVM until the server answered; so far, while it does not.",
            Readiness.startSeconds());
        refusals(text);
        SparkContext context = Readiness.context();
        if (context == null) return;
        disks(text, context);
        if (!Readiness.isReady()) return;
        text.gauge("pcw_ready_timestamp_seconds", "When the server began to answer.",
            Readiness.sinceSeconds());
        work(text);
        executors(text, context);
    }

    private static void refusals(Exposition text) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Refused.Reason reason : Refused.Reason.values()) counts.put(reason.label(), Refusals.of(reason));
        text.counters("pcw_refusals_total", "Calls and plans that were refused.", "reason", counts);
    }

    private static void disks(Exposition text, SparkContext context) {
        Map<String, Long> free = new LinkedHashMap<>();
        Map<String, Long> size = new LinkedHashMap<>();
        for (Map.Entry<String, File> disk : Disks.of(context.getConf()).entrySet()) {
            free.put(disk.getKey(), disk.getValue().getUsableSpace());
            size.put(disk.getKey(), disk.getValue().getTotalSpace());
        }
        text.gauges("pcw_disk_free_bytes", "What the server may still write.", "disk", free);
        text.gauges("pcw_disk_size_bytes", "The size of the whole disk.", "disk", size);
    }

    private void work(Exposition text) {
        Map<String, Integer> sessions = Work.sessions();
        Map<String, Integer> queries = Work.queries();
        Set<String> working = new HashSet<>(sessions.keySet());
        working.addAll(queries.keySet());
        labels.see(working);
        text.gauges("pcw_sessions", "Sessions of Spark Connect.", "user", labels.of(sessions));
        text.gauges("pcw_queries_running", "Queries that have begun and not ended.", "user",
            labels.of(queries));
    }

    private static void executors(Exposition text, SparkContext context) {
        int executors = 0;
        int slots = 0;
        int tasks = 0;
        for (ExecutorSummary one : CollectionConverters.asJava(context.statusStore().executorList(true))) {
            if (one.maxTasks() == 0) continue;  // the driver of a cluster runs none
            executors++;
            slots += one.maxTasks();
            tasks += one.activeTasks();
        }
        text.gauge("pcw_executors", "Executors that can run tasks.", executors);
        text.gauge("pcw_task_slots", "Tasks that they can run at a time.", slots);
        text.gauge("pcw_tasks_running", "Tasks that run.", tasks);
    }
}
