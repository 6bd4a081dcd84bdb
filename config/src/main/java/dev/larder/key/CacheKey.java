package dev.larder.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The name of a stored response: {@code name:param:value:…} with the parameters sorted by name and every value escaped.
 * Two different requests never make one key, because a value can hold neither a colon nor an asterisk. Immutable.
 */
public final class CacheKey {

    /** What stands for a value that is absent and has no default. No escaped value equals it. */
    public static final String ABSENT = "!";

    /** Between the values of a list. No escaped value holds it. */
    public static final char LIST_SEPARATOR = ',';

    /** The longest text that is its own name in a store, in bytes. */
    private static final int LONGEST_NAME = 512;

    /** How much of a longer text stays readable in its name. */
    private static final int READABLE_START = 448;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String route;

    /** Names of the parameters, sorted. */
    private final String[] names;

    /** The escaped value of each. */
    private final String[] forms;

    private final String text;

    /**
     * A key.
     *
     * @param route the route's name
     * @param values parameter name to its escaped value, {@code !} where the request has none and there is no default
     * @param text the whole, e.g. {@code admin:courses:adminId:123:limit:5:page:1:search:javascript}; ASCII only
     */
    public CacheKey(String route, SortedMap<String, String> values, String text) {
        this(route, values.keySet().toArray(new String[0]), values.values().toArray(new String[0]), text);
    }

    /** The same from sorted names and the value of each, which are not copied. */
    CacheKey(String route, String[] names, String[] forms, String text) {
        this.route = route;
        this.names = names;
        this.forms = forms;
        this.text = text;
    }

    /** The route's name. */
    public String route() {
        return route;
    }

    /** Parameter name to its escaped value, {@code !} where the request has none and there is no default; made anew. */
    public SortedMap<String, String> values() {
        SortedMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            values.put(names[i], forms[i]);
        }
        return values;
    }

    /** The escaped value of one parameter; null where the route has none of this name. */
    public @Nullable String value(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return forms[i];
            }
        }
        return null;
    }

    /** The whole, e.g. {@code admin:courses:adminId:123:limit:5:page:1:search:javascript}; ASCII only. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheKey key
                && text.equals(key.text)
                && route.equals(key.route)
                && Arrays.equals(names, key.names)
                && Arrays.equals(forms, key.forms);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * The name in a store: the text, or where it is longer than 512 bytes its start and the SHA-256 of the whole in
     * capitals. Such a name is always longer than 512 bytes itself, so it equals no text that is its own name; the full
     * text is stored beside the response and compared all the same.
     */
    public String storeName() {
        if (text.length() <= LONGEST_NAME) {
            return text;
        }
        return text.substring(0, READABLE_START) + ":sha256:" + HEX.formatHex(sha256(text));
    }

    /**
     * The form of a value in a key: every byte of its UTF-8 form but {@code A-Z a-z 0-9 - . _ ~} as {@code %XX} in
     * capitals. No two texts have one form; a surrogate without its partner, which UTF-8 cannot hold, is escaped as the
     * three bytes that it would have.
     */
    public static String escape(String value) {
        int plain = 0;
        while (plain < value.length() && isPlain(value.charAt(plain))) {
            plain++;
        }
        if (plain == value.length()) {
            return value;
        }
        StringBuilder escaped = new StringBuilder(value.length() + 24).append(value, 0, plain);
        for (int i = plain; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            if (c < 0x80) {
                if (isPlain((char) c)) {
                    escaped.append((char) c);
                } else {
                    octet(escaped, c);
                }
            } else if (c < 0x800) {
                octet(escaped, 0xc0 | (c >> 6));
                octet(escaped, 0x80 | (c & 0x3f));
            } else if (c < 0x10000) {
                octet(escaped, 0xe0 | (c >> 12));
                octet(escaped, 0x80 | ((c >> 6) & 0x3f));
                octet(escaped, 0x80 | (c & 0x3f));
            } else {
                octet(escaped, 0xf0 | (c >> 18));
                octet(escaped, 0x80 | ((c >> 12) & 0x3f));
                octet(escaped, 0x80 | ((c >> 6) & 0x3f));
                octet(escaped, 0x80 | (c & 0x3f));
            }
        }
        return escaped.toString();
    }

    /**
     * The value whose form in a key is this.
     *
     * @throws IllegalArgumentException if {@link #escape} never writes it: another spelling of a value is no form of it
     */
    public static String unescape(String escaped) {
        StringBuilder value = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); ) {
            int lead = octetAt(escaped, i);
            int length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            int c = length == 1 ? lead : lead & (0x7f >> length);
            i += escaped.charAt(i) == '%' ? 3 : 1;
            for (int rest = 1; rest < length; rest++) {
                c = (c << 6) | (octetAt(escaped, i) & 0x3f);
                i += 3;
            }
            if (!Character.isValidCodePoint(c)) {
                throw notWrittenByEscape();
            }
            value.appendCodePoint(c);
        }
        // The one test that refuses every other spelling: overlong forms, lower-case digits, plain characters escaped.
        if (!escape(value.toString()).equals(escaped)) {
            throw notWrittenByEscape();
        }
        return value.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static void octet(StringBuilder escaped, int octet) {
        HEX.toHexDigits(escaped.append('%'), (byte) octet);
    }

    private static int octetAt(String escaped, int index) {
        if (index >= escaped.length()) {
            throw notWrittenByEscape();
        }
        char c = escaped.charAt(index);
        if (c != '%') {
            if (!isPlain(c)) {
                throw notWrittenByEscape();
            }
            return c;
        }
        if (index + 3 > escaped.length()
                || !HexFormat.isHexDigit(escaped.charAt(index + 1))
                || !HexFormat.isHexDigit(escaped.charAt(index + 2))) {
            throw notWrittenByEscape();
        }
        return HexFormat.fromHexDigits(escaped, index + 1, index + 3);
    }

    private static IllegalArgumentException notWrittenByEscape() {
        return new IllegalArgumentException(
                "not the form of a value in a key; expected A-Z a-z 0-9 - . _ ~ and of every other byte a percent sign and two hexadecimal digits in capitals");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
