package dev.larder.cli.remote;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of an answer in JSON. What is not there is empty, 0, false or without members: an older sidecar says less.
 *
 * @param value as {@link dev.larder.admin.Json#parse} makes it
 */
public record Seen(@Nullable Object value) {

    /** A member of an object. */
    public Seen at(String name) {
        return new Seen(value instanceof Map<?, ?> map ? map.get(name) : null);
    }

    boolean isThere() {
        return value != null;
    }

    /** Whether it is there, and true. */
    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** The value as text. */
    public String text() {
        return value == null ? "" : value.toString();
    }

    double number() {
        try {
            return value instanceof String digits ? Double.parseDouble(digits) : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    long whole() {
        return Math.round(number());
    }

    /** The elements of an array. */
    public List<Seen> elements() {
        return value instanceof List<?> list ? list.stream().map(Seen::new).toList() : List.of();
    }

    /** The texts of an array, with commas between. */
    String joined() {
        return String.join(", ", elements().stream().map(Seen::text).toList());
    }

    Map<String, Seen> members() {
        Map<String, Seen> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), new Seen(member)));
        }
        return members;
    }
}
