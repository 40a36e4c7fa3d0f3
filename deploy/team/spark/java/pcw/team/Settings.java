package pcw.team;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Who may use this server, as `spark.pcw.identity.*` and `spark.pcw.limits.*` say. */
record Settings(
        String jwks,
        String issuer,
        Set<String> audiences,
        Pattern subject,
        String groupClaim,
        String group,
        int queriesPerUser,
        boolean guard) {
    static final String IDENTITY = "spark.pcw.identity.";
    static final String QUERIES_PER_USER = "spark.pcw.limits.queries-per-user";
    static final String GUARD = "spark.pcw.guard";
    private static final String SUBJECT = "[A-Za-z0-9._@-]{1,128}";

    /** What names may be made of whatever the pattern says: they stand in logs and job tags. */
    static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{1,256}");

    /**
     * The settings, of which none is guessed.
     *
     * @param conf the value of a setting, or null
     * @throws SettingError one of them is missing or of no use
     */
    static Settings read(Function<String, String> conf) {
        String claim = optional(conf, IDENTITY + "group-claim");
        String group = optional(conf, IDENTITY + "group");
        if (claim.isEmpty() != group.isEmpty()) {
            throw new SettingError(IDENTITY + "group-claim and " + IDENTITY
                + "group belong together: set both, or neither.");
        }
        return new Settings(
            required(conf, IDENTITY + "jwks", "name the file or the address of the provider's keys"),
            required(conf, IDENTITY + "issuer", "name the provider as its tokens do (`iss`)"),
            listed(required(conf, IDENTITY + "audience", "name the audiences whose tokens are let in")),
            pattern(optional(conf, IDENTITY + "subject")),
            claim,
            group,
            number(optional(conf, QUERIES_PER_USER)),
            onOrOff(optional(conf, GUARD)));
    }

    private static String optional(Function<String, String> conf, String name) {
        String value = conf.apply(name);
        return value == null ? "" : value.strip();
    }

    private static String required(Function<String, String> conf, String name, String cure) {
        String value = optional(conf, name);
        if (value.isEmpty()) throw new SettingError(name + " is not set: " + cure + ".");
        return value;
    }

    private static Set<String> listed(String text) {
        Set<String> names = new LinkedHashSet<>();
        Arrays.stream(text.split(",")).map(String::strip).filter(n -> !n.isEmpty()).forEach(names::add);
        if (names.isEmpty()) throw new SettingError(IDENTITY + "audience has no name in it.");
        return names;
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text.isEmpty() ? SUBJECT : text);
        } catch (PatternSyntaxException e) {
            throw new SettingError(IDENTITY + "subject is no regular expression ("
                + e.getDescription() + "): correct it, or leave it out.");
        }
    }

    private static int number(String text) {
        if (text.isEmpty()) return 0;
        if (!text.matches("\\d{1,6}")) {
            throw new SettingError(QUERIES_PER_USER + " is " + text
                + "; write a whole number, 0 for no limit.");
        }
        return Integer.parseInt(text);
    }

    private static boolean onOrOff(String text) {
        return switch (text) {
            case "", "on" -> true;
            case "off" -> false;
            default -> throw new SettingError(GUARD + " is " + text + "; write on or off.");
        };
    }
}
