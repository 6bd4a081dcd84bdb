package dev.larder.server;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The gatekeeper of client connections: beyond the bound, a new one gets an early 503, and far beyond it not even that.
 * Any thread.
 */
public final class Admission {

    private final int limit;

    /** Connections open now. */
    private final AtomicInteger open = new AtomicInteger();

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
        return now <= 2L * limit ? Verdict.REFUSED : Verdict.DROPPED;
    }

    void leave() {
        open.decrementAndGet();
    }

    /** Connections open now. */
    public int connections() {
        return open.get();
    }
}
