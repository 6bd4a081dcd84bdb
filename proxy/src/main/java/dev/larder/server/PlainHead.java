package dev.larder.server;

import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head that browsers send almost always, in one pass over its octets and without making text of what nobody asks
 * for: a GET in HTTP/1.1 without a body, all of it there, every line in the one form that no two parsers differ in. It
 * takes nothing that {@link StrictRequestDecoder} and {@link FramingGuard} would refuse, and understands it as these do.
 * Whatever is in any way unusual it leaves to them: it never refuses, and consumes only what it has taken. One for each
 * connection, confined to its event loop.
 */
final class PlainHead {

    /** A longer head is not a usual one. */
    private static final int LONGEST = 8 * 1024;

    /** What frames a message, asks for more than an answer, or must be looked at. */
    private static final FieldNames TELLING = FieldNames.withUnderscores(List.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "expect",
            "upgrade",
            "http2-settings",
            "sec-websocket-key1",
            "sec-websocket-key2"));

    private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(StandardCharsets.US_ASCII);

    private static final boolean[] IN_TARGET = octets(c -> FramingGuard.isTarget(String.valueOf((char) c)));

    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final FastThreadLocal<Scratch> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch(new byte[LONGEST + Long.BYTES], new Fields.Lines());
        }
    };

    private record Scratch(byte[] octets, Fields.Lines lines) {}

    private final int requestLineBytes;
    private final int headBytes;

    /** The last Host that was found valid, and the octets that it came in: a connection has one as a rule. */
    private String host = "";

    private byte[] hostOctets = {};

    PlainHead(int requestLineBytes, int headBytes) {
        this.requestLineBytes = requestLineBytes;
        this.headBytes = Math.min(headBytes, LONGEST);
    }

    private static boolean[] octets(IntPredicate accepted) {
        boolean[] table = new boolean[256];
        for (int c = 0; c < table.length; c++) {
            table[c] = accepted.test(c);
        }
        return table;
    }

    /** The request whose head begins here, and is read over; null where it is not a plain one, or not all there. */
    @Nullable
    PlainRequest read(ByteBuf in) {
        int start = in.readerIndex();
        int length = Math.min(in.readableBytes(), headBytes);
        if (length < 16 || in.getByte(start) != 'G' || in.getByte(start + 4) != '/') {
            return null;
        }
        Scratch scratch = SCRATCH.get();
        byte[] octets = scratch.octets;
        in.getBytes(start, octets, 0, length);
        // No loop below goes beyond an octet that belongs nowhere.
        Arrays.fill(octets, length, length + Long.BYTES, (byte) 0);
        if (octets[1] != 'E' || octets[2] != 'T' || octets[3] != ' ') {
            return null;
        }
        int target = 4;
        int at = target;
        while (IN_TARGET[octets[at] & 0xff]) {
            at++;
        }
        int targetEnd = at;
        if (at + VERSION.length > length
                || !Arrays.equals(octets, at, at + VERSION.length, VERSION, 0, VERSION.length)
                || at + VERSION.length - 2 > requestLineBytes) {
            return null;
        }
        return lines(in, scratch, new String(octets, target, targetEnd - target, StandardCharsets.ISO_8859_1));
    }

    private @Nullable PlainRequest lines(ByteBuf in, Scratch scratch, String target) {
        byte[] octets = scratch.octets;
        Fields.Lines lines = scratch.lines;
        lines.clear();
        int at = "GET ".length() + target.length() + VERSION.length;
        String found = null;
        while (octets[at] != '\r') {
            int end = lines.read(octets, at, TELLING);
            if (end < 0) {
                return null;
            }
            String telling = lines.told();
            if (telling != null) {
                if (telling.equals("host") && found == null) {
                    found = host(octets, lines.valueStart(), end);
                    if (found == null) {
                        return null;
                    }
                } else if (!telling.equals("connection") || !keepsAlive(octets, lines.valueStart(), end)) {
                    return null;
                }
            }
            at = end + 2;
        }
        if (octets[at + 1] != '\n' || found == null) {
            return null;
        }
        in.skipBytes(at + 2);
        return new PlainRequest(target, found, lines.of(Arrays.copyOf(octets, at)));
    }

    private @Nullable String host(byte[] octets, int from, int to) {
        if (!Arrays.equals(octets, from, to, hostOctets, 0, hostOctets.length)) {
            String text = new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
            if (!FramingGuard.isHost(text)) {
                return null;
            }
            host = text;
            hostOctets = Arrays.copyOfRange(octets, from, to);
        }
        return host;
    }

    /** In the two spellings that are in use. */
    private static boolean keepsAlive(byte[] octets, int from, int to) {
        return to - from == KEEP_ALIVE.length
                && (octets[from] | 0x20) == 'k'
                && Arrays.equals(octets, from + 1, "keep".length() + from, KEEP_ALIVE, 1, "keep".length())
                && octets[from + "keep".length()] == '-'
                && (octets[from + "keep-".length()] | 0x20) == 'a'
                && Arrays.equals(
                        octets, from + "keep-a".length(), to, KEEP_ALIVE, "keep-a".length(), KEEP_ALIVE.length);
    }
}
