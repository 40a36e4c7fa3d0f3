package pcw.team;

import com.codahale.metrics.MetricRegistry;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.metrics.sink.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's metrics and the team's at `/metrics`, in Prometheus' format, on a port of their own.
 *
 * A sink of Spark's metrics system (`spark.metrics.conf.driver.sink.<name>.class`), with the
 * properties `address` (127.0.0.1) and `port`. It needs no web UI, whose pages show queries.
 */
public final class MetricsSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsSink.class);
    private static final String SETTING = "spark.metrics.conf.driver.sink.*.";
    private static final String PATH = "/metrics";
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final int READERS = 2;
    private static final int WAITING = 16;
    private static final int STOP_S = 0;

    static {
        // Seconds; by default a client that sends half a request keeps a reader for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
    }

    private final PrometheusServlet sparks;
    private final String address;
    private final String port;
    private final TeamMetrics ours = new TeamMetrics();
    /** Null while it does not serve. */
    private HttpServer server;
    private ExecutorService readers;

    public MetricsSink(Properties properties, MetricRegistry registry) {
        sparks = new PrometheusServlet(properties, registry);  // for its text: it serves nothing itself
        address = properties.getProperty("address", "127.0.0.1");
        port = properties.getProperty("port", "");
    }

    @Override
    public void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(address, portNumber()), WAITING);
        } catch (SettingError e) {
            unusable(e.getMessage());
        } catch (IOException e) {
            unusable("Metrics cannot be served at " + address + ":" + port + " (" + e.getMessage()
                + "): choose another port, or end what has it.");
        }
        readers = Executors.newFixedThreadPool(READERS, work -> {
            Thread thread = new Thread(work, "pcw-metrics");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(readers);
        server.createContext("/", this::answer);
        server.start();
    }

    private int portNumber() {
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 0xffff) {
            throw new SettingError(SETTING + "port is " + (port.isEmpty() ? "not set" : port)
                + "; a port is a number from 1 to 65535.");
        }
        return number;
    }

    private static void unusable(String sentence) {
        System.err.println(sentence);
        System.exit(IdentityInterceptor.UNUSABLE_SETTINGS);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals(PATH)
                && exchange.getRequestMethod().equals("GET");
            if (!known) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] text = text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", TYPE);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        } catch (RuntimeException e) {
            LOG.error("The metrics could not be told.", e);
            throw e;
        }
    }

    private String text() {
        Exposition text = new Exposition(sparks.getMetricsSnapshot());
        ours.into(text);
        return text.toString();
    }

    @Override
    public void stop() {
        if (server == null) return;
        server.stop(STOP_S);
        readers.shutdownNow();
    }

    @Override
    public void report() {}
}
