package dev.larder.server;

import dev.larder.relay.Channels;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Bytes from one channel to its peer and no more than the peer takes, until either side ends. One on each of the two
 * channels, which share an event loop. The end of one direction is passed on behind all of its bytes, and leaves the
 * other direction open.
 */
final class TunnelHandler extends ChannelInboundHandlerAdapter {

    /** How long a side whose peer is gone may take to read what was sent before. */
    private static final int LAST_BYTES_SECONDS = 10;

    private final Channel peer;
    private boolean inputEnded;

    private TunnelHandler(Channel peer) {
        this.peer = peer;
    }

    /**
     * Takes the handlers of these names out of both channels and lets bytes pass; what they held passes first.
     *
     * @param handlers encoders before whatever holds bytes, so that these go out as they are
     */
    static void join(Channel client, Channel origin, List<String> handlers) {
        client.config().setOption(ChannelOption.AUTO_READ, false);
        client.pipeline().addLast(new TunnelHandler(origin));
        origin.pipeline().addLast(new TunnelHandler(client));
        for (String name : handlers) {
            for (ChannelPipeline pipeline : List.of(client.pipeline(), origin.pipeline())) {
                if (pipeline.get(name) != null) {
                    pipeline.remove(name);
                }
            }
        }
        client.read();
        origin.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!peer.isActive() || !(bytes instanceof ByteBuf)) {
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
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            Channels.inputEnded(context.channel());
            Channels.whenSent(peer, () -> endOutput(context.channel()));
        }
    }

    private void endOutput(Channel own) {
        if (peer instanceof DuplexChannel duplex && !duplex.isInputShutdown()) {
            var unused = duplex.shutdownOutput();
        } else {
            // Both directions have ended.
            Channels.whenSent(own, () -> Channels.close(own));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (peer.isActive()) {
            ScheduledFuture<?> timer =
                    peer.eventLoop().schedule(() -> Channels.close(peer), LAST_BYTES_SECONDS, TimeUnit.SECONDS);
            Channels.whenSent(peer, () -> {
                timer.cancel(false);
                Channels.close(peer);
            });
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(context.channel());
    }
}
