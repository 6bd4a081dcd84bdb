package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as bytes and back. Pure; any thread.
 *
 * <p>The form is made to be read in a Redis browser: one line of version, kind of check, check and lengths, then the
 * head as lines of text, then the body as it came.
 *
 * <pre>
 * larder/1 crc32c 5f1d03a7 head 412 body 1503
 * key admin:courses:adminId:123
 * status 200 OK
 * …
 * = content-type: application/json
 *
 * {"courses":…
 * </pre>
 *
 * <p>The first line has one spelling only, and the check covers all that follows it, so that no changed, missing or
 * added byte goes unnoticed by it. Its second word names the kind of check: a keyed one can take its place without a new
 * version. Everything unreadable is {@code null}, which callers treat as a miss; lengths are believed only where they
 * add up to the bytes at hand, so that nothing is allocated on the word of a stored value.
 */
public final class StoredResponseCodec {

    private static final String VERSION = "larder/1";
    private static final String HTTP_1_1 = "1.1";
    private static final String CHECK = "crc32c";

    /** The first line is shorter than this, whatever the lengths in it. */
    private static final int LONGEST_FIRST_LINE = 80;

    private StoredResponseCodec() {}

    /** The bytes of a response. Durations are kept in milliseconds. */
    public static byte[] encode(StoredResponse response) {
        byte[] head = head(response).getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = response.body();
        byte[] first = firstLine(check(head, 0, head.length, body, 0, body.length), head.length, body.length)
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = Arrays.copyOf(first, Math.addExact(Math.addExact(first.length, head.length), body.length));
        System.arraycopy(head, 0, bytes, first.length, head.length);
        System.arraycopy(body, 0, bytes, first.length + head.length, body.length);
        return bytes;
    }

    /** The response in these bytes, or null where they cannot be read, whatever the reason. */
    public static @Nullable StoredResponse decode(byte[] bytes) {
        int end = indexOf(bytes, (byte) '\n', LONGEST_FIRST_LINE);
        if (end < 0) {
            return null;
        }
        String first = new String(bytes, 0, end + 1, StandardCharsets.ISO_8859_1);
        String[] words = first.substring(0, end).split(" ", -1);
        if (words.length != 7) {
            return null;
        }
        int headLength = length(words[4]);
        int bodyLength = length(words[6]);
        if (headLength < 0 || bodyLength < 0 || (long) end + 1 + headLength + bodyLength != bytes.length) {
            return null;
        }
        int bodyStart = end + 1 + headLength;
        int check = check(bytes, end + 1, headLength, bytes, bodyStart, bodyLength);
        if (!first.equals(firstLine(check, headLength, bodyLength))) {
            return null;
        }
        String head = new String(bytes, end + 1, headLength, StandardCharsets.ISO_8859_1);
        try {
            return parse(head, Arrays.copyOfRange(bytes, bodyStart, bytes.length));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            // The check was right, so another build of larder wrote what this one cannot read.
            return null;
        }
    }

    private static String firstLine(int check, int headLength, int bodyLength) {
        String hex = Integer.toHexString(check);
        return VERSION + ' ' + CHECK + ' ' + "0".repeat(8 - hex.length()) + hex + " head " + headLength + " body "
                + bodyLength + '\n';
    }

    private static int check(byte[] head, int headFrom, int headLength, byte[] body, int bodyFrom, int bodyLength) {
        CRC32C crc = new CRC32C();
        crc.update(head, headFrom, headLength);
        crc.update(body, bodyFrom, bodyLength);
        return (int) crc.getValue();
    }

    private static String head(StoredResponse response) {
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

    private static StoredResponse parse(String head, byte[] body) {
        Map<String, String> single = new HashMap<>();
        Map<String, String> epochs = new HashMap<>();
        Fields.Builder varied = Fields.builder();
        Fields.Builder fields = Fields.builder();
        for (int from = 0; from < head.length() - 1; ) {
            int end = head.indexOf('\n', from);
            int blank = head.indexOf(' ', from);
            String word = head.substring(from, blank);
            String value = unescape(head.substring(blank + 1, end));
            switch (word) {
                case "epoch" -> {
                    int at = value.indexOf(' ');
                    epochs.put(value.substring(at + 1), value.substring(0, at));
                }
                case "varied" -> field(value, varied);
                case "=" -> field(value, fields);
                default -> single.put(word, value);
            }
            from = end + 1;
        }
        String status = needed(single, "status");
        int blank = status.indexOf(' ');
        ResponseHead response = new ResponseHead(
                Integer.parseInt(status.substring(0, blank)),
                status.substring(blank + 1),
                fields.build(),
                single.getOrDefault("version", HTTP_1_1));
        StoredHead stored = new StoredHead(
                response,
                Instant.parse(needed(single, "request-time")),
                Instant.parse(needed(single, "response-time")),
                varied.build(),
                millis(single, "lifetime-ms"),
                millis(single, "stale-while-revalidate-ms"),
                millis(single, "stale-if-error-ms"),
                selecting(single.get("selecting"), response));
        String kept = single.getOrDefault("kept", "none " + body.length);
        int space = kept.indexOf(' ');
        return new StoredResponse(
                needed(single, "key"),
                stored,
                body,
                needed(single, "fingerprint"),
                new Epochs(needed(single, "incarnation"), Map.copyOf(epochs), needed(single, "change"), false),
                BodyCoding.valueOf(kept.substring(0, space).toUpperCase(Locale.ROOT)),
                Integer.parseUnsignedInt(kept.substring(space + 1)));
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

    private static Duration millis(Map<String, String> lines, String word) {
        return Duration.ofMillis(Long.parseLong(needed(lines, word)));
    }

    private static String needed(Map<String, String> lines, String word) {
        String value = lines.get(word);
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
        if (text.indexOf('\\') < 0) {
            return text;
        }
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

    /** A length in its one spelling, or -1. */
    private static int length(String digits) {
        if (digits.isEmpty() || digits.length() > 10) {
            return -1;
        }
        long length = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = length * 10 + digit;
        }
        return length > Integer.MAX_VALUE ? -1 : (int) length;
    }

    private static int indexOf(byte[] bytes, byte sought, int limit) {
        for (int i = 0; i < Math.min(bytes.length, limit); i++) {
            if (bytes[i] == sought) {
                return i;
            }
        }
        return -1;
    }
}
