package pcw.team;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Where the provider's keys come from: a file, or an address. */
interface KeySource {
    /** More is no set of keys. */
    int LARGEST_BYTES = 1 << 20;

    /** The set's text. Whether it could be read or not, the source is as it was until it changes. */
    String read() throws IOException;

    /** It is time to read again. */
    boolean mayHaveChanged();

    /** A key is missing: it may be asked for, though not by every forged token. */
    boolean mayBeAskedAgain();

    boolean isFile();

    /** One sentence: which source, and what is wrong with it. */
    String problem(String why);

    /**
     * The source that a setting names.
     *
     * @throws SettingError it is neither a file nor an address that may be trusted
     */
    static KeySource named(String text) {
        if (!text.contains("://")) return new KeyFile(Path.of(text));
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new SettingError(Settings.IDENTITY + "jwks is no address: correct it, or name a file.");
        }
        if ("file".equals(address.getScheme())) return new KeyFile(Path.of(address.getPath()));
        boolean loopback = "http".equals(address.getScheme())
            && address.getHost() != null
            && address.getHost().matches("localhost|127\\.0\\.0\\.1|\\[::1\\]");
        if (!loopback && !"https".equals(address.getScheme()) || address.getHost() == null
                || address.getUserInfo() != null) {
            throw new SettingError(Settings.IDENTITY
                + "jwks is an address that anybody on the way could change: use https, or a file.");
        }
        return new KeyAddress(address);
    }
}
