package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All of a stored response but its body, as lines of text and back: a word, a blank and a value, and an empty line at the
 * end. Every character is an octet. Pure.
 */
final class StoredResponseText {

    private static final String HTTP_1_1 = "1.1";

    private StoredResponseText() {}

    /** The lines of a response. Durations are kept in milliseconds. */
    static String write(StoredResponse response) {
        StoredHead stored = response.head();
        StringBuilder text = new StringBuilder(512);
        line(text, "key", response.keyText());
        line(
                text,
                "status",
                stored.response().status() + " " + stored.response().reason());
        line(text, "request-time", stored.requestTime().toString());
        line(text, "response-time", stored.responseTime().toString());
        line(text, "lifetime-ms", Long.toString(stored.lifetime().toMillis()));
        line(
                text,
                "stale-while-revalidate-ms",
                Long.toString(stored.staleWhileRevalidate().toMillis()));
        line(text, "stale-if-error-ms", Long.toString(stored.staleIfError().toMillis()));
        line(text, "fingerprint", response.fingerprint());
        if (response.coding() != BodyCoding.NONE) {
            line(text, "kept", response.coding().token() + " " + response.plainLength());
        }
        if (!stored.response().version().equals(HTTP_1_1)) {
            line(text, "version", stored.response().version());
        }
        line(text, "incarnation", response.epochs().incarnation());
        line(text, "change", response.epochs().change());
        // In the order of names, so that equal responses are equal bytes.
        new TreeMap<>(response.epochs().tokens()).forEach((group, token) -> line(text, "epoch", token + " " + group));
        if (!stored.selecting().equals(StoredHead.selecting(stored.response().fields()))) {
            line(text, "selecting", String.join(",", stored.selecting()));
        }
        fields(text, "varied", stored.varied());
        fields(text, "=", stored.response().fields());
        return text.append('\n').toString();
    }

    private static void fields(StringBuilder text, String word, Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            line(text, word, fields.name(i) + ": " + fields.value(i));
        }
    }

    private static void line(StringBuilder text, String word, String value) {
        text.append(word).append(' ');
        escape(value, text);
        text.append('\n');
    }

    /**
     * The response that these lines and this body are.
     *
     * @throws RuntimeException of whatever kind, if they are not what {@link #write} makes
     */
    static StoredResponse read(String head, byte[] body) {
        Lines lines = new Lines();
        boolean escaped = head.indexOf('\\') >= 0;
        for (int from = 0; from < head.length() - 1; ) {
            int end = head.indexOf('\n', from);
            if (head.startsWith("= ", from)) {
                field(escaped ? unescape(head.substring(from + 2, end)) : head.substring(from + 2, end), lines.fields);
            } else {
                int blank = head.indexOf(' ', from);
                String value = head.substring(blank + 1, end);
                lines.take(head.substring(from, blank), escaped ? unescape(value) : value);
            }
            from = end + 1;
        }
        return lines.response(body);
    }

    /** What has been read so far. */
    private static final class Lines {

        private final Fields.Builder varied = Fields.builder();
        private final Fields.Builder fields = Fields.builder();
        private final Map<String, String> epochs = new HashMap<>(8);
        private @Nullable String key;
        private @Nullable String status;
        private @Nullable String requestTime;
        private @Nullable String responseTime;
        private @Nullable String lifetime;
        private @Nullable String staleWhileRevalidate;
        private @Nullable String staleIfError;
        private @Nullable String fingerprint;
        private @Nullable String kept;
        private String version = HTTP_1_1;
        private @Nullable String incarnation;
        private @Nullable String change;
        private @Nullable String selecting;

        private void take(String word, String value) {
            switch (word) {
                case "epoch" -> {
                    int at = value.indexOf(' ');
                    epochs.put(value.substring(at + 1), value.substring(0, at));
                }
                case "varied" -> field(value, varied);
                case "key" -> key = value;
                case "status" -> status = value;
                case "request-time" -> requestTime = value;
                case "response-time" -> responseTime = value;
                case "lifetime-ms" -> lifetime = value;
                case "stale-while-revalidate-ms" -> staleWhileRevalidate = value;
                case "stale-if-error-ms" -> staleIfError = value;
                case "fingerprint" -> fingerprint = value;
                case "kept" -> kept = value;
                case "version" -> version = value;
                case "incarnation" -> incarnation = value;
                case "change" -> change = value;
                case "selecting" -> selecting = value;
                default -> {
                    // A later build may write more.
                }
            }
        }

        private StoredResponse response(byte[] body) {
            String code = needed(status, "status");
            int blank = code.indexOf(' ');
            ResponseHead response = new ResponseHead(
                    Integer.parseInt(code.substring(0, blank)), code.substring(blank + 1), fields.build(), version);
            StoredHead stored = new StoredHead(
                    response,
                    StoredInstant.read(needed(requestTime, "request-time")),
                    StoredInstant.read(needed(responseTime, "response-time")),
                    varied.build(),
                    millis(lifetime, "lifetime-ms"),
                    millis(staleWhileRevalidate, "stale-while-revalidate-ms"),
                    millis(staleIfError, "stale-if-error-ms"),
                    selecting(selecting, response));
            int space = kept == null ? 0 : kept.indexOf(' ');
            return new StoredResponse(
                    needed(key, "key"),
                    stored,
                    body,
                    needed(fingerprint, "fingerprint"),
                    new Epochs(needed(incarnation, "incarnation"), Map.copyOf(epochs), needed(change, "change"), false),
                    kept == null
                            ? BodyCoding.NONE
                            : BodyCoding.valueOf(kept.substring(0, space).toUpperCase(Locale.ROOT)),
                    kept == null ? body.length : Integer.parseUnsignedInt(kept.substring(space + 1)));
        }
    }

    /** The rule's names where it has changed what the response's own Vary says. */
    private static List<String> selecting(@Nullable String line, ResponseHead response) {
        if (line == null) {
            return StoredHead.selecting(response.fields());
        }
        return line.isEmpty() ? List.of() : List.of(line.split(",", -1));
    }

    private static void field(String line, Fields.Builder fields) {
        int colon = line.indexOf(": ");
        fields.add(line.substring(0, colon), line.substring(colon + 2));
    }

    private static Duration millis(@Nullable String digits, String word) {
        return Duration.ofMillis(Long.parseLong(needed(digits, word)));
    }

    private static String needed(@Nullable String value, String word) {
        if (value == null) {
            throw new IllegalArgumentException("no line " + word);
        }
        return value;
    }

    /** Octets above 0x7f pass; what would break the line, or is no octet, is written as {@code \}{@code uXXXX}. */
    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || (c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                text.append('\\').append('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(Character.forDigit((c >> shift) & 15, 16));
                }
            } else {
                text.append(c);
            }
        }
    }

    private static String unescape(String text) {
        StringBuilder value = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                value.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }
}
