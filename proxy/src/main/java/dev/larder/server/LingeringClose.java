package dev.larder.server;

import dev.larder.relay.Channels;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection that was told so: sends what was written, says that nothing follows, and reads over what the
 * visitor still sends until they close as well. Closing at once would make the system answer unread bytes with a reset,
 * which destroys an answer that is still on its way (RFC 9112 section 9.6).
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    /** How long the visitor may take to notice. */
    private static final int PATIENCE_SECONDS = 2;

    /** What is read over at most; an upload of this length is not worth listening to. */
    private static final long MAX_BYTES = 16L << 20;

    private long bytes;

    private LingeringClose() {}

    /** Takes the handlers of these names out and closes; on the event loop. */
    static void of(Channel channel, List<String> handlers) {
        if (!(channel instanceof DuplexChannel duplex) || duplex.isInputShutdown()) {
            Channels.close(channel);
            return;
        }
        channel.pipeline().addLast(new LingeringClose());
        handlers.forEach(channel.pipeline()::remove);
        var unused = duplex.shutdownOutput();
        ScheduledFuture<?> timer =
                channel.eventLoop().schedule(() -> Channels.close(channel), PATIENCE_SECONDS, TimeUnit.SECONDS);
        var unusedToo = channel.closeFuture().addListener(closed -> timer.cancel(false));
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        bytes += message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (bytes > MAX_BYTES) {
            Channels.close(context.channel());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Channels.close(context.channel());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(context.channel());
    }
}
