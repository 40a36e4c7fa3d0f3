package pcw.team;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers `GET /metrics` with a text, and everything else with 404.
 *
 * At a socket file of its owner's alone, or at host:port. Java's own HTTP server has no socket files.
 */
final class MetricsPort implements AutoCloseable {
    static final String SOCKET = "unix:";

    private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
    private static final Pattern HOST_PORT = Pattern.compile("\\[?([^\\[\\]\\s]+?)]?:(\\d{1,5})");
    private static final Pattern REQUEST = Pattern.compile("GET /metrics(\\?\\S*)? HTTP/1\\.\\d");
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int READERS = 4;
    /** A client that has not asked, or not read the answer, is cut off. */
    private static final long PATIENCE_S = 10;

    private final ServerSocketChannel channel;
    private final Supplier<String> text;
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS, MetricsPort::daemon);
    private final ScheduledExecutorService closer =
        Executors.newSingleThreadScheduledExecutor(MetricsPort::daemon);

    /**
     * Listens from here on.
     *
     * @param where `unix:<path>` or `<host>:<port>`
     * @throws SettingError it is neither, or cannot be listened at
     */
    MetricsPort(String where, Supplier<String> text) {
        this.text = text;
        try {
            channel = where.startsWith(SOCKET)
                ? socket(Path.of(where.substring(SOCKET.length())))
                : ServerSocketChannel.open().bind(address(where));
        } catch (IOException | RuntimeException e) {
            if (e instanceof SettingError) throw (SettingError) e;
            throw new SettingError("Metrics cannot be told at " + where + " (" + e.getMessage()
                + "): choose another place, or end what has it.");
        }
        daemon(this::accept).start();
    }

    private static ServerSocketChannel socket(Path path) throws IOException {
        SocketAddress address = UnixDomainSocketAddress.of(path);
        Files.deleteIfExists(path);  // of a server that was killed
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(address);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return channel;
    }

    private static InetSocketAddress address(String where) {
        Matcher parts = HOST_PORT.matcher(where);
        int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
        if (port < 1 || port > 0xffff) {
            throw new SettingError("The place for metrics is " + (where.isEmpty() ? "not set" : where)
                + "; write unix:<path> or <host>:<port>.");
        }
        InetSocketAddress address = new InetSocketAddress(parts.group(1), port);
        if (address.isUnresolved()) {
            throw new SettingError("The place for metrics is " + where + ", and nobody knows that host;"
                + " write an address of this machine.");
        }
        return address;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "pcw-metrics");
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel client = channel.accept();
                closer.schedule(() -> cutOff(client), PATIENCE_S, TimeUnit.SECONDS);
                readers.execute(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("Metrics are told to nobody from here on ({}).", e.getMessage());
                return;
            }
        }
    }

    private static void cutOff(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("A client of the metrics could not be closed.", e);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            String asked = firstLine(client);
            boolean known = REQUEST.matcher(asked).matches();
            write(client, known ? answer("200 OK", text.get()) : answer("404 Not Found", ""));
        } catch (IOException e) {
            LOG.debug("A client of the metrics went away.", e);
        } catch (RuntimeException e) {
            LOG.error("The metrics could not be told.", e);
        }
    }

    /** Once the whole head has come; what ends before is none. */
    private static String firstLine(SocketChannel client) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD);
        while (head.hasRemaining() && client.read(head) >= 0) {
            String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
            if (text.contains("\r\n\r\n")) return text.substring(0, text.indexOf('\r'));
        }
        return "";
    }

    private static byte[] answer(String status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\ncontent-type: " + TYPE + "\r\ncontent-length: "
            + body.length + "\r\nconnection: close\r\n\r\n";
        return ByteBuffer.allocate(head.length() + body.length)
            .put(head.getBytes(StandardCharsets.ISO_8859_1)).put(body).array();
    }

    private static void write(SocketChannel client, byte[] answer) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(answer);
        while (left.hasRemaining()) client.write(left);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readers.shutdownNow();
        closer.shutdownNow();
    }
}
