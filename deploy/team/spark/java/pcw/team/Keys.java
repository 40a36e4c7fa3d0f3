package pcw.team;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The provider's public keys, which change while the server runs. */
final class Keys {
    /** One key, and what it may be used for; empty where the provider does not say. */
    record Known(PublicJwk<?> jwk, String algorithm) {}

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    private static final long WAIT_S = 5;

    private final KeySource source;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Map<String, Known> known = Map.of();
    private volatile int count;

    Keys(KeySource source) {
        this.source = source;
    }

    /**
     * The keys of the first start.
     *
     * @throws SettingError a file of keys is of no use
     */
    void readFirst() {
        try {
            accept(source.read());
        } catch (IOException e) {
            if (source.isFile()) throw new SettingError(source.problem(e.getMessage()));
            LOG.warn("{} Nobody is let in until it answers.", source.problem(e.getMessage()));
        }
    }

    /** The key of this name; the source is asked again where it may have changed. */
    Known find(String kid) {
        if (source.mayHaveChanged()) refresh();
        Known key = get(kid);
        if (key == null && source.mayBeAskedAgain()) {
            refresh();
            key = get(kid);
        }
        if (key == null && count == 0) {
            throw Refused.notYet("The sign-in provider's keys are not known yet: try again in a minute.");
        }
        return key;
    }

    private Known get(String kid) {
        Map<String, Known> now = known;
        if (kid != null) return now.get(kid);
        return count == 1 ? now.values().iterator().next() : null;  // nothing to choose from
    }

    private void refresh() {
        try {
            if (!reading.tryLock(WAIT_S, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            // Whoever waited for the lock finds that the other one has read it.
            if (source.mayHaveChanged() || source.mayBeAskedAgain()) accept(source.read());
        } catch (IOException e) {
            LOG.warn("{} The keys that were known stay in use.", source.problem(e.getMessage()));
        } finally {
            reading.unlock();
        }
    }

    private void accept(String text) throws IOException {
        Map<String, Known> found = parse(text);
        if (found.isEmpty()) throw new IOException("it has no public key that signs");
        known = Map.copyOf(found);
        count = found.size();
    }

    /** Those that verify signatures; a set may also hold keys for other uses, and secrets. */
    private static Map<String, Known> parse(String text) throws IOException {
        Map<String, Known> found = new HashMap<>();
        try {
            for (Jwk<?> jwk : Jwks.setParser().ignoreUnsupported(true).build().parse(text).getKeys()) {
                String use = text(jwk.get("use"));
                if (!(jwk instanceof PublicJwk<?> key) || !(use.isEmpty() || use.equals("sig"))) continue;
                String name = key.getId() == null ? "" : key.getId();
                if (found.put(name, new Known(key, text(jwk.get("alg")))) != null) {
                    throw new IOException("two of its keys have the same `kid`");
                }
            }
        } catch (JwtException | IllegalArgumentException e) {
            throw new IOException("it is no set of keys (JWKS)");
        }
        return found;
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }
}
