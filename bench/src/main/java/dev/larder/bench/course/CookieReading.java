package dev.larder.bench.course;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the platform finds the session token among the cookies, which is not the same everywhere: its session route takes
 * the first of two cookies of one name, trims and accepts quotes; its other routes take the last and do neither. Both
 * then join the values of all cookies whose names <em>begin</em> with the session cookie's name.
 */
enum CookieReading {
    /** Of {@code /api/auth/*}. */
    FIRST_WINS {
        @Override
        Map<String, String> cookies(String line) {
            Map<String, String> cookies = new LinkedHashMap<>();
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    continue;
                }
                String value = pair.substring(equals + 1).trim();
                if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
                    value = value.substring(1, value.length() - 1);
                }
                cookies.putIfAbsent(
                        pair.substring(0, equals).trim(),
                        PercentDecoding.ofComponent(value).orElse(value));
            }
            return cookies;
        }
    },
    /** Of the JSON routes, the pages and the actions. */
    LAST_WINS {
        @Override
        Map<String, String> cookies(String line) {
            Map<String, String> cookies = new LinkedHashMap<>();
            for (String pair : line.split("; *", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    continue;
                }
                PercentDecoding.ofComponent(pair.substring(equals + 1))
                        .ifPresent(value -> cookies.put(pair.substring(0, equals), value));
            }
            return cookies;
        }
    };

    static final String PLAIN_NAME = "next-auth.session-token";
    static final String SECURE_NAME = "__Secure-next-auth.session-token";

    abstract Map<String, String> cookies(String line);

    /**
     * The session token, or empty where there is none.
     *
     * @param lines all Cookie field lines as they came
     * @param secure whether the visitor came over https, which changes the cookie's name
     */
    Optional<String> token(List<String> lines, boolean secure) {
        String name = secure ? SECURE_NAME : PLAIN_NAME;
        String joined = cookies(String.join("; ", lines)).entrySet().stream()
                .filter(cookie -> cookie.getKey().startsWith(name))
                .sorted(Comparator.comparingInt(cookie -> chunk(cookie.getKey())))
                .map(Map.Entry::getValue)
                .reduce("", String::concat);
        return joined.isEmpty() ? Optional.empty() : Optional.of(joined);
    }

    /** The number behind the last dot of a chunk's name, 0 where there is none. */
    private static int chunk(String name) {
        String end = name.substring(name.lastIndexOf('.') + 1);
        return end.matches("[0-9]{1,4}") ? Integer.parseInt(end) : 0;
    }
}
