package dev.larder.server;

import java.util.concurrent.atomic.AtomicInteger;

/** The gatekeeper of client connections: beyond the bound, a new one gets an early 503. Any thread. */
public final class Admission {

    private final int limit;

    /** Connections open now. */
    private final AtomicInteger open = new AtomicInteger();

    /** Admits so many connections at once. */
    public Admission(int limit) {
        this.limit = limit;
    }

    /** Whether one more is admitted; counts it in any case, until {@link #leave()}. */
    boolean enter() {
        return open.incrementAndGet() <= limit;
    }

    void leave() {
        open.decrementAndGet();
    }

    /** Connections open now. */
    public int connections() {
        return open.get();
    }
}
