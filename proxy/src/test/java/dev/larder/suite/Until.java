package dev.larder.suite;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;

/** Waits for what another thread will bring about, with a deadline. */
final class Until {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private Until() {}

    /** Returns once the condition holds; fails the test if it does not within the deadline. */
    static void holds(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                Assertions.fail("what was waited for has not come about in 10 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
