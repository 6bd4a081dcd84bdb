package dev.larder.exchange;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one through at a time, no sooner than an interval after the one before. Any thread. */
final class Pace {

    private final LongSupplier nanoTime;
    private final long intervalNanos;
    private final AtomicLong next;

    Pace(Duration interval, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.intervalNanos = interval.toNanos();
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /** Whether it is time for one more, which then has gone. */
    boolean allows() {
        long now = nanoTime.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + intervalNanos);
    }
}
