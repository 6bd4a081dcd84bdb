package dev.larder.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/** What is done to a channel without waiting for its outcome, which its handlers see as an event anyway. */
public final class Channels {

    private Channels() {}

    /** Closes; {@code channelInactive} follows. */
    public static void close(Channel channel) {
        ChannelFuture unused = channel.close();
    }

    /** Writes without flushing; consumes the message also where the channel is gone. */
    public static void write(Channel channel, Object message) {
        ChannelFuture unused = channel.write(message, channel.voidPromise());
    }
}
