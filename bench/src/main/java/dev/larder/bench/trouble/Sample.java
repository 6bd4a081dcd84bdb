package dev.larder.bench.trouble;

/**
 * One answered request of a steady load.
 *
 * @param dueNanos when it was due, by the load's clock
 * @param micros from then to the end of its answer
 * @param checked a read of what edits change
 * @param stale a read that was answered with less than had been written when it was sent
 * @param failure empty, or what came instead of the expected answer
 */
public record Sample(
        Kind kind, long dueNanos, long micros, boolean hit, boolean checked, boolean stale, String failure) {

    /** Whether it got another answer than expected, or none. */
    public boolean failed() {
        return !failure.isEmpty();
    }

    /** What it was. */
    public enum Kind {
        READ,
        WRITE
    }
}
