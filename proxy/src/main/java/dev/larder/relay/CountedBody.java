package dev.larder.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;

/**
 * Cuts a body whose length is known out of the bytes that come, into pieces of the kind that Netty's decoder makes. Confined to
 * one event loop.
 */
public final class CountedBody {

    private final int mostBytes;
    private long left;

    /** No body yet; a piece will have at most {@code mostBytes}. */
    public CountedBody(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** A body of this length comes next. */
    public void begin(long bytes) {
        left = bytes;
    }

    /** Whether more of it is to come. */
    public boolean isUnderWay() {
        return left > 0;
    }

    /** The next piece, of which there is at least a byte; it holds the buffer on its own account. The last one says so. */
    public HttpContent next(ByteBuf in) {
        int length = (int) Math.min(Math.min(in.readableBytes(), mostBytes), left);
        left -= length;
        ByteBuf piece = in.readRetainedSlice(length);
        return left == 0 ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece);
    }
}
