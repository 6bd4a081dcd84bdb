package dev.larder.store.redis;

/** How much is left for how long: a histogram of what is stored by the time that is left to it. Not thread-safe. */
final class Remaining {

    private static final int PER_OCTAVE = 8;
    private static final int OCTAVES = 48;

    private final long[] amounts = new long[PER_OCTAVE * OCTAVES];

    /** The part of the histogram for a time that is left, in milliseconds. */
    static int slot(long millis) {
        if (millis < PER_OCTAVE) {
            return (int) Math.max(0, millis);
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(millis);
        int part = (int) (millis >>> (octave - 3)) & (PER_OCTAVE - 1);
        return Math.min(PER_OCTAVE * OCTAVES - 1, PER_OCTAVE * (octave - 2) + part);
    }

    void add(long millis, long amount) {
        amounts[slot(millis)] += amount;
    }

    /** Up to which slot, nearest to its end first, there is so much; -1 where nothing is wanted. */
    int upTo(long wanted) {
        long sum = 0;
        int slot = -1;
        while (sum < wanted && slot + 1 < amounts.length) {
            slot++;
            sum += amounts[slot];
        }
        return slot;
    }
}
