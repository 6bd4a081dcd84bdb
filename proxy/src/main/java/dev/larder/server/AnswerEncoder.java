package dev.larder.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Encodes answers one exchange at a time: it knows whether the present one answers a HEAD, which has no body whatever
 * its fields say (RFC 9110 section 9.3.2).
 */
final class AnswerEncoder extends HttpResponseEncoder {

    private boolean head;
    private @Nullable ChannelHandlerContext own;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
    }

    /** Sends a whole answer that is octets already; consumes it. Nothing of another one may be under way. */
    void pass(ByteBuf answer) {
        ChannelHandlerContext context = own;
        if (context == null) {
            answer.release();
        } else {
            ChannelFuture unused = context.write(answer, context.voidPromise());
        }
    }

    void answerToHead(boolean answersHead) {
        head = answersHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return (head && answer.status().code() >= 200) || super.isContentAlwaysEmpty(answer);
    }
}
