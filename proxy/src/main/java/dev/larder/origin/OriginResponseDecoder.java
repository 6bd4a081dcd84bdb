package dev.larder.origin;

import dev.larder.relay.Channels;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Decodes the origin's answers one call at a time: it knows whether the call was a HEAD, whose answer has no body
 * whatever its fields say (RFC 9112 section 6.3), refuses an answer with both Content-Length and Transfer-Encoding, and
 * closes the connection at the first byte that comes while no call is on it.
 *
 * <p>An answer that ends with its connection is whole only if the origin ended it in order: after a reset, what came is
 * no whole answer.
 */
final class OriginResponseDecoder extends HttpResponseDecoder {

    private boolean head;
    private boolean idle;
    private boolean endedInOrder;
    private boolean broken;

    OriginResponseDecoder(int maxHeadBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeadBytes)
                .setMaxHeaderSize(maxHeadBytes)
                .setMaxChunkSize(64 * 1024));
    }

    /** The next final answer is to a request of this method. */
    void expectAnswerTo(String method) {
        head = method.equals("HEAD");
        idle = false;
    }

    /** Whatever comes now is unasked. */
    void expectNothing() {
        idle = true;
    }

    /** Whether bytes came that no message was made of. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (idle) {
            ReferenceCountUtil.release(bytes);
            Channels.close(context.channel());
        } else {
            super.channelRead(context, bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            endedInOrder = !broken;
        }
        super.userEventTriggered(context, event);
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's adapter deprecates it for outbound handlers only.
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        broken = true;
        super.exceptionCaught(context, cause);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (endedInOrder) {
            super.decodeLast(context, in, out);
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        // A 101 as well: what follows it is another protocol's, not a body.
        return head
                || (message instanceof HttpResponse response
                        && response.status().code() < 200)
                || super.isContentAlwaysEmpty(message);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
