package dev.larder.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding that names a doubt where two readers could see different texts. Pure. */
final class StrictDecoder {

    private StrictDecoder() {}

    /**
     * Decodes one segment of a path into {@code text}.
     *
     * <p>A character is accepted in one spelling only: raw where a segment may hold it raw, encoded where it must be. The
     * other spelling is a doubt, since a backend that matches undecoded paths takes the two for different resources and
     * one that decodes takes them for the same.
     *
     * @return the doubt, or null where there is none
     */
    static @Nullable String decodeSegment(String segment, StringBuilder text) {
        return decode(segment, 0, segment.length(), text, true);
    }

    /**
     * Decodes a name or a value of a query into {@code text}; a plus is a space. Browsers and libraries differ in what
     * they encode there, and all backends decode it, so only what hides something is in doubt: an encoded letter, digit,
     * {@code -}, {@code .} or {@code _} (the tilde is encoded by URLSearchParams), and controls.
     *
     * @return the doubt, or null where there is none
     */
    static @Nullable String decodeQueryPart(String raw, int from, int to, StringBuilder text) {
        return decode(raw, from, to, text, false);
    }

    private static @Nullable String decode(String raw, int from, int to, StringBuilder text, boolean path) {
        for (int i = from; i < to; ) {
            char c = raw.charAt(i);
            if (c == '%') {
                int end = escapesEnd(raw, i, to);
                if (end == i) {
                    return "a malformed percent escape";
                }
                String doubt = decodeEscapes(raw, i, end, text, path);
                if (doubt != null) {
                    return doubt;
                }
                i = end;
                continue;
            }
            String doubt = path ? rawDoubtInPath(c) : rawDoubtInQuery(c);
            if (doubt != null) {
                return doubt;
            }
            text.append(c == '+' && !path ? ' ' : c);
            i++;
        }
        return null;
    }

    /** Where the run of well-formed escapes that begins at {@code from} ends. */
    private static int escapesEnd(String raw, int from, int to) {
        int end = from;
        while (Octets.escapeAt(raw, end, to) >= 0) {
            end += 3;
        }
        return end;
    }

    private static @Nullable String decodeEscapes(String raw, int from, int to, StringBuilder text, boolean path) {
        ByteBuffer octets = ByteBuffer.allocate((to - from) / 3);
        boolean ascii = true;
        for (int i = from; i < to; i += 3) {
            int octet = Octets.escapeAt(raw, i, to);
            ascii &= octet < 0x80;
            String doubt = octet >= 0x80 ? null : path ? encodedDoubtInPath(octet) : encodedDoubtInQuery(octet);
            if (doubt != null) {
                return doubt;
            }
            octets.put((byte) octet);
        }
        if (ascii) {
            for (byte octet : octets.array()) {
                text.append((char) octet);
            }
            return null;
        }
        CharBuffer decoded;
        try {
            // A new decoder reports what is malformed: overlong forms, surrogates and the like included.
            decoded = StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
        } catch (CharacterCodingException e) {
            return "invalid UTF-8";
        }
        for (int i = 0; i < decoded.length(); i++) {
            if (Octets.isControl(decoded.charAt(i))) {
                return "an encoded control character";
            }
        }
        text.append(decoded);
        return null;
    }

    private static @Nullable String rawDoubtInPath(char c) {
        if (Octets.isPlainInPath(c)) {
            return null;
        }
        return switch (c) {
            case ';' -> "a semicolon";
            case '\\' -> "a backslash";
            case '#' -> "a number sign";
            default -> c >= 0x80 ? "a character outside ASCII" : "a character that must be encoded";
        };
    }

    private static @Nullable String rawDoubtInQuery(char c) {
        if (c == '+' || Octets.isPlainInQuery(c)) {
            return null;
        }
        return switch (c) {
            case ';' -> "a semicolon";
            case '#' -> "a number sign";
            default -> c >= 0x80 ? "a character outside ASCII" : "a character that must be encoded";
        };
    }

    private static @Nullable String encodedDoubtInPath(int octet) {
        return switch (octet) {
            case '/' -> "an encoded slash";
            case '\\' -> "an encoded backslash";
            case '%' -> "an encoded percent sign";
            case ';' -> "an encoded semicolon";
            // Whoever decodes and then parses anew ends the path here.
            case '?' -> "an encoded question mark";
            case '#' -> "an encoded number sign";
            default ->
                Octets.isControl(octet)
                        ? "an encoded control character"
                        : Octets.isPlainInPath(octet) ? "an encoded plain character" : null;
        };
    }

    private static @Nullable String encodedDoubtInQuery(int octet) {
        if (Octets.isControl(octet)) {
            return "an encoded control character";
        }
        return Octets.isUnreserved(octet) && octet != '~' ? "an encoded plain character" : null;
    }
}
