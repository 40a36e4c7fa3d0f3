package pcw.team;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Says what is wrong with settings, or with tokens: no Spark is started.
 *
 * The argument is a file as spark-defaults.conf; each line of standard input is a token. Answers a
 * line each: the user, or the status and the sentence that a client would see.
 */
public final class Check {
    private Check() {}

    public static void main(String[] arguments) throws IOException {
        try {
            check(Path.of(arguments[0]));
        } catch (SettingError e) {
            System.err.println(e.getMessage());
            System.exit(IdentityInterceptor.UNUSABLE_SETTINGS);
        }
    }

    private static void check(Path file) throws IOException {
        Properties conf = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            conf.load(text);
        }
        Settings settings = Settings.read(conf::getProperty);
        Keys keys = new Keys(KeySource.named(settings.jwks()));
        keys.readFirst();
        Verifier verifier = new Verifier(settings, keys);
        BufferedReader tokens =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String token = tokens.readLine(); token != null; token = tokens.readLine()) {
            System.out.println(verdict(verifier, token));
            System.out.flush();
        }
    }

    private static String verdict(Verifier verifier, String token) {
        try {
            return "user " + verifier.user(token);
        } catch (Refused e) {
            return e.status().getCode() + " " + e.getMessage();
        }
    }
}
