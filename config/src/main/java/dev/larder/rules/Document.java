package dev.larder.rules;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body as rules see it: JSON or a form, looked into by JSON pointers (RFC 6901). Immutable, thread-safe, bounded in
 * size and depth.
 *
 * <p>What two parsers could read differently is not read at all: a rule that looks into such a body then purges more,
 * never less. That is so for names that are there twice in a JSON object, and for a body that is JSON and, by its
 * content type, a form with fields of its own as well.
 */
public final class Document {

    /** What reading came to. */
    public sealed interface Read {

        /** It could be read. */
        record Ok(Document document) implements Read {}

        /** The body could be read, but there is no such line in it, or none that holds JSON. */
        record Missing() implements Read {}

        /** It could not: neither JSON nor a form, broken, too large, or in a coding that is not known. */
        record Unreadable() implements Read {}
    }

    private static final int MAX_DEPTH = 64;
    private static final int MAX_DIGITS = 100;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonNode root;
    private final boolean form;

    private Document(JsonNode root, boolean form) {
        this.root = root;
        this.form = form;
    }

    /**
     * Reads a whole body: as JSON whatever its type says, else as a form if its type says so.
     *
     * @param body in its content coding
     * @param contentType the value of Content-Type, or null
     * @param contentEncoding the value of Content-Encoding, or null
     * @param maxDecodedBytes of the body without its coding
     * @return empty where it cannot be read
     */
    public static Optional<Document> read(
            byte[] body, @Nullable String contentType, @Nullable String contentEncoding, int maxDecodedBytes) {
        Optional<byte[]> decoded = ContentCoding.decode(body, contentEncoding, maxDecodedBytes);
        if (decoded.isEmpty()) {
            return Optional.empty();
        }
        boolean formType = isForm(contentType);
        Optional<JsonNode> json = json(decoded.get());
        if (json.isPresent()) {
            return formType && hasFields(decoded.get())
                    ? Optional.empty()
                    : json.map(root -> new Document(root, false));
        }
        return formType ? FormBody.parse(decoded.get()).map(root -> new Document(root, true)) : Optional.empty();
    }

    /**
     * Reads one line of a {@code text/x-component} answer, e.g. {@code 1:{"success":true}}.
     *
     * @param contentEncoding the value of Content-Encoding, or null
     * @param maxDecodedBytes of the body without its coding
     * @param line the number before the colon
     */
    public static Read readLine(byte[] body, @Nullable String contentEncoding, int maxDecodedBytes, int line) {
        Optional<byte[]> decoded = ContentCoding.decode(body, contentEncoding, maxDecodedBytes);
        if (decoded.isEmpty()) {
            return new Read.Unreadable();
        }
        List<byte[]> rows = ComponentLines.find(decoded.get(), line);
        if (rows.size() > 1) {
            return new Read.Unreadable();
        }
        return rows.stream()
                .findFirst()
                .flatMap(Document::json)
                .<Read>map(root -> new Read.Ok(new Document(root, false)))
                .orElseGet(Read.Missing::new);
    }

    private static Optional<JsonNode> json(byte[] bytes) {
        try {
            JsonNode root = JSON.readTree(bytes);
            return root == null || root.isMissingNode() ? Optional.empty() : Optional.of(root);
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isForm(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().toLowerCase(Locale.ROOT).equals("application/x-www-form-urlencoded");
    }

    /** JSON that is sent as a form by mistake is one long name; with these it would be several, or have values. */
    private static boolean hasFields(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.indexOf('=') >= 0 || text.indexOf('&') >= 0;
    }

    /** Whether a pointer leads to anything but null. */
    public boolean isPresent(String pointer) {
        JsonNode node = at(pointer);
        return !node.isMissingNode() && !node.isNull();
    }

    /**
     * What a pointer selects, as text: a scalar, or each element of an array. A number equals its text, {@code 42.0} is
     * {@code 42}. Empty where nothing is selected, or something of which not all is scalar: what cannot be named has to
     * count as unknown.
     */
    public List<String> values(String pointer) {
        JsonNode node = at(pointer);
        if (!node.isArray()) {
            return scalar(node).map(List::of).orElse(List.of());
        }
        List<String> values = new ArrayList<>();
        for (JsonNode element : node) {
            Optional<String> value = scalar(element);
            if (value.isEmpty()) {
                return List.of();
            }
            values.add(value.get());
        }
        return List.copyOf(values);
    }

    /**
     * What the glob of a condition may match: a scalar, never an array; of a form's field that is there several times,
     * any, since servers differ in which one they take.
     */
    public List<String> candidates(String pointer) {
        return form ? values(pointer) : scalar(at(pointer)).map(List::of).orElse(List.of());
    }

    private JsonNode at(String pointer) {
        return root.at(JsonPointer.compile(pointer));
    }

    private static Optional<String> scalar(JsonNode node) {
        if (node.isNumber()) {
            return Optional.of(number(node.decimalValue()));
        }
        return node.isTextual() || node.isBoolean() ? Optional.of(node.asText()) : Optional.empty();
    }

    private static String number(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        // A few bytes such as 1e999999999 must not become a gigabyte of zeros.
        return Math.abs((long) shortest.scale()) <= MAX_DIGITS ? shortest.toPlainString() : shortest.toString();
    }
}
