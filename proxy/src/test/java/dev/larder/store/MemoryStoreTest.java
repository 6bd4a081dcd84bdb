package dev.larder.store;

import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore.PutResult;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryStoreTest implements CacheStoreContract {

    private static final long MIB = 1 << 20;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private final MemoryStore store = new MemoryStore(StoreSamples.settings("memory"), nanos::get);

    @Override
    public CacheStore store() {
        return store;
    }

    @Override
    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private PutResult put(MemoryStore into, String id, int bodyBytes) {
        StoreKey key = key(id);
        Epochs epochs = await(into.epochs("courses", GROUPS));
        return await(into.put(key, response(key, epochs, "x".repeat(bodyBytes)), HOUR));
    }

    @Test
    void peekAnswersEverything() {
        assertInstanceOf(Lookup.Absent.class, store.peek(key("7"), GROUPS));
        assertEquals(PutResult.STORED, put(store, "7", 3));
        assertEquals("xxx", StoreSamples.body(store.peek(key("7"), GROUPS)));
    }

    @Test
    void epochsAreSharedUntilOneOfThemChanges() {
        Epochs first = store.read(GROUPS);
        assertSame(first, store.read(GROUPS));
        Epochs others = store.read(List.of(StoreSamples.COURSES));
        assertEquals(Set.of("route:courses"), others.tokens().keySet());
        assertEquals(first, store.read(GROUPS));
        store.purge(List.of(StoreSamples.COURSE_7));
        Epochs after = store.read(GROUPS);
        assertNotEquals(first.tokens(), after.tokens());
        assertNotEquals(first.change(), after.change());
        assertNotEquals(
                after.change(), store.read(List.of(StoreSamples.LESSONS)).change());
    }

    @Test
    void bytesStayWithinTheBoundWhateverComes() {
        MemoryStore small = new MemoryStore(StoreSamples.settings("memory", "", MIB), nanos::get);
        for (int i = 0; i < 2_000; i++) {
            assertEquals(PutResult.STORED, put(small, "id" + i, 10_000));
        }
        CacheStore.StoreStatus status = small.status();
        assertTrue(status.bytes() <= MIB, status.toString());
        assertTrue(status.entries() >= 50 && status.entries() <= 100, status.toString());
    }

    @Test
    void whatIsAskedForOftenOutlivesAFloodOfOthers() {
        MemoryStore small = new MemoryStore(StoreSamples.settings("memory", "", MIB), nanos::get);
        assertEquals(PutResult.STORED, put(small, "hot", 10_000));
        for (int i = 0; i < 2_000; i++) {
            assertEquals(PutResult.STORED, put(small, "id" + i, 10_000));
            assertInstanceOf(Lookup.Found.class, small.peek(key("hot"), GROUPS), "after " + i);
            pass(Duration.ofMillis(100));
        }
    }

    @Test
    void aResponseThatWouldTakeMoreThanAQuarterIsRefused() {
        MemoryStore small = new MemoryStore(StoreSamples.settings("memory", "", MIB), nanos::get);
        assertEquals(PutResult.TOO_LARGE, put(small, "7", 300_000));
        assertEquals(PutResult.STORED, put(small, "7", 200_000));
    }

    @Test
    void variantsOfOneKeyStayWithinHalfOfTheStore() {
        MemoryStore small = new MemoryStore(StoreSamples.settings("memory", "", MIB), nanos::get);
        for (int i = 0; i < 8; i++) {
            StoreKey key = key("7", "X-A", "v" + i);
            Epochs epochs = await(small.epochs("courses", GROUPS));
            StoredResponse response = response(key, epochs, "x".repeat(200_000), "Vary", "X-A");
            assertEquals(PutResult.STORED, await(small.put(key, response, HOUR)));
            assertInstanceOf(Lookup.Found.class, small.peek(key, GROUPS));
        }
        assertTrue(small.status().bytes() <= MIB / 2 + 10_000, small.status().toString());
    }

    @Test
    void leastRecentlyUsedVariantGoesFirst() {
        for (int i = 0; i < 8; i++) {
            putVariant("v" + i);
            pass(Duration.ofSeconds(1));
        }
        assertInstanceOf(Lookup.Found.class, store.peek(key("7", "X-A", "v0"), GROUPS));
        pass(Duration.ofSeconds(1));
        putVariant("v8");
        assertInstanceOf(Lookup.Found.class, store.peek(key("7", "X-A", "v0"), GROUPS));
        assertInstanceOf(Lookup.Absent.class, store.peek(key("7", "X-A", "v1"), GROUPS));
    }

    private void putVariant(String value) {
        StoreKey key = key("7", "X-A", value);
        Epochs epochs = await(store.epochs("courses", GROUPS));
        assertEquals(PutResult.STORED, await(store.put(key, response(key, epochs, value, "Vary", "X-A"), HOUR)));
    }

    @Test
    void whatALookupFindsDeadIsDropped() {
        assertEquals(PutResult.STORED, put(store, "7", 1_000));
        assertEquals(1, store.status().entries());
        Intent intent = await(store.intend(GROUPS));
        assertTrue(await(intent.purge(GROUPS)));
        assertEquals(1, store.status().entries());
        assertInstanceOf(Lookup.Absent.class, store.peek(key("7"), GROUPS));
        assertEquals(0, store.status().entries());
        assertEquals(0, store.status().bytes());
    }

    @Test
    void maxEntriesOfARouteIsHeldAndFollowsAReload() {
        AtomicLong limit = new AtomicLong(10);
        MemoryStore limited =
                new MemoryStore(StoreSamples.settings("memory"), nanos::get, route -> OptionalLong.of(limit.get()));
        for (int i = 0; i < 100; i++) {
            assertEquals(PutResult.STORED, put(limited, "id" + i, 10));
            assertTrue(limited.status().entries() <= 11, "after " + i);
        }
        limit.set(3);
        assertEquals(PutResult.STORED, put(limited, "more", 10));
        assertEquals(PutResult.STORED, put(limited, "more2", 10));
        assertTrue(limited.status().entries() <= 4, limited.status().toString());
    }

    @Test
    void groupsBeyondTheBoundLoseTheirEpochsAndWithThemTheirResponses() {
        MemoryEpochs epochs = new MemoryEpochs(nanos::get);
        PurgeGroup first = new PurgeGroup("route:r:id=first", "r");
        Epochs before = epochs.read("r", List.of(first));
        for (int i = 0; i < MemoryEpochs.GROUPS * 2; i++) {
            epochs.purge(List.of(new PurgeGroup("route:s:id=" + i, "")));
        }
        boolean stillCurrent = epochs.current(before, List.of(first));
        Epochs after = epochs.read("r", List.of(first));
        assertEquals(stillCurrent, before.tokens().equals(after.tokens()));
    }

    @Test
    void moreHoldsThanAreCountedHoldEverything() {
        MemoryEpochs epochs = new MemoryEpochs(nanos::get);
        PurgeGroup bystander = new PurgeGroup("route:b", "b");
        Epochs before = epochs.read("b", List.of(bystander));
        List<PurgeGroup> many = java.util.stream.IntStream.range(0, 10_001)
                .mapToObj(i -> new PurgeGroup("route:r:id=" + i, "r"))
                .toList();
        epochs.hold(many, Duration.ofSeconds(2));
        assertTrue(epochs.read("b", List.of(bystander)).held());
        pass(Duration.ofSeconds(3));
        Epochs after = epochs.read("b", List.of(bystander));
        assertTrue(!after.held() && !after.tokens().equals(before.tokens()), after.toString());
    }
}
