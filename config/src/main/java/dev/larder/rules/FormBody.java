package dev.larder.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code application/x-www-form-urlencoded} as an object of texts; a name that is there several times is an array. Pure. */
final class FormBody {

    private static final int MAX_FIELDS = 1000;

    private FormBody() {}

    /** Empty where a percent sign or the text it makes is broken, or where there are too many fields. */
    static Optional<JsonNode> parse(byte[] bytes) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        String[] pairs = new String(bytes, StandardCharsets.ISO_8859_1).split("&", MAX_FIELDS + 1);
        if (pairs.length > MAX_FIELDS) {
            return Optional.empty();
        }
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            Optional<String> name = decode(equals < 0 ? pair : pair.substring(0, equals));
            Optional<String> value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            if (name.isEmpty() || value.isEmpty()) {
                return Optional.empty();
            }
            add(fields, name.get(), TextNode.valueOf(value.get()));
        }
        return Optional.of(fields);
    }

    private static void add(ObjectNode fields, String name, TextNode value) {
        JsonNode before = fields.get(name);
        if (before == null) {
            fields.set(name, value);
        } else if (before instanceof ArrayNode array) {
            array.add(value);
        } else {
            fields.set(name, JsonNodeFactory.instance.arrayNode().add(before).add(value));
        }
    }

    private static Optional<String> decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c == '+' ? ' ' : c);
                continue;
            }
            boolean whole = i + 2 < text.length();
            int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }
}
