package dev.larder.server;

import dev.larder.exchange.Services;
import dev.larder.origin.OriginPool;
import dev.larder.relay.DirectBodies;
import dev.larder.relay.LoopTurn;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What all connections of one server share. Any thread.
 *
 * @param pools the origin pool of an event loop
 * @param turns of an event loop
 * @param bodies copies of long bodies for an event loop
 * @param intake makes requests ready to be forwarded
 * @param open connections that were admitted
 * @param draining whether the server is ending: answers then close their connections
 */
record ServerContext(
        Services services,
        Function<EventLoop, OriginPool> pools,
        Function<EventLoop, LoopTurn> turns,
        Function<EventLoop, DirectBodies> bodies,
        Admission admission,
        RequestIntake intake,
        ChannelGroup open,
        AtomicBoolean draining) {

    boolean isDraining() {
        return draining.get();
    }
}
