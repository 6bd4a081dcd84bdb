package dev.larder.bench.torture;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A backend whose answers say whose they are and of which version. One event loop does all of its work, so that every
 * version becomes current at one moment. Starting and closing block.
 */
final class TortureOrigin implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final World world;
    private final Whims whims;
    private final AtomicLong exchanges = new AtomicLong();
    private final LongSupplier nanoTime;
    private volatile long lastMishapNanos;
    private volatile boolean anyMishap;
    private final Channel listening;

    private TortureOrigin(World world, Whims whims, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.world = world;
        this.whims = whims;
        this.listening = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(new OriginHandler(TortureOrigin.this));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    static TortureOrigin start(World world, Whims whims, LongSupplier nanoTime) {
        return new TortureOrigin(world, whims, nanoTime);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort());
    }

    World world() {
        return world;
    }

    Whims whims() {
        return whims;
    }

    /** How many requests have come, questions about sessions included. */
    long exchanges() {
        return exchanges.get();
    }

    long nextExchange() {
        return exchanges.incrementAndGet();
    }

    /** Whether a connection has been ended instead of an answer, or within one, at that time or later. */
    boolean mishapSince(long nanos) {
        return anyMishap && lastMishapNanos - nanos >= 0;
    }

    void mishap() {
        lastMishapNanos = nanoTime.getAsLong();
        anyMishap = true;
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
