package dev.larder.server;

import dev.larder.exchange.Services;
import dev.larder.origin.OriginPool;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What all connections of one server share. Any thread.
 *
 * @param pools the origin pool of an event loop
 * @param backendAuthority what stands for Host where an HTTP/1.0 request has none
 * @param open all connections
 * @param draining whether the server is ending: answers then close their connections
 */
record ServerContext(
        Services services,
        Function<EventLoop, OriginPool> pools,
        Admission admission,
        Forwarding forwarding,
        String backendAuthority,
        ChannelGroup open,
        AtomicBoolean draining) {

    boolean isDraining() {
        return draining.get();
    }

    void opened(Channel channel) {
        open.add(channel);
    }
}
