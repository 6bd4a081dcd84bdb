package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's bytes are by RFC 9112, read by somebody strict and naive.
 *
 * @param interim heads before the final one
 * @param head the final one, null where there is none
 * @param body as far as it came
 * @param trailers of a whole answer
 * @param verdict what a proxy may make of it
 * @param reason why it is not whole
 * @param doubts what may be taken, read so, or refused
 * @param end behind the answer, where it is whole
 * @param endsWithConnection whether nothing else says where it ends
 */
record ResponseReading(
        List<Head> interim,
        @Nullable Head head,
        byte[] body,
        List<Field> trailers,
        Verdict verdict,
        String reason,
        List<String> doubts,
        int end,
        boolean endsWithConnection) {

    /** What a proxy may make of an answer. */
    enum Verdict {
        /** It is passed on as it is. */
        WHOLE,
        /** It has a head; what comes of the body may be passed on, and must look cut short. */
        CUT,
        /** Nothing of it may be passed on but interim answers. */
        BAD
    }

    /** A head. */
    record Head(int status, String reason, boolean http10, List<Field> fields) {}

    private static final Pattern START = Pattern.compile("HTTP/1\\.([01]) ([0-9]{3})(?: (.*))?", Pattern.DOTALL);

    private static final int MOST_INTERIM = 32;

    /** Whether the connection may serve another request. */
    boolean mayBeReused(int length) {
        return verdict == Verdict.WHOLE
                && head != null
                && !endsWithConnection
                && end == length
                && !head.http10()
                && !Field.members(head.fields(), "connection").contains("close");
    }

    /**
     * Reads the answer to a request of this method.
     *
     * @param ended whether the connection ended in order behind the bytes; else with a reset
     * @param upgrade whether a 101 was asked for: it is then the final one, and all behind it is its body
     */
    static ResponseReading of(byte[] bytes, int from, String method, boolean ended, boolean upgrade, int limit) {
        List<Head> interim = new ArrayList<>();
        List<String> doubts = new ArrayList<>();
        int at = from;
        while (true) {
            while (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') {
                doubts.add("empty line before the status line");
                at += 2;
            }
            Line start = Line.read(bytes, at);
            if (start == null) {
                return bad(interim, doubts, "no status line");
            }
            FieldLines lines = FieldLines.ofResponse(bytes, start.next(), limit);
            Matcher matcher = START.matcher(start.text());
            if (start.fault() != null) {
                return bad(interim, doubts, start.fault() + " behind the status line");
            }
            if (!matcher.matches()) {
                return bad(interim, doubts, "malformed status line");
            }
            String reason = matcher.group(3);
            if (reason == null) {
                doubts.add("no blank behind the status");
                reason = "";
            }
            String fault = FieldLines.control(reason, doubts);
            if (start.text().length() > limit / 2) {
                doubts.add("long status line");
            }
            if (lines == null) {
                return bad(interim, doubts, "head cut short");
            }
            doubts.addAll(lines.doubts());
            int status = Integer.parseInt(matcher.group(2));
            if (fault == null) {
                fault = lines.fault();
            }
            if (fault == null && status < 100) {
                fault = "status";
            }
            if (fault != null) {
                return bad(interim, doubts, fault);
            }
            if (status > 599) {
                doubts.add("status of no class");
            }
            Head head = new Head(status, reason, matcher.group(1).equals("0"), lines.fields());
            at = lines.next();
            if (status == 101) {
                if (!upgrade) {
                    return bad(interim, doubts, "unasked 101");
                }
                // RFC 9110 section 7.8: to a protocol that was asked for, which it names.
                if (!Field.members(head.fields(), "upgrade").equals(List.of("websocket"))
                        || !Field.members(head.fields(), "connection").contains("upgrade")) {
                    doubts.add("switch to another protocol");
                }
                return new ResponseReading(
                        interim,
                        head,
                        Arrays.copyOfRange(bytes, at, bytes.length),
                        List.of(),
                        Verdict.WHOLE,
                        "switched",
                        doubts,
                        bytes.length,
                        true);
            }
            if (status >= 200) {
                return body(bytes, at, method, ended, limit, interim, head, doubts);
            }
            if (head.http10()) {
                doubts.add("interim answer of HTTP/1.0");
            }
            if (framingFault(head) != null) {
                doubts.add("framing of an interim answer");
            }
            interim.add(head);
            if (interim.size() > MOST_INTERIM) {
                return bad(interim, doubts, "too many interim answers");
            }
        }
    }

    private static ResponseReading bad(List<Head> interim, List<String> doubts, String reason) {
        return new ResponseReading(interim, null, new byte[0], List.of(), Verdict.BAD, reason, doubts, 0, false);
    }

    private static @Nullable String framingFault(Head head) {
        List<String> lengths = Field.all(head.fields(), "content-length");
        List<String> codings = Field.all(head.fields(), "transfer-encoding");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                return "length and coding";
            }
            return codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked") || head.http10() ? "coding" : null;
        }
        if (lengths.size() > 1) {
            return "more than one length";
        }
        return lengths.isEmpty() || (lengths.get(0).matches("[0-9]{1,19}") && length(lengths.get(0)) >= 0)
                ? null
                : "length";
    }

    /** Its value, or -1 where it is beyond all bounds. */
    private static long length(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException beyond) {
            return -1;
        }
    }

    private static ResponseReading body(
            byte[] bytes,
            int at,
            String method,
            boolean ended,
            int limit,
            List<Head> interim,
            Head head,
            List<String> doubts) {
        boolean bodyless = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
        String fault = framingFault(head);
        if (fault != null) {
            if (!bodyless || fault.equals("length and coding")) {
                return bad(interim, doubts, fault);
            }
            doubts.add("framing of an answer without a body");
        }
        List<String> lengths = Field.all(head.fields(), "content-length");
        boolean chunked = !Field.all(head.fields(), "transfer-encoding").isEmpty();
        if (bodyless) {
            return whole(interim, head, new byte[0], List.of(), doubts, at, false);
        }
        if (chunked) {
            Chunks chunks = Chunks.read(bytes, at, limit, true, doubts);
            return chunks.isWhole() && chunks.trailers() != null
                    ? whole(interim, head, chunks.body(), chunks.trailers(), doubts, chunks.next(), false)
                    : cut(interim, head, chunks.body(), doubts, chunks.fault() == null ? "ended" : chunks.fault());
        }
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        if (!lengths.isEmpty()) {
            long length = length(lengths.get(0));
            return length <= rest.length
                    ? whole(
                            interim,
                            head,
                            Arrays.copyOf(rest, (int) length),
                            List.of(),
                            doubts,
                            at + (int) length,
                            false)
                    : cut(interim, head, rest, doubts, "length not reached");
        }
        return ended
                ? whole(interim, head, rest, List.of(), doubts, bytes.length, true)
                : cut(interim, head, rest, doubts, "reset");
    }

    private static ResponseReading whole(
            List<Head> interim,
            Head head,
            byte[] body,
            List<Field> trailers,
            List<String> doubts,
            int end,
            boolean endsWithConnection) {
        return new ResponseReading(interim, head, body, trailers, Verdict.WHOLE, "", doubts, end, endsWithConnection);
    }

    private static ResponseReading cut(List<Head> interim, Head head, byte[] body, List<String> doubts, String reason) {
        return new ResponseReading(interim, head, body, List.of(), Verdict.CUT, reason, doubts, 0, false);
    }
}
