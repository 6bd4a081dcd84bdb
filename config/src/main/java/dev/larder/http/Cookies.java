package dev.larder.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The cookies of a request in the order they came, over all its Cookie lines, split as servers do in practice (RFC 6265
 * section 5.4 seen from the receiving side): at every semicolon, name before the first equals sign, blanks around both
 * dropped. Nothing is decoded or unquoted, since servers differ in that. Immutable.
 *
 * @param list every cookie, repeated names included
 * @param malformed whether some server could split the lines in another way: a piece without an equals sign or without
 *     a name, a quote that is not closed within its piece, a control character, or a {@code $} attribute of RFC 2965
 */
public record Cookies(List<Cookie> list, boolean malformed) {

    private static final Cookies NONE = new Cookies(List.of(), false);

    /**
     * One cookie.
     *
     * @param name as it came; names are case-sensitive
     * @param value the raw text, quotes and percent escapes included; may be empty
     */
    public record Cookie(String name, String value) {

        /** The name only: a value may be a credential. */
        @Override
        public String toString() {
            return "Cookie[" + name + "]";
        }
    }

    /** Copies the list. */
    public Cookies {
        list = List.copyOf(list);
    }

    /** The cookies of all Cookie lines; never fails. */
    public static Cookies parse(Fields fields) {
        List<Cookie> list = null;
        boolean malformed = false;
        for (int line = 0; line < fields.size(); line++) {
            if (!fields.name(line).equalsIgnoreCase("cookie")) {
                continue;
            }
            if (list == null) {
                list = new ArrayList<>();
            }
            malformed |= split(fields.value(line), list);
        }
        return list == null ? NONE : new Cookies(list, malformed);
    }

    /** The values of the cookies of exactly this name, in order. */
    public List<String> values(String name) {
        List<String> values = List.of();
        for (Cookie cookie : list) {
            if (cookie.name.equals(name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(2);
                }
                values.add(cookie.value);
            }
        }
        return values;
    }

    /** Adds the cookies of one line and says whether it was malformed. */
    private static boolean split(String line, List<Cookie> list) {
        boolean malformed = false;
        int start = 0;
        while (start <= line.length()) {
            int semicolon = line.indexOf(';', start);
            int end = semicolon < 0 ? line.length() : semicolon;
            String piece = trimBlanks(line.substring(start, end));
            start = end + 1;
            if (piece.isEmpty()) {
                continue;
            }
            int equals = piece.indexOf('=');
            if (equals < 0) {
                malformed = true;
                continue;
            }
            String name = trimBlanks(piece.substring(0, equals));
            String value = trimBlanks(piece.substring(equals + 1));
            malformed |= isOdd(name, value);
            list.add(new Cookie(name, value));
        }
        return malformed;
    }

    private static boolean isOdd(String name, String value) {
        if (name.isEmpty()
                || name.charAt(0) == '$'
                || name.indexOf('"') >= 0
                || hasControl(name)
                || hasControl(value)) {
            return true;
        }
        int quote = value.indexOf('"');
        if (quote < 0) {
            return false;
        }
        // A parser that honours quotes lets a quoted value run on over semicolons: only "…" as a whole is safe.
        int last = value.length() - 1;
        return quote != 0 || last == 0 || value.indexOf('"', 1) != last;
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    private static String trimBlanks(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
