package dev.larder.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;

/**
 * Compares the pieces of a body with an expected one while they pass, without keeping any. It borrows: it moves no index
 * and no reference count. Confined to one event loop.
 */
public final class BodyMatch {

    private final byte[] expected;
    private long length;
    private long differsAt = -1;

    /** Expects these bytes, which are neither copied nor changed. */
    public BodyMatch(byte[] expected) {
        this.expected = expected;
    }

    /** The next piece; borrows it. */
    public void see(HttpContent piece) {
        ByteBuf content = piece.content();
        int more = content.readableBytes();
        if (differsAt < 0 && more > 0) {
            int same = (int) Math.min(more, Math.max(0, expected.length - length));
            // Nothing is taken from an allocator for this.
            ByteBuf there = Unpooled.wrappedBuffer(expected);
            int at = (int) Math.min(length, expected.length);
            if (!ByteBufUtil.equals(content, content.readerIndex(), there, at, same)) {
                int i = 0;
                while (content.getByte(content.readerIndex() + i) == expected[at + i]) {
                    i++;
                }
                differsAt = length + i;
            } else if (same < more) {
                differsAt = expected.length;
            }
        }
        length += more;
    }

    /** How many bytes have passed. */
    public long bytes() {
        return length;
    }

    /** Once all has passed: the first byte that is not as expected, or is there in one of them alone; -1 where none is. */
    public long differsAt() {
        return differsAt < 0 && length < expected.length ? length : differsAt;
    }
}
