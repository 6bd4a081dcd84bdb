package dev.larder.cli;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a process: ages go by the first, durations and deadlines by the second.
 *
 * @param wall the wall clock
 * @param nanoTime the monotonic clock, in nanoseconds
 */
public record Clocks(InstantSource wall, LongSupplier nanoTime) {

    /** The clocks of this machine. */
    public static Clocks system() {
        return new Clocks(InstantSource.system(), System::nanoTime);
    }
}
