package dev.larder.bench.torture;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it is written, or as it arrives.
 *
 * @param target path and query as they stand in the request line
 * @param fields lines in order, names in any case
 * @param body empty for none
 */
record Asked(String method, String target, List<Map.Entry<String, String>> fields, String body) {

    /** Names the request, whoever sees it: nothing may depend on it. */
    static final String TRACE = "x-trace";

    /** The first line of this name. */
    Optional<String> field(String name) {
        for (Map.Entry<String, String> line : fields) {
            if (line.getKey().equalsIgnoreCase(name)) {
                return Optional.of(line.getValue());
            }
        }
        return Optional.empty();
    }

    List<String> lines(String name) {
        return fields.stream()
                .filter(line -> line.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    String trace() {
        return field(TRACE).orElse("");
    }

    /** Whether it is meant to change something. */
    boolean isWrite() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> false;
            default -> true;
        };
    }

    /** Without what a proxy overwrites. */
    Asked withoutForwarding() {
        return new Asked(
                method,
                target,
                fields.stream()
                        .filter(line -> !isForwarding(line.getKey().toLowerCase(Locale.ROOT)))
                        .toList(),
                body);
    }

    private static boolean isForwarding(String name) {
        return switch (name) {
            case "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-real-ip" -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        StringBuilder told = new StringBuilder(method).append(' ').append(target);
        fields.forEach(
                line -> told.append(" | ").append(line.getKey()).append(": ").append(line.getValue()));
        return body.isEmpty()
                ? told.toString()
                : told.append(" | ").append(body).toString();
    }
}
