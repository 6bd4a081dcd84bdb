package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Field lines up to the empty one (RFC 9112 section 5).
 *
 * @param next behind the empty line
 * @param fault why they must not be taken, or null
 * @param doubts what a recipient may take, read so, or refuse
 */
record FieldLines(List<Field> fields, int next, @Nullable String fault, List<String> doubts) {

    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Field lines of a request; null where the empty line has not come. */
    static @Nullable FieldLines ofRequest(byte[] bytes, int from, int limit) {
        return read(bytes, from, limit, false);
    }

    /** Field lines of an answer, where folded lines and blanks before the colon may be repaired (sections 5.1, 5.2). */
    static @Nullable FieldLines ofResponse(byte[] bytes, int from, int limit) {
        return read(bytes, from, limit, true);
    }

    private static @Nullable FieldLines read(byte[] bytes, int from, int limit, boolean repairable) {
        List<Field> fields = new ArrayList<>();
        List<String> doubts = new ArrayList<>();
        String fault = null;
        int at = from;
        int length = 0;
        while (true) {
            Line line = Line.read(bytes, at);
            if (line == null) {
                return null;
            }
            at = line.next();
            String wrong = line.fault();
            if (line.text().isEmpty() || line.text().equals("\r")) {
                fault = fault == null ? wrong : fault;
                break;
            }
            length += line.text().length();
            if (wrong == null) {
                wrong = line(line.text(), repairable, fields, doubts);
            }
            fault = fault == null ? wrong : fault;
        }
        if (length > limit) {
            fault = fault == null ? "head too long" : fault;
        } else if (at - from > limit - LIMIT_SLACK) {
            doubts.add("head about too long");
        }
        return new FieldLines(fields, at, fault, doubts);
    }

    /** How a recipient counts is its own business. */
    private static final int LIMIT_SLACK = 32;

    private static @Nullable String line(String text, boolean repairable, List<Field> into, List<String> doubts) {
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
            if (!repairable || into.isEmpty()) {
                return "folded line";
            }
            doubts.add("folded line");
            Field folded = into.remove(into.size() - 1);
            into.add(new Field(folded.name(), strip(folded.value() + " " + strip(text))));
            return control(text, doubts);
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return "no colon";
        }
        String name = text.substring(0, colon);
        if (repairable && !name.equals(strip(name))) {
            doubts.add("blank before the colon");
            name = strip(name);
        }
        if (!TOKEN.matcher(name).matches()) {
            return "name is no token";
        }
        into.add(new Field(name, strip(text.substring(colon + 1))));
        return control(text.substring(colon + 1), doubts);
    }

    /** RFC 9110 section 5.5: NUL is invalid or replaced, other control characters may be kept. */
    static @Nullable String control(String text, List<String> doubts) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "NUL";
            }
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                doubts.add("control character");
            }
        }
        return null;
    }

    /** Without the blanks and tabs around it. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
            start++;
        }
        while (end > start && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
            end--;
        }
        return text.substring(start, end);
    }
}
