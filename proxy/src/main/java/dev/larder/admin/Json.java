package dev.larder.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.larder.json.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON from plain values: maps, iterables, texts, numbers, truth values and null; an Optional is its value or null, and
 * everything else its {@code toString}. Pure.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final StrictJson STRICT = new StrictJson(16, text -> text, Optional.empty());

    private Json() {}

    /** A member of an object. */
    public record Member(String name, @Nullable Object value) {}

    /** A member. */
    public static Member member(String name, @Nullable Object value) {
        return new Member(name, value);
    }

    /** An object of these members, in this order. */
    public static Map<String, @Nullable Object> object(Member... members) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (Member member : members) {
            object.put(member.name(), member.value());
        }
        return object;
    }

    /** The text of a value, with a line feed behind. */
    public static String text(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(value, generator);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.append('\n').toString();
    }

    /**
     * What an object holds; empty where the bytes are no object in JSON. Numbers are texts as they were written, and what is null is left
     * out.
     */
    public static Optional<Map<String, Object>> parse(byte[] bytes) {
        return STRICT.read(bytes).filter(Map.class::isInstance).map(Json::members);
    }

    @SuppressWarnings("unchecked") // names are texts
    private static Map<String, Object> members(Object object) {
        return (Map<String, Object>) object;
    }

    private static void write(@Nullable Object value, JsonGenerator to) throws IOException {
        if (value == null) {
            to.writeNull();
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), to);
        } else if (value instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                to.writeFieldName(String.valueOf(member.getKey()));
                write(member.getValue(), to);
            }
            to.writeEndObject();
        } else if (value instanceof Iterable<?> list && !(value instanceof Path)) {
            to.writeStartArray();
            for (Object element : list) {
                write(element, to);
            }
            to.writeEndArray();
        } else if (value instanceof Boolean truth) {
            to.writeBoolean(truth);
        } else if (value instanceof Integer || value instanceof Long) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            if (number.isNaN() || number.isInfinite()) {
                to.writeNull();
            } else {
                to.writeNumber(number);
            }
        } else {
            to.writeString(value.toString());
        }
    }
}
