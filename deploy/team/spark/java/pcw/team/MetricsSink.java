package pcw.team;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.util.Properties;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.metrics.sink.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's metrics and the team's at `/metrics`, in Prometheus' format, in a place of their own.
 *
 * A sink of Spark's metrics system (`spark.metrics.conf.driver.sink.<name>.class`); its property
 * `address` is `unix:<path>` or `<host>:<port>`. It needs no web UI, whose pages show queries. With
 * an address of no use the server ends with one sentence and exit code 2.
 */
public final class MetricsSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsSink.class);

    private final PrometheusServlet sparks;
    private final String where;
    private final TeamMetrics ours = new TeamMetrics();
    /** Null while it does not serve. */
    private MetricsPort port;

    public MetricsSink(Properties properties, MetricRegistry registry) {
        sparks = new PrometheusServlet(properties, registry);  // for its text: it serves nothing itself
        where = properties.getProperty("address", "").strip();
    }

    @Override
    public void start() {
        try {
            port = new MetricsPort(where, this::text);
        } catch (SettingError e) {
            System.err.println(e.getMessage());
            System.exit(IdentityInterceptor.UNUSABLE_SETTINGS);
        }
    }

    private String text() {
        Exposition text = new Exposition(sparks.getMetricsSnapshot());
        ours.into(text);
        return text.toString();
    }

    @Override
    public void stop() {
        if (port == null) return;
        try {
            port.close();
        } catch (IOException e) {
            LOG.warn("The place of the metrics could not be closed ({}).", e.getMessage());
        }
    }

    @Override
    public void report() {}
}
