package dev.larder.server;

import dev.larder.exchange.Services;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginSettings;
import dev.larder.relay.DirectBodies;
import dev.larder.relay.LoopTurn;
import dev.larder.settings.Settings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Listens for visitors, and ends without losing a request that was accepted. Any thread. */
public final class ProxyServer {

    /** Tells a connection that is between two requests to close. */
    static final Object DRAIN = new Object();

    /** What the system may keep unsent for one visitor. */
    private static final long UNSENT_BYTES = 256 * 1024;

    /** What copies of long stored bodies in direct memory may take. */
    private static final long DIRECT_BODIES_BYTES = 16 << 20;

    private final Services services;
    private final EventLoopGroup loops;
    private final int loopCount;
    private final Transports transport;
    private final Map<EventLoop, OriginPool> pools = new ConcurrentHashMap<>();
    private final Map<EventLoop, LoopTurn> turns = new ConcurrentHashMap<>();
    private final Map<EventLoop, DirectBodies> bodies = new ConcurrentHashMap<>();
    private final ChannelGroup listening = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup admin = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Admission admission;
    private final Forwarding forwarding;

    /**
     * A server that does not listen yet.
     *
     * @param loops whose {@code loopCount} event loops serve connections, each with its own pool to the origin
     */
    public ProxyServer(Services services, EventLoopGroup loops, int loopCount, Transports transport) {
        this.services = services;
        this.loops = loops;
        this.loopCount = loopCount;
        this.transport = transport;
        this.admission = new Admission(services.settings().bounds().connections());
        this.forwarding = new Forwarding(services.settings().trustedProxies());
    }

    /**
     * Binds and listens.
     *
     * @return the address bound, with the port that the system chose where 0 was asked for
     * @throws IllegalStateException if the address cannot be bound, naming it
     */
    public InetSocketAddress listen(Settings.Address address) {
        ServerContext context = new ServerContext(
                services,
                this::pool,
                loop -> turns.computeIfAbsent(loop, LoopTurn::new),
                loop -> bodies.computeIfAbsent(loop, own -> new DirectBodies(DIRECT_BODIES_BYTES / loopCount)),
                admission,
                new RequestIntake(forwarding, services.settings().backend().getAuthority()),
                open,
                draining);
        return bind(address, new ProxyPipeline(context), true, listening);
    }

    /** Binds the admin address, whose connections are not part of draining: it answers until the end of it. */
    public InetSocketAddress listenAdmin(Settings.Address address, ChannelInitializer<Channel> pipeline) {
        return bind(address, pipeline, false, admin);
    }

    private InetSocketAddress bind(
            Settings.Address address, ChannelInitializer<Channel> pipeline, boolean readsOnDemand, ChannelGroup into) {
        Channel bound;
        try {
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .group(loops)
                    .channelFactory(transport.server())
                    .option(ChannelOption.SO_BACKLOG, 4096)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.AUTO_READ, !readsOnDemand)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, readsOnDemand)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 128 * 1024))
                    .childHandler(pipeline);
            if (transport.unsentLimit() != null) {
                bootstrap.childOption(transport.unsentLimit(), UNSENT_BYTES);
            }
            bound = bootstrap
                    .bind(address.host(), address.port())
                    .syncUninterruptibly()
                    .channel();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            // Netty rethrows the cause unwrapped.
            throw new IllegalStateException(
                    "cannot listen on " + address.host() + ":" + address.port() + ": " + failure.getMessage()
                            + "; free the port or name another address",
                    failure);
        }
        into.add(bound);
        return (InetSocketAddress) bound.localAddress();
    }

    private OriginPool pool(EventLoop loop) {
        return pools.computeIfAbsent(loop, own -> {
            Settings settings = services.settings();
            Settings.Bounds bounds = settings.bounds();
            return new OriginPool(
                    own,
                    transport.client(),
                    new OriginSettings(
                            settings.backend(),
                            settings.timeouts().connect(),
                            settings.timeouts().responseHead(),
                            settings.timeouts().bodyIdle(),
                            Math.max(1, bounds.originConnections() / loopCount),
                            Math.max(1, bounds.originQueue() / loopCount),
                            bounds.headBytes()),
                    services.nanoTime());
        });
    }

    /** The pool of one event loop, for questions that no visitor's connection carries. Any thread may ask for it. */
    public OriginPool poolOf(EventLoop loop) {
        return pool(loop);
    }

    /** Whether the server is ending: a new visitor should be sent elsewhere. Any thread. */
    public boolean isDraining() {
        return draining.get();
    }

    /** Client connections open now. */
    public int connections() {
        return admission.connections();
    }

    /** Connections that were answered with 503 because there were too many. */
    public long refusedConnections() {
        return admission.refused();
    }

    /** Connections that were closed without an answer because there were far too many. */
    public long droppedConnections() {
        return admission.dropped();
    }

    /**
     * Stops listening, lets open requests end for as long as {@code patience}, then closes what is left. Blocks; not for
     * an event loop. Only the first call does anything.
     *
     * @return how many connections were cut off
     */
    public int drain(Duration patience) throws InterruptedException {
        if (draining.getAndSet(true)) {
            return 0;
        }
        var unused = listening.close().await(patience.toMillis(), TimeUnit.MILLISECONDS);
        open.forEach(channel -> channel.pipeline().fireUserEventTriggered(DRAIN));
        boolean ended = open.newCloseFuture().await(patience.toMillis(), TimeUnit.MILLISECONDS);
        int cut = ended ? 0 : open.size();
        var unusedToo = open.close().await(1, TimeUnit.SECONDS);
        bodies.forEach((loop, copies) -> loop.execute(copies::close));
        var unusedThree = admin.close();
        return cut;
    }
}
