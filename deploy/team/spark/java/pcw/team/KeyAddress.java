package pcw.team;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Keys at an address, which is asked every few minutes, and sooner for a key that is not known. */
final class KeyAddress implements KeySource {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long KEPT_NS = TimeUnit.MINUTES.toNanos(5);
    /** A token with an unknown key costs the provider at most one request in this time. */
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(5);

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder()
        .connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER).build();
    private volatile long asked = System.nanoTime() - KEPT_NS;

    KeyAddress(URI address) {
        this.address = address;
    }

    @Override
    public String read() throws IOException {
        asked = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        try {
            HttpResponse<InputStream> answer =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) throw new IOException("it answered " + answer.statusCode());
                byte[] text = body.readNBytes(LARGEST_BYTES + 1);
                if (text.length > LARGEST_BYTES) throw new IOException("it is larger than 1 MiB");
                return new String(text, StandardCharsets.UTF_8);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("nobody waited for it");
        } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
            throw new IOException("it does not answer");
        }
    }

    @Override
    public boolean mayHaveChanged() {
        return System.nanoTime() - asked >= KEPT_NS;
    }

    @Override
    public boolean mayBeAskedAgain() {
        return System.nanoTime() - asked >= PAUSE_NS;
    }

    @Override
    public boolean isFile() {
        return false;
    }

    @Override
    public String problem(String why) {
        return Settings.IDENTITY + "jwks is " + address + ", and " + why + ".";
    }
}
