package dev.larder.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message in the order in which they came (RFC 9110 section 5). Names compare without regard to
 * case and keep the case they came in; values are the octets of the line as ISO-8859-1, trimmed. Immutable and safe to
 * share between threads.
 */
public final class Fields {

    /** No field lines. */
    public static final Fields EMPTY = new Fields(new String[0]);

    /**
     * Fields of one connection, never passed on (RFC 9110 section 7.6.1), beside those that Connection names; the settings
     * of an upgrade to HTTP/2 (RFC 7540 section 3.2.1), which is not passed on, either; and what is between a client and a
     * proxy of its own (RFC 9110 section 11.7). Trailer is not among them: it speaks of the message.
     */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade");

    /** Names, each followed by its value. */
    private final String[] lines;

    private Fields(String[] lines) {
        this.lines = lines;
    }

    /**
     * Fields from alternating names and values.
     *
     * @throws IllegalArgumentException if a name lacks its value
     */
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("field name without a value: " + Arrays.toString(namesAndValues));
        }
        return namesAndValues.length == 0 ? EMPTY : new Fields(namesAndValues.clone());
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many field lines there are. */
    public int size() {
        return lines.length / 2;
    }

    /** The name of line {@code index}, in the case it came in. */
    public String name(int index) {
        return lines[2 * index];
    }

    /** The value of line {@code index}. */
    public String value(int index) {
        return lines[2 * index + 1];
    }

    /** The first value under this name, or null where there is none. */
    public @Nullable String get(String name) {
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                return lines[i + 1];
            }
        }
        return null;
    }

    /** Whether a line of this name is there. */
    public boolean contains(String name) {
        return get(name) != null;
    }

    /** All values under this name, in order; empty where there is none. */
    public List<String> all(String name) {
        List<String> values = List.of();
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(2);
                }
                values.add(lines[i + 1]);
            }
        }
        return values;
    }

    /** The lines of this name joined by a comma (RFC 9110 section 5.3), or null where there is none. */
    public @Nullable String combined(String name) {
        List<String> values = all(name);
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> values.get(0);
            default -> String.join(", ", values);
        };
    }

    /** The comma-separated members under this name, trimmed, without empty ones (RFC 9110 section 5.6.1). */
    public List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (String value : all(name)) {
            for (String member : value.split(",", -1)) {
                String trimmed = member.strip();
                if (!trimmed.isEmpty()) {
                    members.add(trimmed);
                }
            }
        }
        return members;
    }

    /** These fields without the lines that {@code dropped} accepts by name and value. */
    public Fields without(BiPredicate<String, String> dropped) {
        Builder kept = builder();
        for (int i = 0; i < lines.length; i += 2) {
            if (!dropped.test(lines[i], lines[i + 1])) {
                kept.add(lines[i], lines[i + 1]);
            }
        }
        return kept.size() == size() ? this : kept.build();
    }

    /** These fields without the lines of this name. */
    public Fields without(String name) {
        return contains(name) ? without((line, value) -> line.equalsIgnoreCase(name)) : this;
    }

    /**
     * These fields without those of one connection: the fixed list and what {@code Connection} names (RFC 9110 section
     * 7.6.1). Host, Content-Length and others that frame or route a message stay even if Connection names them, so that
     * nobody can strip framing from outside.
     */
    public Fields withoutHopByHop() {
        List<String> named = members("connection");
        return without((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return HOP_BY_HOP.contains(lower)
                    || (named.stream().anyMatch(lower::equalsIgnoreCase)
                            && !lower.equals("host")
                            && !lower.equals("content-length"));
        });
    }

    /** A builder that starts from these lines. */
    public Builder toBuilder() {
        Builder builder = builder();
        builder.lines.addAll(Arrays.asList(lines));
        return builder;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields fields && Arrays.equals(lines, fields.lines);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lines);
    }

    /** The names only: values may be personal and never reach a log by accident. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("Fields[");
        for (int i = 0; i < lines.length; i += 2) {
            names.append(i == 0 ? "" : ", ").append(lines[i]);
        }
        return names.append(']').toString();
    }

    /** Collects field lines. Confined to one thread. */
    public static final class Builder {

        private final List<String> lines = new ArrayList<>();

        private Builder() {}

        /** Adds a line at the end. */
        public Builder add(String name, String value) {
            lines.add(name);
            lines.add(value);
            return this;
        }

        /** Replaces all lines of this name by one at the end. */
        public Builder set(String name, String value) {
            return remove(name).add(name, value);
        }

        /** Removes all lines of this name. */
        public Builder remove(String name) {
            for (int i = lines.size() - 2; i >= 0; i -= 2) {
                if (lines.get(i).equalsIgnoreCase(name)) {
                    lines.remove(i + 1);
                    lines.remove(i);
                }
            }
            return this;
        }

        /** How many lines there are so far. */
        public int size() {
            return lines.size() / 2;
        }

        /** The fields collected so far. */
        public Fields build() {
            return lines.isEmpty() ? EMPTY : new Fields(lines.toArray(new String[0]));
        }
    }
}
