package dev.larder.rig;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens in the sidecar, with a deadline. */
public final class Until {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {

        /** Whether it is so. */
        boolean holds() throws Exception;
    }

    private Until() {}

    /** Returns as soon as it is so; fails, saying {@code what}, if it never is. */
    public static void holds(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 30 s: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
