package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies, in this process, of responses that a store elsewhere holds, so that what is asked for often needs no round trip.
 * Any thread; nothing blocks.
 *
 * <p>It has epochs of its own, and every purge that this process orders or hears of replaces them. A copy is made in three
 * steps: {@link #before} reads these epochs, then the store is asked, then {@link #copy} compares them. So a purge that
 * comes while the store's answer is on its way leaves no copy from before it. Who uses a copy answers for hearing of
 * purges in time; see {@link CacheStore#inTouch}.
 *
 * <p>A copy lives for a while only from when the store was asked, shorter than an intent stands without being renewed. So one that was made before an
 * intent was put is gone before that intent can lapse, which nobody is told of. While an intent stands, no copy is made.
 */
public final class NearCache {

    private final long maxBytes;
    private final Duration longest;
    private final LongSupplier nanoTime;

    /** Replaced as a whole to drop everything: its epochs are of another incarnation then, and match nothing from before. */
    private volatile MemoryStore copies;

    /**
     * An empty one.
     *
     * @param maxBytes what the copies may take; 0 for none
     * @param longest how long a copy lives
     * @param nanoTime the monotonic clock, in nanoseconds
     */
    public NearCache(long maxBytes, Duration longest, LongSupplier nanoTime) {
        this.maxBytes = maxBytes;
        this.longest = longest;
        this.nanoTime = nanoTime;
        this.copies = new MemoryStore(maxBytes, nanoTime, RouteLimits.NONE);
    }

    /** The copy for this request, or null. */
    public Lookup.@Nullable Found peek(StoreKey key, List<PurgeGroup> groups) {
        return maxBytes > 0 && copies.peek(key, groups) instanceof Lookup.Found found ? found : null;
    }

    /**
     * What was there before the store was asked.
     *
     * @param nanos when that was
     */
    public record Before(Epochs epochs, long nanos) {}

    /** To be read before the store is asked for what may be copied; null where nothing will be. */
    public @Nullable Before before(List<PurgeGroup> groups) {
        return maxBytes > 0 ? new Before(copies.read(groups), nanoTime.getAsLong()) : null;
    }

    /**
     * Copies what the store answered with, if no purge of its groups has come since.
     *
     * @param before see {@link #before}
     */
    public void copy(StoreKey key, StoredResponse response, @Nullable Before before) {
        if (before == null) {
            return;
        }
        // The answer may have been long on its way, and an intent put, and left behind, meanwhile.
        Duration left = longest.minusNanos(nanoTime.getAsLong() - before.nanos);
        if (left.compareTo(Duration.ZERO) > 0) {
            CacheStore.PutResult unused = copies.copy(key, response, before.epochs, left);
        }
    }

    /** No copy under this key from before is used from now on. */
    public void drop(StoreKey key) {
        copies.drop(key);
    }

    /** No copy of these groups from before is used from now on. */
    public void purge(Collection<PurgeGroup> groups) {
        if (groups.contains(OwedPurges.EVERYTHING)) {
            clear();
        } else {
            copies.purge(groups);
        }
    }

    /** No copy from before is used from now on. */
    public void clear() {
        copies = new MemoryStore(maxBytes, nanoTime, RouteLimits.NONE);
    }

    /** How many copies there are. */
    public long entries() {
        return copies.status().entries();
    }

    /** What they take, estimated. */
    public long bytes() {
        return copies.status().bytes();
    }
}
