package dev.larder.server;

import dev.larder.relay.Channels;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Bytes from one channel to its peer and no more than the peer takes, until either side ends. One on each of the two
 * channels, which share an event loop.
 */
final class TunnelHandler extends ChannelInboundHandlerAdapter {

    private final Channel peer;

    private TunnelHandler(Channel peer) {
        this.peer = peer;
    }

    /** Takes the HTTP handlers out of both channels and lets bytes pass; what the codecs held passes first. */
    static void join(Channel client, List<String> clientHandlers, Channel origin, List<String> originHandlers) {
        client.config().setOption(ChannelOption.AUTO_READ, false);
        client.pipeline().addLast(new TunnelHandler(origin));
        origin.pipeline().addLast(new TunnelHandler(client));
        clientHandlers.forEach(client.pipeline()::remove);
        originHandlers.forEach(origin.pipeline()::remove);
        client.read();
        origin.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!peer.isActive()) {
            ReferenceCountUtil.release(bytes);
            Channels.close(context.channel());
            return;
        }
        Channels.write(peer, bytes);
        peer.flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (peer.isWritable()) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            peer.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && peer instanceof DuplexChannel duplex) {
            var unused = duplex.shutdownOutput();
            if (duplex.isInputShutdown()) {
                Channels.close(context.channel());
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Channels.close(peer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(context.channel());
    }
}
