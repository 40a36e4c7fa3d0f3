package pcw.team;

import java.util.Map;

/** Text in Prometheus' format (version 0.0.4). */
final class Exposition {
    private final StringBuilder text;

    /** @param before lines of the same format, each ended */
    Exposition(String before) {
        text = new StringBuilder(before);
    }

    void gauge(String name, String help, double value) {
        begin(name, "gauge", help);
        text.append(name).append(' ').append(value).append('\n');
    }

    void gauges(String name, String help, String label, Map<String, ? extends Number> values) {
        begin(name, "gauge", help);
        lines(name, label, values);
    }

    void counters(String name, String help, String label, Map<String, ? extends Number> values) {
        begin(name, "counter", help);
        lines(name, label, values);
    }

    private void begin(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void lines(String name, String label, Map<String, ? extends Number> values) {
        values.forEach((key, value) -> text.append(name).append('{').append(label).append("=\"")
            .append(escaped(key)).append("\"} ").append(value).append('\n'));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
