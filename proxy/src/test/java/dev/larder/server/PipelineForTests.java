package dev.larder.server;

import dev.larder.exchange.Services;
import dev.larder.origin.OriginPool;
import dev.larder.relay.DirectBodies;
import dev.larder.relay.LoopTurn;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The pipeline of a client's connection, for tests that bring channels of their own. */
public final class PipelineForTests {

    private PipelineForTests() {}

    /** What is added to a channel before it is registered; to any number of them. */
    public static ChannelHandler of(Services services, Function<EventLoop, OriginPool> pools) {
        return new ProxyPipeline(new ServerContext(
                services,
                pools,
                LoopTurn::new,
                loop -> new DirectBodies(0),
                new Admission(services.settings().bounds().connections()),
                new RequestIntake(
                        new Forwarding(services.settings().trustedProxies()),
                        services.settings().backend().getAuthority()),
                new DefaultChannelGroup(GlobalEventExecutor.INSTANCE),
                new AtomicBoolean()));
    }
}
