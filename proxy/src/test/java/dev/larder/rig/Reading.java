package dev.larder.rig;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * How a server reads what came: paths, queries, cookies, fields. Servers differ in all of it, and a cache in front of any
 * of them must not be the one who is surprised. Each is modelled on what servers of its kind are known to do, and taken
 * rather too far than not far enough.
 */
public enum Reading {
    /** Nothing but what the RFCs say; of several the last counts. */
    STRICT,
    /** Path parameters are cut off, quotes taken off cookies, commas end one; of several the first counts. */
    SERVLET,
    /** Names in brackets are arrays, dots are underscores, cookies are percent-decoded, a NUL ends a path. */
    SCRIPT,
    /** Case means nothing, a backslash is a slash, paths are decoded twice; several values are joined. */
    WINDOWS,
    /** Semicolons separate parameters, slashes merge, dot segments are resolved, an overriding method is believed. */
    RACK;

    /** A name and its value; a null value is a name alone. */
    public record Pair(String name, String value) {}

    /** The path of a target, as it is routed. */
    public List<String> path(String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        if (path.regionMatches(true, 0, "http", 0, 4)) {
            int slash = path.indexOf('/', path.indexOf("//") + 2);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        return switch (this) {
            case STRICT -> segments(decoded(path, false));
            case SERVLET -> resolved(segments(decoded(path.replaceAll(";[^/]*", ""), false)));
            case SCRIPT -> segments(decoded(path, false).replaceFirst("\0.*", ""));
            case WINDOWS ->
                resolved(segments(
                        decoded(decoded(path, false), false).replace('\\', '/').toLowerCase(Locale.ROOT)));
            case RACK -> resolved(segments(decoded(path, false).replaceAll("//+", "/")));
        };
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static List<String> resolved(List<String> segments) {
        Deque<String> out = new ArrayDeque<>();
        for (String segment : segments) {
            if (segment.equals("..")) {
                out.pollLast();
            } else if (!segment.equals(".")) {
                out.addLast(segment);
            }
        }
        return List.copyOf(out);
    }

    /** The parameters of a target's query. */
    public List<Pair> query(String target) {
        int question = target.indexOf('?');
        List<Pair> pairs = new ArrayList<>();
        if (question < 0) {
            return pairs;
        }
        String query = target.substring(question + 1).replaceFirst("#.*", "");
        for (String piece : query.split(this == RACK ? "[&;]" : "&", -1)) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                String name = decoded(equals < 0 ? piece : piece.substring(0, equals), true);
                pairs.add(new Pair(
                        switch (this) {
                            case SCRIPT ->
                                name.replaceFirst("\\[.*", "").replace('.', '_').strip();
                            case WINDOWS -> name.toLowerCase(Locale.ROOT);
                            case RACK -> name.replaceFirst("\\[]$", "");
                            default -> name;
                        },
                        equals < 0 ? null : decoded(piece.substring(equals + 1), true)));
            }
        }
        return pairs;
    }

    /** The one value that counts, or null. */
    public String one(List<Pair> pairs, String name) {
        String found = null;
        for (Pair pair : pairs) {
            if (pair.name().equals(name)) {
                String value = pair.value() == null ? (this == SERVLET ? "" : "(bare)") : pair.value();
                if (found == null || this == STRICT || this == SCRIPT || this == RACK) {
                    found = value;
                } else if (this == WINDOWS) {
                    found = found + "," + value;
                }
            }
        }
        return found;
    }

    /** The cookies of a Cookie field, several lines joined by a comma. */
    public List<Pair> cookies(String field) {
        List<Pair> pairs = new ArrayList<>();
        for (String piece : field.split(this == STRICT || this == WINDOWS ? ";" : "[;,]", -1)) {
            int equals = piece.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = piece.substring(0, equals).strip();
            String value = piece.substring(equals + 1).strip();
            pairs.add(
                    switch (this) {
                        case STRICT -> new Pair(name, value);
                        case SERVLET -> new Pair(name, value.replaceAll("^\"|\"$", ""));
                        case SCRIPT ->
                            new Pair(
                                    decoded(name, true)
                                            .replaceFirst("\\[.*", "")
                                            .replace('.', '_'),
                                    decoded(value, true));
                        case WINDOWS -> new Pair(name.toLowerCase(Locale.ROOT), value.replaceAll("^\"|\"$", ""));
                        case RACK -> new Pair(decoded(name, true).strip(), decoded(value, true));
                    });
        }
        return pairs;
    }

    /** Percent-decoded, octets as UTF-8 where they are, else as they are; what is no escape stays. */
    private static String decoded(String text, boolean plus) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low >= 0) {
                octets.write(16 * high + low);
                i += 2;
            } else {
                octets.write(plus && c == '+' ? ' ' : c);
            }
        }
        String utf8 = octets.toString(StandardCharsets.UTF_8);
        return utf8.indexOf('\ufffd') < 0 ? utf8 : octets.toString(StandardCharsets.ISO_8859_1);
    }
}
