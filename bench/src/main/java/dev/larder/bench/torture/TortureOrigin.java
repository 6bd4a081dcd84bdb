package dev.larder.bench.torture;

import dev.larder.bench.stage.LoopbackServer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A backend whose answers say whose they are and of which version. One event loop does all of its work, so that every
 * version becomes current at one moment. Starting and closing block.
 */
final class TortureOrigin implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final World world;
    private final Whims whims;
    private final AtomicLong exchanges = new AtomicLong();
    private final LongSupplier nanoTime;
    private volatile long lastMishapNanos;
    private volatile boolean anyMishap;
    private final LoopbackServer server;

    private TortureOrigin(World world, Whims whims, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.world = world;
        this.whims = whims;
        this.server = LoopbackServer.start(connection -> connection
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                .addLast(new OriginHandler(this)));
    }

    static TortureOrigin start(World world, Whims whims, LongSupplier nanoTime) {
        return new TortureOrigin(world, whims, nanoTime);
    }

    URI address() {
        return server.address();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
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
        server.close();
    }
}
