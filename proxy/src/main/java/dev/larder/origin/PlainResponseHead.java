package dev.larder.origin;

import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head that most answers have, in one pass over its octets and without making text of it: a final one in HTTP/1.1
 * with one Content-Length and nothing else that frames it, all of it there, every line in the one form that no two parsers
 * differ in. It takes nothing that {@link OriginResponseDecoder} would refuse, and understands it as that does. Whatever is in
 * any way unusual it leaves to it: it never refuses, and consumes only what it has taken. Confined to one event loop.
 */
final class PlainResponseHead {

    /** A longer head is not a usual one. */
    private static final int LONGEST = 8 * 1024;

    /** {@code HTTP/1.1 200 } and the ends of two lines: no head is shorter. */
    private static final int SHORTEST = 17;

    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    /** Behind the version: three digits and a blank. */
    private static final int REASON = VERSION.length + 4;

    /** So many digits are surely no more than a long holds. */
    private static final int MOST_DIGITS = 18;

    /** What frames a message, or tells of its connection. */
    private static final FieldNames TELLING =
            FieldNames.of(List.of("content-length", "transfer-encoding", "connection", "upgrade"));

    private static final FastThreadLocal<Scratch> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch(new byte[LONGEST + Long.BYTES], new Fields.Lines());
        }
    };

    private record Scratch(byte[] octets, Fields.Lines lines) {}

    private final int headBytes;

    PlainResponseHead(int headBytes) {
        this.headBytes = Math.min(headBytes, LONGEST);
    }

    /** The answer whose head begins here, and is read over; null where it is not a plain one, or not all there. */
    @Nullable
    PlainResponse read(ByteBuf in) {
        int length = Math.min(in.readableBytes(), headBytes);
        if (length < SHORTEST) {
            return null;
        }
        Scratch scratch = SCRATCH.get();
        byte[] octets = scratch.octets;
        in.getBytes(in.readerIndex(), octets, 0, length);
        // No search goes beyond an octet that belongs nowhere.
        Arrays.fill(octets, length, length + Long.BYTES, (byte) 0);
        if (!Arrays.equals(octets, 0, VERSION.length, VERSION, 0, VERSION.length)) {
            return null;
        }
        int status = status(octets);
        int at = REASON;
        while (octets[at] >= ' ' && octets[at] < 0x7f) {
            at++;
        }
        boolean trimmed = at == REASON || (octets[REASON] != ' ' && octets[at - 1] != ' ');
        if (!hasBody(status) || !trimmed || octets[at] != '\r' || octets[at + 1] != '\n') {
            return null;
        }
        return lines(in, scratch, status, reason(octets, at), at + 2);
    }

    /** Of three digits and a blank behind them; negative where there is something else. */
    private static int status(byte[] octets) {
        int status = 0;
        for (int at = VERSION.length; at < REASON - 1; at++) {
            if (octets[at] < '0' || octets[at] > '9') {
                return -1;
            }
            status = 10 * status + octets[at] - '0';
        }
        return octets[REASON - 1] == ' ' ? status : -1;
    }

    /** Interim answers, and those whose fields tell nothing of a body, are not for here. */
    private static boolean hasBody(int status) {
        return status >= 200 && status != 204 && status != 205 && status != 304;
    }

    private static String reason(byte[] octets, int end) {
        return end == REASON + 2 && octets[REASON] == 'O' && octets[REASON + 1] == 'K'
                ? "OK"
                : new String(octets, REASON, end - REASON, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable PlainResponse lines(ByteBuf in, Scratch scratch, int status, String reason, int begin) {
        byte[] octets = scratch.octets;
        Fields.Lines lines = scratch.lines;
        lines.clear();
        long bodyBytes = -1;
        int at = begin;
        while (octets[at] != '\r') {
            int end = lines.read(octets, at, TELLING);
            if (end < 0) {
                return null;
            }
            String telling = lines.told();
            if (telling != null) {
                if (telling.equals("content-length") && bodyBytes < 0) {
                    bodyBytes = number(octets, lines.valueStart(), end);
                    if (bodyBytes < 0) {
                        return null;
                    }
                } else if (!telling.equals("connection") || !keepsAlive(octets, lines.valueStart(), end)) {
                    return null;
                }
            }
            at = end + 2;
        }
        if (octets[at + 1] != '\n' || bodyBytes < 0) {
            return null;
        }
        in.skipBytes(at + 2);
        Fields fields = lines.of(Arrays.copyOf(octets, at));
        return new PlainResponse(new ResponseHead(status, reason, fields), bodyBytes);
    }

    /** Digits without a zero before others; negative where there is something else. */
    private static long number(byte[] octets, int from, int to) {
        if (to - from > MOST_DIGITS || (octets[from] == '0' && to - from > 1)) {
            return -1;
        }
        long number = 0;
        for (int at = from; at < to; at++) {
            if (octets[at] < '0' || octets[at] > '9') {
                return -1;
            }
            number = 10 * number + octets[at] - '0';
        }
        return number;
    }

    private static boolean keepsAlive(byte[] octets, int from, int to) {
        return "keep-alive".equalsIgnoreCase(new String(octets, from, to - from, StandardCharsets.ISO_8859_1));
    }
}
