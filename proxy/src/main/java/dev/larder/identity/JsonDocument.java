package dev.larder.identity;

import dev.larder.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document, as {@link StrictJson} reads it. Immutable.
 *
 * @param root a map, a list, a text, a {@link Digits}, a Boolean or {@link Nothing}
 */
record JsonDocument(Object root) {

    /** A number as it was written. */
    record Digits(String text) {}

    /** JSON's null. */
    enum Nothing {
        NULL
    }

    private static final StrictJson JSON = new StrictJson(64, Digits::new, Optional.of(Nothing.NULL));

    /** Reads a whole document; empty where it is none. */
    static Optional<JsonDocument> parse(byte[] bytes) {
        return JSON.read(bytes).map(JsonDocument::new);
    }

    boolean isObject() {
        return root instanceof Map;
    }

    boolean isNull() {
        return root == Nothing.NULL;
    }

    /** The value at a pointer (RFC 6901), or null where there is none. */
    @Nullable
    Object at(Pointer pointer) {
        Object value = root;
        for (String step : pointer.steps) {
            Object next = null;
            if (value instanceof Map<?, ?> members) {
                next = members.get(step);
            } else if (value instanceof List<?> elements && isIndex(step)) {
                int index = Integer.parseInt(step);
                next = index < elements.size() ? elements.get(index) : null;
            }
            if (next == null) {
                return null;
            }
            value = next;
        }
        return value;
    }

    private static boolean isIndex(String step) {
        if (step.isEmpty() || step.length() > 6 || (step.length() > 1 && step.charAt(0) == '0')) {
            return false;
        }
        return step.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The text that a scalar equals, or null for what is no scalar. */
    static @Nullable String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Digits digits) {
            return digits.text();
        }
        return value instanceof Boolean bool ? bool.toString() : null;
    }

    /** A compiled JSON pointer. */
    static final class Pointer {

        private final List<String> steps;

        private Pointer(List<String> steps) {
            this.steps = steps;
        }

        /** {@code /user/id}; the empty text is the whole document. */
        static Pointer compile(String text) {
            List<String> steps = new ArrayList<>();
            String[] parts = text.split("/", -1);
            for (int i = 1; i < parts.length; i++) {
                steps.add(parts[i].replace("~1", "/").replace("~0", "~"));
            }
            return new Pointer(List.copyOf(steps));
        }
    }
}
