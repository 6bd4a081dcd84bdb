package dev.larder.fuzz;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A line up to its newline (RFC 9112 section 2.2: it ends with CRLF, and neither stands in it).
 *
 * @param text without its end
 * @param next where the next line begins
 * @param fault what is wrong with how it ends, or null
 */
record Line(String text, int next, @Nullable String fault) {

    /** The line that begins here, or null where no newline has come. */
    static @Nullable Line read(byte[] bytes, int from) {
        int newline = from;
        while (newline < bytes.length && bytes[newline] != '\n') {
            newline++;
        }
        if (newline == bytes.length) {
            return null;
        }
        String text = new String(bytes, from, newline - from, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            return new Line(text, newline + 1, "bare LF");
        }
        String inner = text.substring(0, text.length() - 1);
        return new Line(inner, newline + 1, inner.indexOf('\r') < 0 ? null : "bare CR");
    }
}
