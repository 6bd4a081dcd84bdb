package dev.larder.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Encodes answers one exchange at a time, or passes on what is octets already: it knows whether the present one answers a HEAD, which has no body whatever
 * its fields say (RFC 9110 section 9.3.2).
 */
final class AnswerEncoder extends HttpResponseEncoder {

    private boolean head;
    private @Nullable ChannelHandlerContext own;

    /** The head of an answer, with what of its body came so far; see {@link #begin}. */
    private @Nullable ByteBuf begun;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
    }

    /** Sends a whole answer that is octets already; consumes it. Nothing of another one may be under way. */
    void pass(ByteBuf answer) {
        passHead();
        write(answer);
    }

    /**
     * Begins an answer whose head is octets already; consumes it. All of its body is to be {@linkplain #append appended}. The
     * head waits for the next flush, or whatever else is written.
     *
     * @param head with room for the body where the two are to leave in one buffer
     */
    void begin(ByteBuf head) {
        passHead();
        begun = head;
    }

    /** Sends a piece of the body of an answer that was begun; consumes it. */
    void append(ByteBuf piece) {
        ByteBuf head = begun;
        if (head != null && piece.readableBytes() <= head.writableBytes()) {
            head.writeBytes(piece);
            piece.release();
        } else {
            pass(piece);
        }
    }

    private void passHead() {
        ByteBuf head = begun;
        begun = null;
        if (head != null) {
            write(head);
        }
    }

    private void write(ByteBuf octets) {
        ChannelHandlerContext context = own;
        if (context == null) {
            octets.release();
        } else {
            ChannelFuture unused = context.write(octets, context.voidPromise());
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        passHead();
        super.write(context, message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        passHead();
        context.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        ByteBuf unsent = begun;
        begun = null;
        if (unsent != null) {
            unsent.release();
        }
        super.handlerRemoved(context);
    }

    void answerToHead(boolean answersHead) {
        head = answersHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return (head && answer.status().code() >= 200) || super.isContentAlwaysEmpty(answer);
    }
}
