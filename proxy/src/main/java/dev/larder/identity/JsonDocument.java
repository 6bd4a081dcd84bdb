package dev.larder.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document in which numbers keep the text they were written in: read as floating point, two long ids would become
 * one. A document that holds a member twice is refused, since servers differ in which of the two they take. Immutable.
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

    private static final int DEEPEST = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    /** Reads a whole document; empty where it is none. */
    static Optional<JsonDocument> parse(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Optional.empty();
            }
            Object root = value(parser, first);
            return parser.nextToken() == null ? Optional.of(new JsonDocument(root)) : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /** Depth is bounded by the parser, so recursion is, too. */
    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    members.put(name, value(parser, parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(value(parser, next));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> Nothing.NULL;
        };
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
