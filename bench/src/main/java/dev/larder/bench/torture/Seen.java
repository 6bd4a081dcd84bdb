package dev.larder.bench.torture;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as this backend reads it, and it is a lenient one: encoded characters, path parameters, dots, empty segments
 * and a trailing slash lead to the same resource; of a cookie the last counts, quotes and percent signs are undone, pieces
 * are joined; it obeys X-Original-URL; a body of a GET counts. So whatever a cache takes for plain and this does not, or
 * the other way about, shows as a wrong answer. Pure.
 */
record Seen(
        Asked asked,
        List<String> segments,
        List<Map.Entry<String, String>> parameters,
        String host,
        String cart,
        Credential credential) {

    private static final String SESSION = "sid";
    private static final String CART = "cart";

    static Seen of(Asked asked) {
        String target = asked.field("x-original-url")
                .or(() -> asked.field("x-rewrite-url"))
                .orElse(asked.target());
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        Map<String, String> cookies = cookies(asked);
        return new Seen(
                asked,
                segments(path),
                mark < 0 ? List.of() : parameters(target.substring(mark + 1)),
                host(asked),
                cookies.getOrDefault(CART, ""),
                credential(asked, cookies));
    }

    /** The last of this name. */
    Optional<String> last(String name) {
        String found = null;
        for (Map.Entry<String, String> parameter : parameters) {
            found = parameter.getKey().equals(name) ? parameter.getValue() : found;
        }
        return Optional.ofNullable(found);
    }

    /** The first of this name. */
    Optional<String> first(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    List<String> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    // ---- target ------------------------------------------------------------------------------------------------

    private static List<String> segments(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String piece : path.split("/", -1)) {
            int parameter = piece.indexOf(';');
            String segment = decoded(parameter < 0 ? piece : piece.substring(0, parameter), false);
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        if (path.endsWith("/") && segments.size() > 1 && segments.getFirst().equals("g")) {
            // Two names of one thing are nobody's to guess where each is a name of its own for the cache.
            segments.addLast(segments.removeLast() + "/");
        }
        return List.copyOf(segments);
    }

    private static List<Map.Entry<String, String>> parameters(String query) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (String piece : query.split("&", -1)) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                String name = equals < 0 ? piece : piece.substring(0, equals);
                String value = equals < 0 ? "" : piece.substring(equals + 1);
                parameters.add(Map.entry(decoded(name, true), decoded(value, true)));
            }
        }
        return List.copyOf(parameters);
    }

    /** Percent-encoding undone, and what is malformed left as it is. */
    private static String decoded(String text, boolean query) {
        if (text.indexOf('%') < 0 && !(query && text.indexOf('+') >= 0)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                bytes.write(high * 16 + low);
                i += 2;
            } else if (c == '+' && query) {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String host(Asked asked) {
        String host = asked.field("x-host")
                .or(() -> asked.field("x-forwarded-host"))
                .or(() -> asked.field("host"))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        return host.endsWith(":80") ? host.substring(0, host.length() - 3) : host;
    }

    // ---- who ---------------------------------------------------------------------------------------------------

    private static Map<String, String> cookies(Asked asked) {
        Map<String, String> cookies = new TreeMap<>();
        for (String line : asked.lines("cookie")) {
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    String value = pair.substring(equals + 1).strip();
                    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                    cookies.put(
                            pair.substring(0, equals).strip(),
                            decoded(quoted ? value.substring(1, value.length() - 1) : value, false));
                }
            }
        }
        if (!cookies.containsKey(SESSION)) {
            StringBuilder joined = new StringBuilder();
            cookies.forEach((name, value) -> joined.append(name.startsWith(SESSION + ".") ? value : ""));
            if (!joined.isEmpty()) {
                cookies.put(SESSION, joined.toString());
            }
        }
        return cookies;
    }

    /** A token is believed before a session. */
    private static Credential credential(Asked asked, Map<String, String> cookies) {
        Optional<String> authorization = asked.field("authorization");
        if (authorization.isPresent()) {
            String[] words = authorization.get().strip().split(" +", 2);
            return words.length == 2 && words[0].equalsIgnoreCase("bearer")
                    ? new Credential.Token(words[1])
                    : new Credential.None();
        }
        String session = cookies.getOrDefault(SESSION, "");
        return session.isEmpty() ? new Credential.None() : new Credential.Session(session);
    }
}
