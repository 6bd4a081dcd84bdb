package dev.larder.rig;

import dev.larder.cli.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Both clocks of a sidecar, ahead of the machine's by as much as the test says. */
public final class TestClock {

    private final AtomicLong aheadNanos = new AtomicLong();

    /** Lets time pass. */
    public void advance(Duration by) {
        aheadNanos.addAndGet(by.toNanos());
    }

    /** As a sidecar takes them. */
    public Clocks clocks() {
        return new Clocks(() -> Instant.now().plusNanos(aheadNanos.get()), () -> System.nanoTime() + aheadNanos.get());
    }
}
