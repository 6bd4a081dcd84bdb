package dev.larder.admin;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, as counts by size: four steps to each doubling, from a microsecond to more than an hour, so that a
 * percentile is at most a quarter too high. Recording is one addition without a lock. Any thread.
 */
final class Latencies {

    private static final int STEPS = 4;
    static final int COUNTS = 32 * STEPS;

    private final LongAdder[] counts = new LongAdder[COUNTS];
    private final LongAdder micros = new LongAdder();

    Latencies() {
        for (int i = 0; i < COUNTS; i++) {
            counts[i] = new LongAdder();
        }
    }

    void record(Duration took) {
        long length = Math.max(0, took.toNanos() / 1_000);
        counts[place(length)].increment();
        micros.add(length);
    }

    /** The place of the smallest bound that is not exceeded. */
    private static int place(long length) {
        if (length < STEPS) {
            return (int) length;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(length);
        int step = (int) (length >>> (doubling - 2)) & (STEPS - 1);
        return Math.min(COUNTS - 1, (doubling - 1) * STEPS + step);
    }

    /** The largest length at a place, in microseconds. */
    private static long bound(int place) {
        if (place < STEPS) {
            return place;
        }
        int doubling = place / STEPS + 1;
        return ((STEPS + place % STEPS + 1L) << (doubling - 2)) - 1;
    }

    long count() {
        long sum = 0;
        for (LongAdder one : counts) {
            sum += one.sum();
        }
        return sum;
    }

    /** All together, in microseconds. */
    long totalMicros() {
        return micros.sum();
    }

    /** What {@code percent} of all do not exceed, in milliseconds; 0 where there are none. */
    double percentileMillis(double percent) {
        return percentileMillis(now(), percent);
    }

    /** How often each length was recorded so far. */
    long[] now() {
        long[] now = new long[COUNTS];
        for (int i = 0; i < COUNTS; i++) {
            now[i] = counts[i].sum();
        }
        return now;
    }

    /** The same of some lengths that {@link #now} gave, or the difference of two such. */
    static double percentileMillis(long[] now, double percent) {
        long all = Arrays.stream(now).sum();
        long wanted = (long) Math.ceil(all * percent / 100);
        long seen = 0;
        for (int i = 0; i < COUNTS && all > 0; i++) {
            seen += now[i];
            if (seen >= wanted) {
                return bound(i) / 1_000.0;
            }
        }
        return 0;
    }
}
