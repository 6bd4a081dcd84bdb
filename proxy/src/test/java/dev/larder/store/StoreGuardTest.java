package dev.larder.store;

import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreGuardTest {

    private static final Lookup ABSENT =
            new Lookup.Absent(Lookup.Why.ABSENT, new Epochs("run", Map.of(), "change", false));
    private static final Lookup TIMEOUT = new Lookup.Unavailable("store-timeout");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 100);
    private final Scripted scripted = new Scripted();

    /** What a first probe waits for: a sixteenth of a second's retry. */
    private static final Duration FIRST = Duration.ofMillis(1_000).dividedBy(16);

    /** Opens after five failures, tries again soon, and at last every second. */
    private final StoreGuard guard =
            new StoreGuard(scripted, StoreSamples.settings("memory"), nanos::get, StoreListener.NOBODY);

    private Lookup look() {
        return await(guard.lookup(key("7"), GROUPS));
    }

    private void open() {
        scripted.answer = TIMEOUT;
        for (int i = 0; i < 5; i++) {
            assertEquals(TIMEOUT, look());
        }
        scripted.lookups = 0;
    }

    @Test
    void anOpenCircuitAnswersAtOnceAndAsksNothing() {
        open();
        Lookup.Unavailable unavailable = assertInstanceOf(Lookup.Unavailable.class, look());
        assertEquals(StoreGuard.OPEN, unavailable.detail());
        assertEquals(unavailable, guard.peek(key("7"), GROUPS));
        assertNull(await(guard.epochs("courses", GROUPS)));
        StoredResponse any = response(key("7"), new Epochs("run", Map.of(), "change", false), "x");
        assertEquals(CacheStore.PutResult.UNAVAILABLE, await(guard.put(key("7"), any, HOUR)));
        assertEquals(0, scripted.lookups);
        assertFalse(guard.status().usable());
    }

    @Test
    void failuresThatAreNotInARowDoNotOpen() {
        for (int i = 0; i < 20; i++) {
            scripted.answer = i % 5 == 4 ? ABSENT : TIMEOUT;
            assertEquals(scripted.answer, look());
        }
        assertTrue(guard.status().usable());
    }

    @Test
    void aStoreThatRefusesForAnOwedPurgeIsNotInTrouble() {
        scripted.answer = new Lookup.Unavailable(StoreGuard.OWED);
        for (int i = 0; i < 20; i++) {
            assertEquals(scripted.answer, look());
        }
        assertTrue(guard.status().usable());
    }

    @Test
    void aStoreOfWhichAPartIsAwayIsStillAskedForTheRest() {
        for (String free : List.of(StoreGuard.AWAY, StoreGuard.UNCONFIRMED)) {
            scripted.answer = new Lookup.Unavailable(free);
            for (int i = 0; i < 20; i++) {
                assertEquals(scripted.answer, look());
            }
            assertTrue(guard.status().usable());
        }
    }

    @Test
    void theCircuitIsClosedByTheLossOfTheStoreAsAWholeSoThatWhoComesBackIsUsedAtOnce() {
        open();
        scripted.known = new Lookup.Unavailable(StoreGuard.AWAY);
        assertEquals(scripted.known, guard.peek(key("7"), GROUPS));
        scripted.known = null;
        scripted.answer = ABSENT;
        assertNull(guard.peek(key("7"), GROUPS));
        assertEquals(ABSENT, look());
        assertEquals(1, scripted.lookups, "no retry was waited for");
    }

    @Test
    void aPartThatIsAwayLeavesTheCircuitOpenForOneThatIsSlow() {
        open();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        scripted.answer = new Lookup.Unavailable(StoreGuard.AWAY);
        assertEquals(scripted.answer, look(), "the probe");
        assertEquals(new Lookup.Unavailable(StoreGuard.OPEN), look());
    }

    @Test
    void oneProbeGoesOutAfterTheRetryAndClosesTheCircuitWhenItIsAnswered() {
        open();
        nanos.addAndGet(FIRST.toNanos() - 1);
        look();
        assertEquals(0, scripted.lookups);
        nanos.incrementAndGet();
        assertNull(guard.peek(key("7"), GROUPS), "a lookup is the probe");
        scripted.pending = new CompletableFuture<>();
        CompletionStage<Lookup> probe = guard.lookup(key("7"), GROUPS);
        assertEquals(1, scripted.lookups);
        look();
        assertEquals(1, scripted.lookups, "only one probe");
        scripted.pending.complete(ABSENT);
        assertEquals(ABSENT, await(probe));
        scripted.pending = null;
        scripted.answer = ABSENT;
        assertEquals(ABSENT, look());
        assertTrue(guard.status().usable());
    }

    @Test
    void aProbeThatFailsKeepsItOpenForTwiceAsLongUpToTheRetry() {
        open();
        Duration wait = FIRST;
        for (int probes = 1; probes < 8; probes++) {
            nanos.addAndGet(wait.toNanos() - 1);
            look();
            assertEquals(probes - 1, scripted.lookups, "not yet after " + wait);
            nanos.incrementAndGet();
            assertEquals(TIMEOUT, look());
            assertEquals(probes, scripted.lookups);
            wait = wait.toMillis() < 500 ? wait.multipliedBy(2) : Duration.ofSeconds(1);
        }
    }

    @Test
    void lookupsThatFailAfterItHasOpenedDoNotPutTheProbeOff() {
        scripted.pending = new CompletableFuture<>();
        CompletionStage<Lookup> late = guard.lookup(key("7"), GROUPS);
        CompletableFuture<Lookup> ofLate = scripted.pending;
        scripted.pending = null;
        open();
        nanos.addAndGet(FIRST.toNanos());
        ofLate.complete(TIMEOUT);
        assertEquals(TIMEOUT, await(late));
        scripted.answer = ABSENT;
        assertEquals(ABSENT, look(), "the probe");
        assertTrue(guard.status().usable());
    }

    @Test
    void aStageThatFailsCountsAsAFailure() {
        for (int i = 0; i < 5; i++) {
            scripted.pending = new CompletableFuture<>();
            CompletionStage<Lookup> lookup = guard.lookup(key("7"), GROUPS);
            scripted.pending.completeExceptionally(new IllegalStateException("a bug"));
            assertTrue(lookup.toCompletableFuture().isCompletedExceptionally());
        }
        assertFalse(guard.status().usable());
    }

    @Test
    void intentsPassAnOpenCircuit() {
        open();
        assertTrue(await(guard.intend(GROUPS)).standing());
        assertEquals(1, scripted.intents);
    }

    /** Answers as it is told. */
    private static final class Scripted implements CacheStore {

        private Lookup answer = ABSENT;

        /** What is known without asking. */
        private @Nullable Lookup known;

        private @Nullable CompletableFuture<Lookup> pending;
        private int lookups;
        private int intents;

        @Override
        public @Nullable Lookup peek(StoreKey key, List<PurgeGroup> groups) {
            return known;
        }

        @Override
        public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
            lookups++;
            return pending != null ? pending : CompletableFuture.completedFuture(answer);
        }

        @Override
        public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
            throw new AssertionError("asked through an open circuit");
        }

        @Override
        public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
            throw new AssertionError("stored through an open circuit");
        }

        @Override
        public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
            intents++;
            return CompletableFuture.completedFuture(new MemoryIntent(new MemoryEpochs(() -> 0)));
        }

        @Override
        public void listen(PurgeListener listener) {}

        @Override
        public boolean inTouch() {
            return true;
        }

        @Override
        public StoreStatus status() {
            return new StoreStatus("scripted", true, 0, 0, 0, "");
        }

        @Override
        public void close() {}
    }
}
