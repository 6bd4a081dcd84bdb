package dev.larder.store;

import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NearCacheTest {

    private static final Duration LONGEST = Duration.ofSeconds(9);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 100);
    private final NearCache near = new NearCache(1 << 20, LONGEST, nanos::get);

    private void copy(NearCache.@Nullable Before before) {
        near.copy(key("7"), response(key("7"), new Epochs("run", Map.of(), "change", false), "x"), before);
    }

    @Test
    void aCopyLivesFromWhenTheStoreWasAskedAndNotFromWhenItAnswered() {
        NearCache.@Nullable Before before = near.before(GROUPS);
        nanos.addAndGet(LONGEST.toNanos() / 2);
        copy(before);
        nanos.addAndGet(LONGEST.toNanos() / 2 - 1_000_000);
        assertNotNull(near.peek(key("7"), GROUPS));
        nanos.addAndGet(1_000_000);
        assertNull(near.peek(key("7"), GROUPS));
    }

    @Test
    void anAnswerThatWasOnItsWayForLongerThanACopyLivesLeavesNone() {
        NearCache.@Nullable Before before = near.before(GROUPS);
        nanos.addAndGet(LONGEST.toNanos());
        copy(before);
        assertNull(near.peek(key("7"), GROUPS));
    }

    @Test
    void aPurgeWhileTheAnswerIsOnItsWayLeavesNoCopy() {
        NearCache.@Nullable Before before = near.before(GROUPS);
        near.purge(GROUPS);
        copy(before);
        assertNull(near.peek(key("7"), GROUPS));
    }
}
