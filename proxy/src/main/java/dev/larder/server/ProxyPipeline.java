package dev.larder.server;

import dev.larder.relay.MessageQueue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.List;

/** The handlers of a client connection, in order. Everything behind the codec sees one message at a time, when it asks. */
final class ProxyPipeline extends ChannelInitializer<Channel> {

    /** By name, as they are taken out where a connection becomes a tunnel. */
    static final List<String> HTTP_HANDLERS = List.of("decoder", "encoder", "queue", "exchange");

    private final ServerContext server;

    ProxyPipeline(ServerContext server) {
        this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
        var bounds = server.services().settings().bounds();
        AnswerEncoder encoder = new AnswerEncoder();
        channel.pipeline()
                .addLast("decoder", new StrictRequestDecoder(bounds.requestLineBytes(), bounds.headBytes()))
                .addLast("encoder", encoder)
                .addLast("queue", new MessageQueue())
                .addLast("exchange", new ExchangeHandler(server, encoder));
    }
}
