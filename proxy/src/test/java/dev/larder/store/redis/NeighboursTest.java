package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.rig.AdjustedStore;
import dev.larder.rig.Gate;
import dev.larder.rig.StoreLoops;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.PurgeListener;
import dev.larder.store.StoreSamples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several sidecars on one server: what one purges, no other answers from memory. */
class NeighboursTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final PurgeGroup COURSES = new PurgeGroup("route:courses", "courses");
    private static final List<PurgeGroup> GROUPS = List.of(COURSES, new PurgeGroup("route:courses:id=7", "courses"));

    private static RealRedis redis;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void flush() {
        redis.commands().flushall();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** A sidecar's store, and what it was told. */
    private final class Sidecar {
        private final RedisStore store;
        private final ConcurrentLinkedQueue<Collection<PurgeGroup>> heard = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Collection<PurgeGroup>> holds = new ConcurrentLinkedQueue<>();
        private final AtomicInteger gaps = new AtomicInteger();

        private Sidecar(int port, Duration lease, String rules) {
            this(port, lease, rules, TIMEOUT, Duration.ofSeconds(10));
        }

        private Sidecar(int port, Duration lease, String rules, Duration timeout, Duration intentLease) {
            store = RedisStore.connect(
                    AdjustedStore.of(StoreSamples.settings("redis://127.0.0.1:" + port))
                            .intentLease(intentLease)
                            .memberLease(lease)
                            .done(),
                    timeout,
                    System::nanoTime,
                    () -> rules,
                    StoreLoops.get());
            store.listen(new PurgeListener() {
                @Override
                public void purged(Collection<PurgeGroup> groups) {
                    heard.add(groups);
                }

                @Override
                public void held(Collection<PurgeGroup> groups, Duration length) {
                    holds.add(groups);
                }

                @Override
                public void missedSome() {
                    gaps.incrementAndGet();
                }
            });
            open.add(store::close);
        }

        private Lookup find() {
            return await(store.lookup(key("7"), GROUPS));
        }

        private void fill(String body) {
            Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, find());
            assertEquals(PutResult.STORED, await(store.put(key("7"), response(key("7"), absent.epochs(), body), HOUR)));
        }

        private boolean hasCopy() {
            return store.peek(key("7"), GROUPS) instanceof Lookup.Found;
        }

        /** Looks up until there is a copy: none is made while the lease does not count. */
        private void copy() {
            until("copied", () -> {
                Lookup unused = find();
                return hasCopy();
            });
        }

        private boolean purge(PurgeGroup... groups) {
            Intent intent = await(store.intend(List.of(COURSES)));
            boolean applied = await(intent.purge(List.of(groups)));
            assertTrue(await(intent.done()));
            return applied;
        }
    }

    private Sidecar sidecar() {
        return sidecar(redis.port(), Duration.ofSeconds(3), "rules");
    }

    private Sidecar sidecar(int port, Duration lease, String rules) {
        Sidecar sidecar = new Sidecar(port, lease, rules);
        RedisStore unused = Stores.ready(sidecar.store);
        return sidecar;
    }

    /** One whose intents lapse soon. */
    private Sidecar hasty(int port, Duration timeout) {
        Sidecar hasty = new Sidecar(port, Duration.ofSeconds(1), "rules", timeout, Duration.ofSeconds(3));
        until("in touch", () -> hasty.store.status().usable() && hasty.store.inTouch());
        return hasty;
    }

    private static Intent standing(Sidecar of) {
        List<Intent> intents = new ArrayList<>();
        until("an intent stands", () -> {
            intents.add(await(of.store.intend(GROUPS)));
            return intents.get(intents.size() - 1).standing();
        });
        return intents.get(intents.size() - 1);
    }

    private FaultProxy faulty() {
        FaultProxy proxy = new FaultProxy(redis.port());
        open.add(proxy);
        return proxy;
    }

    /** It hears itself, and cannot know yet that it is itself: it took itself for another one. */
    @Test
    void aPurgeWhileJoiningDoesNotWaitForALeaseOfNobody() throws Exception {
        FaultProxy slow = faulty();
        Gate subscribed = new Gate();
        slow.spoil(bytes -> {
            if (new String(bytes, StandardCharsets.ISO_8859_1).contains("subscribe")) {
                try {
                    subscribed.pass();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return bytes;
        });
        // Longer than anybody waits here.
        Sidecar lone = new Sidecar(slow.port(), Duration.ofHours(1), "rules");
        until("connected", () -> lone.store.status().usable());
        subscribed.awaitArrivals(1);
        CompletableFuture<Boolean> purged = lone.store
                .intend(List.of(COURSES))
                .thenCompose(intent -> intent.purge(List.of(COURSES)))
                .toCompletableFuture();
        until("purged and told", () -> redis.commands().hlen("larder:@members") > 0);
        assertFalse(purged.isDone());
        subscribed.open();
        assertTrue(await(purged));
    }

    @Test
    void whatIsFoundIsCopiedAndAnsweredFromMemory() {
        Sidecar one = sidecar();
        one.fill("x");
        assertFalse(one.hasCopy());
        one.copy();
        assertEquals("x", body(assertInstanceOf(Lookup.Found.class, one.store.peek(key("7"), GROUPS))));
    }

    @Test
    void aPurgeIsOverOnlyWhenNoOtherSidecarHasACopy() {
        Sidecar one = sidecar();
        Sidecar other = sidecar();
        for (int i = 0; i < 20; i++) {
            one.fill("x" + i);
            other.copy();
            assertTrue(one.purge(COURSES));
            assertFalse(other.hasCopy(), "a copy from before a purge that is over");
            assertInstanceOf(Lookup.Absent.class, other.find());
        }
    }

    @Test
    void visitorsAreForgottenEverywhereBeforeAPurgeIsOver() {
        Sidecar one = sidecar();
        Sidecar other = sidecar();
        PurgeGroup visitor = PurgeGroup.ofIdentity("session", "id", "a b:c");
        PurgeGroup credential = PurgeGroup.ofCredential("session", "0123abcd");
        assertTrue(one.purge(visitor, credential));
        assertEquals(List.of(visitor, credential), List.copyOf(other.heard.element()));
        assertTrue(one.heard.isEmpty(), "told of its own purge");
        assertEquals(List.of(), redis.commands().keys("larder:@group:credential*"));
    }

    @Test
    void aWriteOfUnknownOutcomeIsHeldByAllWhoAreThereAndAllWhoCome() {
        Sidecar one = sidecar();
        Sidecar other = sidecar();
        PurgeGroup visitor = PurgeGroup.ofIdentity("session", "id", "7");
        Intent intent = await(one.store.intend(List.of(COURSES)));
        assertTrue(await(intent.changing(List.of(visitor))));
        assertTrue(await(intent.hold(List.of(COURSES, visitor), Duration.ofHours(1))));
        assertEquals(List.of(List.of(COURSES, visitor)), List.copyOf(other.holds));
        assertEquals(List.of(List.of(visitor)), List.copyOf(sidecar().holds));
        assertTrue(one.holds.isEmpty(), "told of its own");
    }

    @Test
    void visitorsOfAWriteWhoseSidecarDiedAreForgottenByTheOthersOnceItHasLapsed() {
        Sidecar other = hasty(redis.port(), TIMEOUT);
        Sidecar dying = hasty(redis.port(), TIMEOUT);
        PurgeGroup visitor = PurgeGroup.ofIdentity("session", "id", "7");
        Intent intent = await(dying.store.intend(List.of(COURSES)));
        assertTrue(await(intent.changing(List.of(visitor))));
        assertTrue(other.heard.isEmpty(), "forgotten while the write is under way");
        dying.store.close();
        until("forgotten", () -> other.heard.contains(List.of(visitor)));
    }

    @Test
    void visitorsOfAWriteThatChangedNobodyStayKnown() {
        Sidecar other = hasty(redis.port(), TIMEOUT);
        Sidecar one = hasty(redis.port(), TIMEOUT);
        PurgeGroup visitor = PurgeGroup.ofIdentity("session", "id", "7");
        PurgeGroup next = PurgeGroup.ofIdentity("session", "id", "8");
        Intent intent = await(one.store.intend(List.of(COURSES)));
        assertTrue(await(intent.changing(List.of(visitor))));
        assertTrue(await(intent.lift()));
        Intent another = await(one.store.intend(List.of(COURSES)));
        assertTrue(await(another.changing(List.of(next))));
        one.store.close();
        until("forgotten", () -> other.heard.contains(List.of(next)));
        assertFalse(other.heard.contains(List.of(visitor)));
    }

    @Test
    void aPurgeWaitsForASidecarThatIsSilentUntilItNoLongerUsesItsCopies() {
        FaultProxy link = faulty();
        Sidecar silent = sidecar(link.port(), Duration.ofSeconds(1), "rules");
        Sidecar one = sidecar();
        one.fill("x");
        silent.copy();
        link.silent(true);
        assertTrue(one.purge(COURSES));
        assertFalse(silent.hasCopy(), "a copy from before a purge that is over");
        link.silent(false);
        until(
                "in touch again",
                () -> silent.store.inTouch() && silent.store.status().usable());
        assertFalse(silent.hasCopy(), "a copy from before the silence");
    }

    @Test
    void aWriteWhosePurgeNeverArrivesIsNotOverWhileAnotherSidecarFindsWhatItWroteOver() {
        FaultProxy link = faulty();
        Sidecar cutOff = hasty(link.port(), Duration.ofMillis(500));
        Sidecar other = hasty(redis.port(), TIMEOUT);
        other.fill("old");
        other.copy();
        Intent intent = standing(cutOff);
        link.deaf(true);
        boolean purged = await(intent.purge(GROUPS));
        assertFalse(purged);
        assertFalse(other.hasCopy(), "a copy from before a write that is over");
        assertFalse(other.find() instanceof Lookup.Found, "found from before a write that is over");
        assertTrue(await(intent.done()));
        assertFalse(other.find() instanceof Lookup.Found, "found once the intent was taken back");
        link.heal();
        link.cutAll();
        until("settled", () -> cutOff.store.status().owedPurges() == 0);
    }

    @Test
    void aWriteWhosePurgeWasOnlySlowIsOverAsSoonAsItIsSettled() {
        FaultProxy link = faulty();
        Sidecar slow =
                new Sidecar(link.port(), Duration.ofSeconds(30), "rules", Duration.ofMillis(500), Duration.ofHours(1));
        until("in touch", () -> slow.store.status().usable() && slow.store.inTouch());
        Sidecar other = sidecar();
        other.fill("old");
        Intent intent = standing(slow);
        link.deaf(true);
        CompletableFuture<Boolean> purged = intent.purge(GROUPS).toCompletableFuture();
        until("owed", () -> slow.store.status().owedPurges() > 0);
        assertFalse(purged.isDone(), "over while another sidecar finds what was written over");
        link.heal();
        link.cutAll();
        assertTrue(await(purged), "neither the members' leases nor the intent's are waited for");
        assertFalse(other.find() instanceof Lookup.Found, "found from before a write that is over");
        assertTrue(await(intent.done()));
    }

    @Test
    void aNewcomerUsesNothingUnderAnIntentFromBeforeItJoined() {
        FaultProxy link = faulty();
        Sidecar cutOff = sidecar(link.port(), Duration.ofSeconds(3), "rules");
        cutOff.fill("old");
        Intent intent = standing(cutOff);
        link.refuse(true);
        assertFalse(await(intent.purge(GROUPS)), "alone, a sidecar waits for nobody");
        Sidecar newcomer = sidecar();
        assertFalse(newcomer.find() instanceof Lookup.Found, "found from before a write that is over");
    }

    @Test
    void whatWasPurgedOnAServerThatHadBeenReplacedIsPurgedOnTheNextOne() {
        try (RealRedis next = new RealRedis()) {
            FaultProxy link = faulty();
            Sidecar behind = sidecar(link.port(), Duration.ofSeconds(3), "rules");
            Sidecar ahead = sidecar(next.port(), Duration.ofSeconds(3), "rules");
            ahead.fill("old");
            assertTrue(behind.purge(COURSES), "by the server that has been replaced");
            link.leadTo(next.port());
            link.cutAll();
            until("purged", () -> !(ahead.find() instanceof Lookup.Found));
            until("settled", () -> behind.store.status().owedPurges() == 0);
        }
    }

    @Test
    void aSidecarThatHasDiedIsWaitedForUntilItsLeaseIsOver() {
        Sidecar one = sidecar();
        FaultProxy link = faulty();
        Sidecar dying = sidecar(link.port(), Duration.ofSeconds(1), "rules");
        assertEquals(2, members());
        link.refuse(true);
        until("lost", () -> !dying.store.status().usable());
        assertTrue(one.purge(COURSES));
        assertTrue(one.purge(COURSES));
        assertEquals(1, members());
    }

    private static long members() {
        return redis.commands().hkeys("larder:@members").stream()
                .filter(field -> field.startsWith("m:"))
                .count();
    }

    @Test
    void aGapInWhatIsHeardDropsAllThatWasKnown() {
        FaultProxy link = faulty();
        Sidecar one = sidecar(link.port(), Duration.ofSeconds(3), "rules");
        int before = one.gaps.get();
        one.fill("x");
        one.copy();
        link.cutAll();
        until(
                "joined again",
                () -> one.gaps.get() > before && one.store.status().usable() && one.store.inTouch());
        assertFalse(one.hasCopy());
        one.copy();
    }

    @Test
    void aSidecarThatWasTakenOffTheListJoinsAnew() {
        Sidecar one = sidecar(redis.port(), Duration.ofSeconds(1), "rules");
        int before = one.gaps.get();
        redis.commands().del("larder:@members");
        until("joined again", () -> one.gaps.get() > before && one.store.inTouch());
    }

    @Test
    void wordsThatCannotBeReadAreTakenForAPurge() {
        Sidecar one = sidecar();
        one.fill("x");
        one.copy();
        int before = one.gaps.get();
        redis.commands().publish("larder:@feed", "words of a version to come");
        until("joined again", () -> one.gaps.get() > before && one.store.inTouch());
        assertFalse(one.hasCopy());
    }

    @Test
    void noCopyIsMadeWhileAWriteIsUnderWay() {
        Sidecar one = sidecar();
        one.fill("x");
        Intent intent = await(one.store.intend(List.of(COURSES)));
        assertEquals("x", body(one.find()));
        assertFalse(one.hasCopy(), "a copy that the write's lapse would not reach");
        assertTrue(await(intent.lift()));
        one.copy();
    }

    @Test
    void whatAPurgeOvertakesIsNotCopied() {
        FaultProxy slow = faulty();
        Sidecar one = sidecar(slow.port(), Duration.ofSeconds(3), "rules");
        Sidecar other = sidecar();
        other.fill("old");
        one.copy();
        assertTrue(other.purge(COURSES));
        other.fill("older");
        slow.delay(300);
        CompletableFuture<Lookup> underWay = one.store.lookup(key("7"), GROUPS).toCompletableFuture();
        assertTrue(other.purge(COURSES));
        Lookup found = await(underWay);
        slow.delay(0);
        assertFalse(one.hasCopy(), "copied " + found);
    }

    @Test
    void sidecarsWithOtherRulesPurgeAllThatIsStored() {
        Sidecar one = sidecar(redis.port(), Duration.ofSeconds(3), "new");
        Sidecar other = sidecar(redis.port(), Duration.ofSeconds(3), "old");
        other.fill("x");
        other.copy();
        PurgeGroup elsewhere = new PurgeGroup("route:lessons", "lessons");
        assertTrue(one.purge(elsewhere));
        assertFalse(other.hasCopy());
        assertInstanceOf(Lookup.Absent.class, other.find());
    }

    @Test
    void withoutRoomThereAreNoCopies() {
        RedisStore bare = RedisStore.connect(
                AdjustedStore.of(StoreSamples.settings("redis://127.0.0.1:" + redis.port()))
                        .nearMaxBytes(0)
                        .done(),
                TIMEOUT,
                System::nanoTime,
                () -> "rules",
                StoreLoops.get());
        open.add(bare::close);
        until("connected", () -> bare.status().usable() && bare.inTouch());
        Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, await(bare.lookup(key("7"), GROUPS)));
        assertEquals(PutResult.STORED, await(bare.put(key("7"), response(key("7"), absent.epochs(), "x"), HOUR)));
        assertEquals("x", body(await(bare.lookup(key("7"), GROUPS))));
        assertNull(bare.peek(key("7"), GROUPS));
    }
}
