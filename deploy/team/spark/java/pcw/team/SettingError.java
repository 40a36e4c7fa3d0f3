package pcw.team;

/** A setting with which nobody may be served; the message is one sentence that says what to do. */
final class SettingError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingError(String sentence) {
        super(sentence, null, false, false);
    }
}
