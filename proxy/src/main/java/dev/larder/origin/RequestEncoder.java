package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.relay.HeadScratch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes requests one call at a time: one without a body as octets at once, since its fields mostly are octets already, any
 * other as Netty does. Confined to its event loop.
 */
final class RequestEncoder extends HttpRequestEncoder {

    private static final byte[] BLANK = {' '};
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {'\r', '\n'};
    private static final int FIXED = BLANK.length + VERSION.length + END.length;

    private @Nullable ChannelHandlerContext own;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
    }

    /** Writes a request without a body; nothing of another one may be under way. */
    void bodiless(OriginRequest request) {
        ChannelHandlerContext context = own;
        if (context != null) {
            ChannelFuture unused = context.write(encode(context, request));
        }
    }

    private static ByteBuf encode(ChannelHandlerContext context, OriginRequest request) {
        // Without chunks there are no trailers to announce (RFC 9110 section 6.6.2).
        Fields fields = request.fields().without("trailer");
        byte[] method = request.method().getBytes(StandardCharsets.US_ASCII);
        byte[] target = request.target().getBytes(StandardCharsets.UTF_8);
        return HeadScratch.begin(method.length + target.length + fields.encodedBytes() + FIXED)
                .add(method)
                .add(BLANK)
                .add(target)
                .add(VERSION)
                .add(fields)
                .add(END)
                .end(context.alloc(), 0);
    }
}
