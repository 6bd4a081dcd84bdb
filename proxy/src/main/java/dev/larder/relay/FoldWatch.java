package dev.larder.relay;

import io.netty.buffer.ByteBuf;

/**
 * Finds folded field lines (RFC 9112 section 5.2), in a head and in trailers, which Netty's decoder joins in silence, and
 * lines with a bare CR, which it lets pass under the names of trailers that it drops. It looks at the same bytes as the decoder, before it, and relies on its consuming whole lines. Borrows what it is shown;
 * confined to the decoder's event loop.
 */
public final class FoldWatch {

    private enum Part {
        HEAD,
        BODY,
        TRAILERS
    }

    private Part part = Part.HEAD;

    /** Whether the bytes shown last read as the line of a last chunk, if a chunk's size is what is expected there. */
    private boolean lastChunk;

    /** Whether anything but empty lines has come of the present head. */
    private boolean begun;

    private int shownAt;
    private boolean found;

    /** Looks at what has come, just before the decoder does. */
    public void before(ByteBuf in) {
        shownAt = in.readerIndex();
        if (part == Part.BODY) {
            lastChunk = isLastChunk(in);
        } else {
            found |= holdsFold(in, linesFrom(in));
        }
    }

    /** The decoder has taken its part of that, and made a message of it or none. */
    public void after(ByteBuf in, boolean made) {
        if (part == Part.BODY && lastChunk && !made && in.readerIndex() != shownAt) {
            // Of a body's octets it would have made a piece: this was the line of the last chunk.
            part = Part.TRAILERS;
        }
    }

    /** A head has been decoded. */
    public void headEnded() {
        part = Part.BODY;
        found = false;
    }

    /** A whole message has been decoded. */
    public void messageEnded() {
        part = Part.HEAD;
        begun = false;
        found = false;
    }

    /** Whether the present head, or the present trailers, hold such a line. */
    public boolean found() {
        return found;
    }

    /** Whether trailers are being read. */
    public boolean inTrailers() {
        return part == Part.TRAILERS;
    }

    /** Where the lines begin: empty ones before a head are not its end. */
    private int linesFrom(ByteBuf in) {
        int at = in.readerIndex();
        if (part == Part.HEAD && !begun) {
            while (at < in.writerIndex() && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
                at++;
            }
            begun = at < in.writerIndex();
        }
        return at;
    }

    private static boolean holdsFold(ByteBuf in, int from) {
        int at = from;
        int end = in.writerIndex();
        while (at < end) {
            byte first = in.getByte(at);
            if (first == ' ' || first == '\t') {
                return true;
            }
            if (first == '\r' || first == '\n') {
                return false;
            }
            int newline = in.indexOf(at, end, (byte) '\n');
            if (newline > at && in.indexOf(at, newline - 1, (byte) '\r') >= 0) {
                return true;
            }
            at = newline < 0 ? end : newline + 1;
        }
        return false;
    }

    private static boolean isLastChunk(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end && in.getByte(at) == '0') {
            at++;
        }
        return at > in.readerIndex() && at < end && "; \t\r".indexOf(in.getByte(at)) >= 0;
    }
}
