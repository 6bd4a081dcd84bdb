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
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.rig.AdjustedStore;
import dev.larder.rig.StoreLoops;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreSamples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is stored by one rules file, while writes are purged by another one, that knows nothing of its groups: one after the
 * other, and side by side.
 */
class OtherRulesTest {

    private static final List<PurgeGroup> GROUPS = List.of(new PurgeGroup("route:courses", "courses"));
    private static final PurgeGroup ELSEWHERE = new PurgeGroup("route:lessons", "lessons");

    private static RealRedis redis;
    private final List<RedisStore> open = new ArrayList<>();

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
    void close() {
        open.forEach(RedisStore::close);
    }

    private RedisStore sidecar(String rules) {
        return sidecar(redis.port(), new AtomicReference<>(rules));
    }

    private RedisStore sidecar(int port, AtomicReference<String> rules) {
        RedisStore store = RedisStore.connect(
                AdjustedStore.of(StoreSamples.settings("redis://127.0.0.1:" + port))
                        .intentLease(Duration.ofSeconds(3))
                        .memberLease(Duration.ofSeconds(1))
                        .done(),
                Duration.ofSeconds(5),
                System::nanoTime,
                rules::get,
                StoreLoops.get());
        open.add(store);
        return Stores.ready(store);
    }

    private static Lookup find(RedisStore in) {
        return await(in.lookup(key("7"), GROUPS));
    }

    /** Stores it, once this sidecar may: among others by other rules, only as a member. */
    private static void fill(RedisStore in) {
        until("stored", () -> {
            Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, find(in));
            return await(in.put(key("7"), response(key("7"), absent.epochs(), "x"), HOUR)) == PutResult.STORED;
        });
        // A newcomer uses nothing under an intent from before, until that has been renewed.
        until("found", () -> find(in) instanceof Lookup.Found);
    }

    private static void purge(RedisStore by) {
        Intent intent = await(by.intend(List.of(ELSEWHERE)));
        assertTrue(await(intent.purge(List.of(ELSEWHERE))));
        assertTrue(await(intent.done()));
    }

    @Test
    void whatWasStoredBeforeARestartWithOtherRulesIsGoneWhenAWriteWasPurgedByThose() {
        RedisStore first = sidecar("a");
        fill(first);
        first.close();
        RedisStore between = sidecar("b");
        purge(between);
        between.close();
        assertFalse(find(sidecar("a")) instanceof Lookup.Found, "found from before a write that is over");
    }

    @Test
    void whatWasStoredBeforeARestartWithOtherRulesStaysWhereNothingWasWritten() {
        RedisStore first = sidecar("a");
        fill(first);
        first.close();
        RedisStore between = sidecar("b");
        assertInstanceOf(Lookup.Found.class, find(between));
        assertInstanceOf(Lookup.Absent.class, await(between.lookup(key("8"), GROUPS)));
        between.close();
        assertEquals("x", body(find(sidecar("a"))));
    }

    @Test
    void whatIsStoredByTheSameRulesSurvivesAPurgeOfSomethingElse() {
        RedisStore first = sidecar("a");
        fill(first);
        purge(sidecar("a"));
        assertEquals("x", body(find(first)));
    }

    @Test
    void onceAllIsGoneOneSetOfRulesPurgesOnlyWhatItNames() {
        RedisStore first = sidecar("a");
        fill(first);
        first.close();
        RedisStore next = sidecar("b");
        purge(next);
        fill(next);
        purge(next);
        assertEquals("x", body(find(next)));
    }

    @Test
    void whatIsStoredByRulesThatNobodyNotedIsGoneWithTheFirstPurge() {
        RedisStore store = sidecar("a");
        fill(store);
        redis.commands().hdel("larder:@epoch", "r:a");
        purge(store);
        assertFalse(find(store) instanceof Lookup.Found, "found from before a write that is over");
    }

    @Test
    void aSidecarOutOfTouchFindsNothingOfItsOwnThatOtherRulesHavePurged() {
        FaultProxy link = new FaultProxy(redis.port());
        try (link) {
            RedisStore away = sidecar(link.port(), new AtomicReference<>("a"));
            fill(away);
            link.refuse(true);
            until("lost", () -> !away.status().usable());
            RedisStore other = sidecar("b");
            until(
                    "the lease is over",
                    () -> redis.commands().hkeys("larder:@members").stream()
                                    .filter(field -> field.startsWith("m:"))
                                    .count()
                            == 1);
            purge(other);
            link.refuse(false);
            until("in touch again", () -> away.status().usable());
            assertFalse(find(away) instanceof Lookup.Found, "found from before a write that is over");
        }
    }

    @Test
    void theLapseOfAnIntentReachesWhatOtherRulesHaveStoredMeanwhile() {
        RedisStore dying = sidecar("a");
        assertTrue(await(dying.intend(List.of(ELSEWHERE))).standing());
        RedisStore other = sidecar("b");
        fill(other);
        dying.close();
        until("lapsed", () -> find(other) instanceof Lookup.Absent);
    }

    @Test
    void theLapseOfAnIntentFromBeforeARestartReachesWhatIsStoredByTheNewRules() {
        RedisStore dying = sidecar("a");
        until("a member", dying::inTouch);
        assertTrue(await(dying.intend(List.of(ELSEWHERE))).standing());
        dying.close();
        RedisStore next = sidecar("b");
        fill(next);
        until("lapsed", () -> find(next) instanceof Lookup.Absent);
    }

    @Test
    void whatIsStoredAfterARestartWithTheSameRulesIsLeftAloneByAnIntentOnSomethingElse() {
        RedisStore dying = sidecar("a");
        until("a member", dying::inTouch);
        assertTrue(await(dying.intend(List.of(ELSEWHERE))).standing());
        dying.close();
        RedisStore next = sidecar("a");
        until("a member", next::inTouch);
        fill(next);
        assertEquals(0, intents());
    }

    @Test
    void theLapseOfAnIntentFromBeforeAReloadReachesWhatIsStoredByTheNewRules() {
        AtomicReference<String> rules = new AtomicReference<>("a");
        RedisStore dying = sidecar(redis.port(), rules);
        assertTrue(await(dying.intend(List.of(ELSEWHERE))).standing());
        rules.set("b");
        Object unused = await(dying.announceRules());
        dying.rulesInForce(true);
        fill(dying);
        dying.close();
        RedisStore next = sidecar("b");
        until("lapsed", () -> find(next) instanceof Lookup.Absent);
    }

    @Test
    void nothingIsStoredUnderEpochsThatWereReadWhileTheRulesWereBeingReplaced() {
        AtomicReference<String> rules = new AtomicReference<>("a");
        RedisStore store = sidecar(redis.port(), rules);
        assertFalse(assertInstanceOf(Lookup.Absent.class, find(store)).epochs().held());
        rules.set("b");
        Lookup.Absent meanwhile = assertInstanceOf(Lookup.Absent.class, find(store));
        Object unused = await(store.announceRules());
        store.rulesInForce(true);
        assertEquals(PutResult.HELD, await(store.put(key("7"), response(key("7"), meanwhile.epochs(), "x"), HOUR)));
        assertFalse(assertInstanceOf(Lookup.Absent.class, find(store)).epochs().held());
    }

    @Test
    void whatIsLeftOfTheRulesBeforeAReloadIsKeptByPurgesThatDoNotNameIt() {
        AtomicReference<String> rules = new AtomicReference<>("a");
        RedisStore store = sidecar(redis.port(), rules);
        fill(store);
        rules.set("b");
        Object unused = await(store.announceRules());
        store.rulesInForce(true);
        purge(store);
        assertEquals("x", body(find(store)));
    }

    @Test
    void whatTheRulesBeforeAReloadStoredGoesWithTheNextPurgeWhereItsOwnIsOwed() {
        AtomicReference<String> rules = new AtomicReference<>("a");
        RedisStore store = sidecar(redis.port(), rules);
        fill(store);
        rules.set("b");
        Object unused = await(store.announceRules());
        store.rulesInForce(false);
        purge(store);
        assertFalse(find(store) instanceof Lookup.Found, "found from before a write that is over");
    }

    @Test
    void anIntentThatStoodForEverythingIsTakenBackWhole() {
        AtomicReference<String> rules = new AtomicReference<>("a");
        RedisStore store = sidecar(redis.port(), rules);
        Intent intent = await(store.intend(List.of(ELSEWHERE)));
        rules.set("b");
        Object unused = await(store.announceRules());
        assertTrue(intents() > 0);
        assertTrue(await(intent.lift()));
        assertEquals(0, intents());
    }

    @Test
    void aPurgeThatTurnsOutToReachEverythingLeavesNothingToLapse() {
        RedisStore first = sidecar("a");
        fill(first);
        first.close();
        purge(sidecar("b"));
        assertEquals(0, intents());
    }

    private static long intents() {
        return redis.commands().hkeys("larder:@epoch").stream()
                .filter(field -> field.startsWith("i:"))
                .count();
    }
}
