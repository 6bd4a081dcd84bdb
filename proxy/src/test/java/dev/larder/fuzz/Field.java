package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A field line; the name as it came, the value without the blanks around it. */
record Field(String name, String value) {

    private static final Set<String> ONE_HOP = Set.of(
            "connection",
            "keep-alive",
            "http2-settings",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "host");

    String lower() {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The values under a name in small letters, in order. */
    static List<String> all(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.lower().equals(name))
                .map(Field::value)
                .toList();
    }

    /** The members of comma-separated values under a name, in small letters. */
    static List<String> members(List<Field> fields, String name) {
        return all(fields, name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(member -> member.strip().toLowerCase(Locale.ROOT))
                .filter(member -> !member.isEmpty())
                .toList();
    }

    /** Name to values of what is not of one connection, does not frame, and is not among what is {@code owned}. */
    static Map<String, List<String>> endToEnd(List<Field> fields, Predicate<String> owned) {
        List<String> named = members(fields, "connection");
        Map<String, List<String>> kept = new TreeMap<>();
        for (Field field : fields) {
            String lower = field.lower();
            if (!ONE_HOP.contains(lower) && !named.contains(lower) && !owned.test(lower)) {
                kept.computeIfAbsent(lower, name -> new ArrayList<>()).add(field.value());
            }
        }
        return kept;
    }
}
