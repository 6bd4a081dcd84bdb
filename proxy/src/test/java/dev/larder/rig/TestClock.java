package dev.larder.rig;

import dev.larder.cli.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Both clocks of a sidecar, ahead of the machine's by as much as the test says. */
public final class TestClock {

    private final AtomicLong aheadNanos = new AtomicLong();
    private final AtomicLong wallAheadNanos = new AtomicLong();

    /** Lets time pass. */
    public void advance(Duration by) {
        aheadNanos.addAndGet(by.toNanos());
    }

    /** Lets responses age, while what is measured by the monotonic clock goes on as before: leases and timeouts. */
    public void advanceWall(Duration by) {
        wallAheadNanos.addAndGet(by.toNanos());
    }

    /** As a sidecar takes them. */
    public Clocks clocks() {
        return new Clocks(
                () -> Instant.now().plusNanos(aheadNanos.get() + wallAheadNanos.get()),
                () -> System.nanoTime() + aheadNanos.get());
    }
}
