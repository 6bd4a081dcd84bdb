package dev.larder.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The parameters of a query; of a repeated one the first counts. */
final class Parameters {

    private final Map<String, String> values = new LinkedHashMap<>();

    /** @throws BadRequest where the query cannot be decoded */
    Parameters(String query) {
        for (String part : query.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                values.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequest("the query cannot be decoded");
        }
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A number within bounds. */
    long number(String name, long standard, long most) {
        String text = values.get(name);
        if (text == null) {
            return standard;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw new BadRequest(name + " is \"" + text + "\"; expected a number");
        }
        return Math.min(most, Long.parseLong(text));
    }

    boolean flag(String name) {
        String text = values.get(name);
        return text != null && !text.equals("false");
    }

    /** The request cannot be understood; the message says why. */
    static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadRequest(String message) {
            super(message);
        }
    }
}
