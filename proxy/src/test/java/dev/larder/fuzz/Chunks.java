package dev.larder.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body in chunks (RFC 9112 section 7.1), as far as it goes.
 *
 * @param body what the chunks hold, those before a fault as well
 * @param trailers null where it is not whole
 * @param next behind the trailers
 * @param fault what must not be taken, or null
 */
record Chunks(
        byte[] body,
        @Nullable List<Field> trailers,
        int next,
        @Nullable String fault) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]+)((?s:.*))");

    private static final Pattern EXTENSIONS = Pattern.compile(
            "([ \\t]*;[ \\t]*" + TOKEN + "([ \\t]*=[ \\t]*(" + TOKEN + "|\"([\\t !#-\\[\\]-~]++|\\\\[\\t -~])*\"))?)*");

    private static final Pattern SOME_EXTENSION = Pattern.compile("(?s)[ \\t]*;.*|[ \\t]+");

    /** Longer size lines are taken or not. */
    private static final int LINE = 256;

    /** More digits than anybody needs, leading zeros among them, are taken or not. */
    private static final int DIGITS = 8;

    /** Whether it is whole. */
    boolean isWhole() {
        return trailers != null && fault == null;
    }

    /** Reads them; adds to {@code doubts}. */
    static Chunks read(byte[] bytes, int from, int limit, boolean ofResponse, List<String> doubts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = from;
        while (true) {
            Line line = Line.read(bytes, at);
            if (line == null) {
                return new Chunks(body.toByteArray(), null, at, null);
            }
            Matcher matcher = SIZE.matcher(line.text());
            if (line.fault() != null) {
                return new Chunks(body.toByteArray(), null, at, line.fault() + " in a chunk's line");
            }
            if (!matcher.matches()) {
                return new Chunks(body.toByteArray(), null, at, "no chunk size");
            }
            String rest = matcher.group(2);
            if (rest.length() > LINE || !EXTENSIONS.matcher(rest).matches()) {
                if (!SOME_EXTENSION.matcher(rest).matches()) {
                    return new Chunks(body.toByteArray(), null, at, "something behind the chunk size");
                }
                doubts.add("malformed chunk extension");
            }
            if (line.text().length() > LINE) {
                doubts.add("long chunk line");
            }
            if (matcher.group(1).length() > DIGITS) {
                doubts.add("chunk size of many digits");
            }
            String digits = matcher.group(1).replaceFirst("^0+(?=.)", "");
            if (digits.length() > 15) {
                return new Chunks(body.toByteArray(), null, at, "chunk size beyond all bounds");
            }
            long size = Long.parseLong(digits, 16);
            at = line.next();
            if (size == 0) {
                return trailers(bytes, at, limit, ofResponse, body.toByteArray(), doubts);
            }
            int there = (int) Math.min(size, bytes.length - at);
            body.write(bytes, at, there);
            if (there < size || at + there + 2 > bytes.length) {
                return new Chunks(body.toByteArray(), null, at, null);
            }
            at += there;
            if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
                return new Chunks(body.toByteArray(), null, at, "chunk longer than it says");
            }
            at += 2;
        }
    }

    private static Chunks trailers(
            byte[] bytes, int at, int limit, boolean ofResponse, byte[] body, List<String> doubts) {
        FieldLines trailers =
                ofResponse ? FieldLines.ofResponse(bytes, at, limit) : FieldLines.ofRequest(bytes, at, limit);
        if (trailers == null) {
            return new Chunks(body, null, at, null);
        }
        doubts.addAll(trailers.doubts());
        return new Chunks(body, trailers.fields(), trailers.next(), trailers.fault());
    }
}
