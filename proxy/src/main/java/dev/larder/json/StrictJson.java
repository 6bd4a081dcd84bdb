package dev.larder.json;

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
import java.util.function.Function;

/**
 * Reads whole documents into maps, lists, texts and truth values, of a bounded depth. A member that is there twice is refused, since
 * servers differ in which of the two they take. Numbers keep the text they were written in: read as floating point, two long ids would
 * become one. Immutable, thread-safe.
 */
public final class StrictJson {
    private final JsonFactory factory;
    private final Function<String, Object> number;
    private final Optional<Object> nothing;

    /**
     * A way to read.
     *
     * @param deepest how deep objects and arrays may lie in each other
     * @param number what becomes of a number, by its text
     * @param nothing what stands for null; members and elements that are null are left out where this is empty
     */
    public StrictJson(int deepest, Function<String, Object> number, Optional<Object> nothing) {
        this.factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(deepest).build())
                .build();
        this.number = number;
        this.nothing = nothing;
    }

    /** What a document says; empty where the bytes are none, or where it is null and nothing stands for that. */
    public Optional<Object> read(byte[] bytes) {
        try (JsonParser parser = factory.createParser(bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Optional.empty();
            }
            Optional<Object> root = value(parser, first);
            return parser.nextToken() == null ? root : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /** Depth is bounded by the parser, so recursion is, too. */
    private Optional<Object> value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    value(parser, parser.nextToken()).ifPresent(member -> members.put(name, member));
                }
                yield Optional.of(members);
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    value(parser, next).ifPresent(elements::add);
                }
                yield Optional.of(elements);
            }
            case VALUE_STRING -> Optional.of(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(number.apply(parser.getText()));
            case VALUE_TRUE -> Optional.of(true);
            case VALUE_FALSE -> Optional.of(false);
            default -> nothing;
        };
    }
}
