package dev.larder.store.redis;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MessageSizeEstimator;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which the answers of one trip come to more than anything that was ever stored: the client
 * gathers an answer as a whole, so without this whoever can write to Redis could fill this process's memory.
 *
 * <p>Sits before all of the client's handlers. Confined to the connection's event loop, on which trips are answered as
 * well; one that ends elsewhere, as its connection is closed, has no answers that count.
 */
final class ReplyBound extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyBound.class);

    /** What came with the answers of an earlier trip, and what surrounds a value. */
    static final int SLACK_BYTES = 8 << 20;

    private final long mostBytes;
    private long bytes;
    private MessageSizeEstimator.@Nullable Handle sizes;
    private volatile @Nullable SocketAddress server;

    /**
     * A bound.
     *
     * @param mostBytes the longest value that is ever stored
     */
    ReplyBound(int mostBytes) {
        this.mostBytes = (long) mostBytes + SLACK_BYTES;
    }

    /** A trip has been answered. */
    void answered() {
        bytes = 0;
    }

    /** Where the connection leads to; null where it never did. Any thread. */
    @Nullable
    SocketAddress server() {
        return server;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server = context.channel().remoteAddress();
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        MessageSizeEstimator.Handle estimate = sizes;
        if (estimate == null) {
            estimate = context.channel().config().getMessageSizeEstimator().newHandle();
            sizes = estimate;
        }
        bytes += estimate.size(message);
        if (bytes > mostBytes && context.channel().isOpen()) {
            LOG.warn("the store answers with more than {} bytes at once; its connection is closed", mostBytes);
            var unused = context.close();
        }
        context.fireChannelRead(message);
    }
}
