package dev.larder.bench.soak;

import dev.larder.bench.stage.LoopbackServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;

/** A backend that answers 1 KiB, or 100 KiB under /large, to whatever is asked. Starting and closing block. */
final class SoakOrigin implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 1 << 16;

    /** What a burst has opened is not kept, so that the number of connections tells of a leak. */
    static final int IDLE_SECONDS = 10;

    private static final ByteBuf SMALL = letters('s', 1024);
    private static final ByteBuf LARGE = letters('l', 100 * 1024);

    private final LoopbackServer server = LoopbackServer.start(connection -> connection
            .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
            .addLast(new HttpServerCodec())
            .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
            .addLast(new Answering()));

    private static ByteBuf letters(char letter, int length) {
        ByteBuf letters = Unpooled.directBuffer(length);
        for (int i = 0; i < length; i++) {
            letters.writeByte(letter);
        }
        return Unpooled.unreleasableBuffer(letters.asReadOnly());
    }

    int port() {
        return server.port();
    }

    private static final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            ByteBuf body = (request.uri().startsWith("/large") ? LARGE : SMALL).duplicate();
            FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            answer.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            var unused = context.writeAndFlush(answer);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                var unused = context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
