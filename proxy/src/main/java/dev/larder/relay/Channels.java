package dev.larder.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;

/** What is done to a channel without waiting for its outcome, which its handlers see as an event anyway. */
public final class Channels {

    private Channels() {}

    /** Closes; {@code channelInactive} follows. What was written and not yet sent is lost. */
    public static void close(Channel channel) {
        ChannelFuture unused = channel.close();
    }

    /** Writes without flushing; consumes the message also where the channel is gone. A failure is an exception event. */
    public static void write(Channel channel, Object message) {
        ChannelFuture unused = channel.write(message, channel.voidPromise());
    }

    /** Runs {@code then} on the event loop when all that was written so far has been sent, or cannot be. */
    public static void whenSent(Channel channel, Runnable then) {
        ChannelFuture unused =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture sent) -> then.run());
    }

    /**
     * The input of a channel has ended and its output may go on: to be called on the event loop, from within the event
     * that says so.
     */
    public static void inputEnded(Channel channel) {
        HalfClosedEpoll.inputEnded(channel);
    }

    /**
     * Bytes written and not yet taken by the operating system. As long as this changes, the other side reads, however
     * slowly. On the event loop only.
     */
    public static long unsentBytes(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }
}
