package dev.larder.store.redis;

import dev.larder.store.RouteLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is stored, and whether there is room for more. Any thread.
 *
 * <p>Approximate: it is what the last sweep of the store found, and what the sidecars have stored and removed since as far as they have
 * told each other. What has run out since is counted until the next sweep, which is due at the latest when a bound comes near.
 *
 * <p>From nine tenths of a bound on, only what is offered a second time is stored, so that a flood of keys that nobody asks for again
 * stops there; at the bound only what is there already is replaced.
 */
final class StoredCounts {

    /** For the objects of the server around a stored response. */
    private static final int OVERHEAD_BYTES = 250;

    /** How much there is. */
    record Count(long entries, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count plus(long moreEntries, long moreBytes) {
            return new Count(entries + moreEntries, bytes + moreBytes);
        }
    }

    /** What becomes of a fill. */
    enum Room {
        FREE,
        /** Only in place of what is there. */
        REPLACE_ONLY
    }

    private final long maxBytes;
    private final RouteLimits limits;
    private final AskedBefore asked = new AskedBefore();
    private final AtomicLong refused = new AtomicLong();

    /** What the servers have room for; there is no bound but this where nothing can be counted. */
    private volatile long serverBytes = Long.MAX_VALUE;

    private volatile boolean countable = true;

    /** By route, as the store last said; guarded by {@code this}, as are the next three. */
    private Map<String, Count> known = new HashMap<>();

    /** By route, what this process has to tell, and is telling. */
    private Map<String, Count> untold = new HashMap<>();

    private Map<String, Count> telling = new HashMap<>();
    private Count all = Count.NONE;

    StoredCounts(long maxBytes, RouteLimits limits) {
        this.maxBytes = maxBytes;
        this.limits = limits;
    }

    /** About what a response takes. */
    static long bytes(String key, String field, String mark, byte[] value) {
        return OVERHEAD_BYTES + key.length() + 2L * field.length() + mark.length() + value.length;
    }

    /** What all of it may take: a quarter of the servers' memory is left to purging and to everything else. */
    long maxBytes() {
        return Math.min(maxBytes, serverBytes);
    }

    long maxEntries(String route) {
        return limits.maxEntries(route).orElse(Long.MAX_VALUE);
    }

    /** From there on room is to be made. */
    static long near(long bound) {
        return bound - bound / 10;
    }

    void servers(long maxMemoryBytes) {
        serverBytes = maxMemoryBytes == 0 ? Long.MAX_VALUE : maxMemoryBytes / 4 * 3;
    }

    /** Whether sweeping is allowed; else nobody could say what has left, and bounds hold nothing up. */
    void countable(boolean can) {
        countable = can;
    }

    Room room(String route, String key, long bytes) {
        if (!countable) {
            return Room.FREE;
        }
        long entries;
        long taken;
        synchronized (this) {
            entries = sum(route).entries + 1;
            taken = all.bytes + bytes;
        }
        if (entries > maxEntries(route) || taken > maxBytes()) {
            return Room.REPLACE_ONLY;
        }
        boolean near = entries > near(maxEntries(route)) || taken > near(maxBytes());
        return near && !asked.test(key) ? Room.REPLACE_ONLY : Room.FREE;
    }

    void refused() {
        refused.incrementAndGet();
    }

    long refusals() {
        return refused.get();
    }

    /** Whether room is to be made for something of this route. */
    synchronized boolean isNear(String route) {
        return countable && (sum(route).entries >= near(maxEntries(route)) || all.bytes >= near(maxBytes()));
    }

    synchronized void add(String route, long entries, long bytes) {
        untold.merge(route, new Count(entries, bytes), (a, b) -> a.plus(b.entries, b.bytes));
        all = all.plus(entries, bytes);
    }

    /** What others do not know yet; it is told until {@link #told}. Empty where there is nothing. */
    synchronized Map<String, Count> tell() {
        untold.forEach((route, count) -> telling.merge(route, count, (a, b) -> a.plus(b.entries, b.bytes)));
        untold = new HashMap<>();
        return Map.copyOf(telling);
    }

    /** They know. */
    synchronized void told() {
        telling = new HashMap<>();
    }

    synchronized boolean hasUntold() {
        return !untold.isEmpty() || !telling.isEmpty();
    }

    /** What the store says. */
    synchronized void learn(Map<String, Count> counts) {
        known = new HashMap<>(counts);
        long entries = 0;
        long bytes = 0;
        for (Map<String, Count> some : java.util.List.of(known, untold, telling)) {
            for (Count count : some.values()) {
                entries += count.entries;
                bytes += count.bytes;
            }
        }
        all = new Count(entries, bytes);
    }

    synchronized Count total() {
        return new Count(Math.max(0, all.entries), Math.max(0, all.bytes));
    }

    private Count sum(String route) {
        Count count = known.getOrDefault(route, Count.NONE);
        for (Map<String, Count> some : java.util.List.of(untold, telling)) {
            Count more = some.getOrDefault(route, Count.NONE);
            count = count.plus(more.entries, more.bytes);
        }
        return count;
    }
}
