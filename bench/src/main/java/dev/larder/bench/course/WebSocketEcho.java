package dev.larder.bench.course;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;

/** A WebSocket that sends back every frame. Confined to the channel's event loop. */
final class WebSocketEcho extends SimpleChannelInboundHandler<WebSocketFrame> {
    private WebSocketEcho() {}

    /** Shakes hands and hands the connection over, or answers 426 where no WebSocket is asked for. */
    static void take(
            ChannelHandlerContext context,
            HttpRequest request,
            AnswerWriter writer,
            boolean persistent,
            Runnable then) {
        WebSocketServerHandshaker handshaker =
                request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                        ? new WebSocketServerHandshakerFactory(
                                        "ws://" + request.headers().get("host", "course") + "/api/ws", null, false)
                                .newHandshaker(request)
                        : null;
        if (handshaker == null) {
            writer.write(Answer.text(426, "Upgrade Required").with("upgrade", "websocket"), persistent, true, then);
            return;
        }
        DefaultFullHttpRequest whole = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                new DefaultHttpHeaders());
        handshaker.handshake(context.channel(), whole).addListener(done -> {
            if (!done.isSuccess()) {
                ChannelFutures.unwatched(context.close());
                return;
            }
            context.pipeline().addLast(new WebSocketEcho());
            context.pipeline().remove(CourseHandler.class);
            context.channel().config().setAutoRead(true);
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame) {
            context.writeAndFlush(frame.retain()).addListener(ChannelFutureListener.CLOSE);
        } else if (frame instanceof PingWebSocketFrame) {
            ChannelFutures.unwatched(
                    context.writeAndFlush(new PongWebSocketFrame(frame.content().retain())));
        } else {
            ChannelFutures.unwatched(context.writeAndFlush(frame.retain()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ChannelFutures.unwatched(context.close());
    }
}
