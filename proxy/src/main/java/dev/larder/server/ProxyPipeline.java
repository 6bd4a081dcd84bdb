package dev.larder.server;

import dev.larder.relay.MessageQueue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.List;

/** The handlers of a client connection, in order. Everything behind the codec sees one message at a time, when it asks. */
final class ProxyPipeline extends ChannelInitializer<Channel> {

    /**
     * By name, in the order in which they are taken out where a connection is no longer HTTP: what the decoder has not
     * looked at goes into the queue, and from there to whoever stands behind. Those of an origin's are called the same.
     */
    static final List<String> HTTP_HANDLERS = List.of("exchange", "encoder", "decoder", "queue");

    private final ServerContext server;

    ProxyPipeline(ServerContext server) {
        this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
        var bounds = server.services().settings().bounds();
        StrictRequestDecoder decoder = new StrictRequestDecoder(bounds.requestLineBytes(), bounds.headBytes());
        AnswerEncoder encoder = new AnswerEncoder();
        MessageQueue queue = new MessageQueue();
        channel.pipeline()
                .addLast("decoder", decoder)
                .addLast("encoder", encoder)
                .addLast("queue", queue)
                .addLast("exchange", new ExchangeHandler(server, channel, decoder, encoder, queue));
    }
}
