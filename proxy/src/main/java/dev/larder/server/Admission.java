package dev.larder.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The gatekeeper of client connections: beyond the bound, a new one gets an early 503, and far beyond it not even that.
 * Any thread.
 */
public final class Admission {

    private final int limit;

    /** Connections open now. */
    private final AtomicInteger open = new AtomicInteger();

    /** Connections that got a 503, and those that did not even get that. */
    private final LongAdder refused = new LongAdder();

    private final LongAdder dropped = new LongAdder();

    /** Admits so many connections at once. */
    public Admission(int limit) {
        this.limit = limit;
    }

    /** What becomes of a new connection. */
    enum Verdict {
        ADMITTED,
        REFUSED,
        DROPPED
    }

    /** One more; it counts in any case, until {@link #leave()}. */
    Verdict enter() {
        int now = open.incrementAndGet();
        if (now <= limit) {
            return Verdict.ADMITTED;
        }
        if (now <= 2L * limit) {
            refused.increment();
            return Verdict.REFUSED;
        }
        dropped.increment();
        return Verdict.DROPPED;
    }

    void leave() {
        open.decrementAndGet();
    }

    /** Connections open now. */
    public int connections() {
        return open.get();
    }

    /** Connections that were answered with 503 and nothing else. */
    long refused() {
        return refused.sum();
    }

    /** Connections that were closed without an answer. */
    long dropped() {
        return dropped.sum();
    }
}
