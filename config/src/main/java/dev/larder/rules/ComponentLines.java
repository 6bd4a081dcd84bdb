package dev.larder.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a {@code text/x-component} answer (React's stream of server components): {@code ID:}, then JSON up to the
 * end of the line. Some rows carry text or bytes of a stated length instead, which may hold line ends and whatever a
 * visitor once wrote: these are skipped by their length, so that nothing in them passes for a row. Pure.
 */
final class ComponentLines {

    private static final String TAGS_WITH_LENGTH = "TAOobUSsLlGgMmV";
    private static final int MAX_DIGITS = 8;

    private ComponentLines() {}

    /** What stands after {@code line:} in each row of that name. */
    static List<byte[]> find(byte[] body, int line) {
        byte[] name = (line + ":").getBytes(StandardCharsets.US_ASCII);
        List<byte[]> found = new ArrayList<>();
        int at = 0;
        while (at < body.length) {
            int end = indexOf(body, '\n', at);
            int colon = indexOf(body, ':', at);
            if (colon >= end) {
                at = end + 1;
                continue;
            }
            int skipped = afterLength(body, colon + 1);
            if (skipped < 0 && startsWith(body, at, name)) {
                found.add(Arrays.copyOfRange(body, colon + 1, end));
            }
            at = skipped < 0 ? end + 1 : skipped;
        }
        return found;
    }

    /** Where a row of stated length ends ({@code T1a,…}), or -1 if it is none. */
    private static int afterLength(byte[] body, int start) {
        if (start >= body.length || TAGS_WITH_LENGTH.indexOf(body[start]) < 0) {
            return -1;
        }
        int length = 0;
        for (int at = start + 1; at < body.length && at <= start + 1 + MAX_DIGITS; at++) {
            if (body[at] == ',') {
                return at == start + 1 ? -1 : (int) Math.min(body.length, at + 1L + length);
            }
            int digit = Character.digit(body[at], 16);
            if (digit < 0 || length > Integer.MAX_VALUE >> 5) {
                return -1;
            }
            length = length << 4 | digit;
        }
        return -1;
    }

    private static boolean startsWith(byte[] body, int at, byte[] name) {
        return at + name.length <= body.length && Arrays.equals(body, at, at + name.length, name, 0, name.length);
    }

    private static int indexOf(byte[] body, char c, int from) {
        for (int at = from; at < body.length; at++) {
            if (body[at] == c) {
                return at;
            }
        }
        return body.length;
    }
}
