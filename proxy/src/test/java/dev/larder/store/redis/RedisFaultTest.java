package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.LESSONS;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.rig.AdjustedStore;
import dev.larder.rig.Gate;
import dev.larder.rig.StoreLoops;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoreSamples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server or a network in trouble does to the store: a hit becomes a miss, a purge is owed, and nothing else. */
class RedisFaultTest {

    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static RealRedis redis;
    private FaultProxy proxy;
    private RedisStore store;
    private final List<RedisStore> others = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void connect() {
        redis.commands().configSet("maxmemory", "0");
        redis.commands().replicaofNoOne();
        redis.commands().flushall();
        proxy = new FaultProxy(redis.port());
        store = open(proxy.port(), Duration.ofSeconds(10), 5_000);
        until("connected", () -> store.status().usable() && store.inTouch());
    }

    @AfterEach
    void close() {
        store.close();
        others.forEach(RedisStore::close);
        proxy.close();
    }

    private static RedisStore open(int port, Duration lease, int maxInFlight) {
        Settings.Store settings = AdjustedStore.of(StoreSamples.settings("redis://127.0.0.1:" + port))
                .maxInFlight(maxInFlight)
                .intentLease(lease)
                .memberLease(Duration.ofSeconds(1))
                .done();
        return RedisStore.connect(settings, TIMEOUT, System::nanoTime, () -> "rules", StoreLoops.get());
    }

    private RedisStore another(int port, Duration lease, int maxInFlight) {
        RedisStore other = open(port, lease, maxInFlight);
        others.add(other);
        until("connected", () -> other.status().usable());
        return other;
    }

    private Lookup find(RedisStore in, String id) {
        return await(in.lookup(key(id), List.of(COURSES, group(id))));
    }

    private static PurgeGroup group(String id) {
        return new PurgeGroup("route:courses:id=" + id, "courses");
    }

    private void fill(RedisStore into, String id, String body) {
        StoreKey key = key(id);
        until("stored", () -> {
            Lookup lookup = find(into, id);
            return lookup instanceof Lookup.Found
                    || (lookup instanceof Lookup.Absent absent
                            && await(into.put(key, response(key, absent.epochs(), body), HOUR)) == PutResult.STORED);
        });
        assertEquals(body, body(find(into, id)));
    }

    private static String why(@Nullable Lookup lookup) {
        return assertInstanceOf(Lookup.Unavailable.class, lookup).detail();
    }

    @Test
    void aSlowServerCostsALookupItsTimeout() {
        fill(store, "7", "x");
        Gate answers = new Gate();
        proxy.spoil(bytes -> {
            try {
                answers.pass();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return bytes;
        });
        long begin = System.nanoTime();
        // No answer comes before this has ended.
        assertEquals("store-timeout", why(find(store, "7")));
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= 450, "given up after " + millis + " ms");
        answers.open();
        proxy.heal();
        until("hits are back", () -> find(store, "7") instanceof Lookup.Found);
    }

    @Test
    void lateAnswersAreNeverTakenForThoseOfLaterLookups() {
        for (int i = 0; i < 10; i++) {
            fill(store, "id" + i, "body" + i);
        }
        proxy.delay(700);
        for (int i = 0; i < 3; i++) {
            assertEquals("store-timeout", why(find(store, "id" + i)));
        }
        proxy.heal();
        AtomicInteger found = new AtomicInteger();
        until("all were found", () -> {
            for (int i = 0; i < 10; i++) {
                if (find(store, "id" + i) instanceof Lookup.Found hit) {
                    assertEquals("body" + i, body(hit));
                    found.incrementAndGet();
                }
            }
            return found.get() >= 20;
        });
    }

    @Test
    void aServerThatFallsSilentIsNotSentMoreAndMore() {
        RedisStore small = another(proxy.port(), Duration.ofSeconds(10), 20);
        fill(small, "7", "x");
        proxy.silent(true);
        List<CompletionStage<Lookup>> lookups = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lookups.add(small.lookup(key("7"), GROUPS));
        }
        List<String> whys = lookups.stream().map(lookup -> why(await(lookup))).toList();
        assertEquals("store-timeout", whys.get(0));
        assertEquals("store-busy", whys.get(9));
        // The timeouts have passed, but nothing has been answered: still busy.
        assertEquals("store-busy", why(find(small, "7")));
    }

    @Test
    void aDeadLinkIsFoundByTheHeartbeatAndReplaced() {
        fill(store, "7", "x");
        proxy.silent(true);
        assertEquals("store-timeout", why(find(store, "7")));
        until("lost", () -> !store.status().usable());
        proxy.heal();
        until("hits are back", () -> find(store, "7") instanceof Lookup.Found);
    }

    @Test
    void garbledAnswersAreNeverAHitOfAnotherBody() {
        fill(store, "7", "the right body");
        Random random = new Random(42);
        AtomicInteger outcomes = new AtomicInteger();
        for (int i = 0; i < 25; i++) {
            proxy.spoil(bytes -> {
                byte[] spoilt = bytes.clone();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    spoilt[random.nextInt(spoilt.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return spoilt;
            });
            Lookup lookup = find(store, "7");
            if (lookup instanceof Lookup.Found) {
                assertEquals("the right body", body(lookup));
            } else {
                outcomes.incrementAndGet();
            }
            proxy.heal();
            until("usable", () -> store.status().usable());
        }
        assertTrue(outcomes.get() > 10, "only " + outcomes + " lookups suffered");
        fill(store, "7", "the right body");
    }

    @Test
    void anotherProtocolIsUnavailableAndRecoversByItself() {
        fill(store, "7", "x");
        proxy.spoil(bytes -> "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertInstanceOf(Lookup.Unavailable.class, find(store, "7"));
        proxy.heal();
        until("hits are back", () -> find(store, "7") instanceof Lookup.Found);
    }

    @Test
    void answersThatAreLostAltogetherNeverShiftOthersIntoTheirPlace() {
        fill(store, "7", "seven");
        fill(store, "8", "eight");
        // All of what comes: an answer may be in several pieces, and a part of one is garbled instead.
        proxy.silent(true);
        assertEquals("store-timeout", why(find(store, "7")));
        proxy.heal();
        // Whatever comes next is one lookup late for as long as the link lives.
        for (int i = 0; i < 5; i++) {
            Lookup lookup = find(store, i % 2 == 0 ? "8" : "7");
            assertTrue(
                    !(lookup instanceof Lookup.Found) || body(lookup).equals(i % 2 == 0 ? "eight" : "seven"),
                    lookup.toString());
        }
    }

    @Test
    void aConnectionCutInMidAnswerIsAMissAndComesBack() {
        fill(store, "7", "x");
        for (int at = 1; at < 900; at += 150) {
            proxy.cutAfter(at);
            Lookup lookup = find(store, "7");
            if (lookup instanceof Lookup.Found) {
                assertEquals("x", body(lookup));
            } else {
                assertInstanceOf(Lookup.Unavailable.class, lookup);
            }
            proxy.heal();
            proxy.cutAll();
            until("hits are back", () -> find(store, "7") instanceof Lookup.Found);
        }
    }

    @Test
    void theProcessStartsWithoutRedisAndFindsItLater() {
        proxy.refuse(true);
        RedisStore early = open(proxy.port(), Duration.ofSeconds(10), 5_000);
        others.add(early);
        assertFalse(early.status().usable());
        assertEquals("store-away", why(find(early, "7")));
        assertEquals("store-away", why(early.peek(key("7"), GROUPS)));
        assertNull(await(early.epochs("courses", GROUPS)));
        Intent intent = await(early.intend(GROUPS));
        assertFalse(intent.standing());
        assertTrue(await(intent.lift()));
        assertEquals(0, early.status().owedPurges());
        proxy.heal();
        until("connected", () -> early.status().usable());
        fill(early, "7", "x");
    }

    @Test
    void aPurgeThatCannotBeToldIsOwedAndAppliedBeforeItsGroupsAreUsedAgain() {
        fill(store, "7", "old");
        fill(store, "8", "kept");
        Epochs before = await(store.epochs("courses", GROUPS));
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(intent.standing());
        proxy.refuse(true);
        assertFalse(await(intent.purge(List.of(COURSE_7))));
        assertEquals(1, store.status().owedPurges());
        StoreKey key = key("7");
        assertEquals(PutResult.UNAVAILABLE, await(store.put(key, response(key, before, "late"), HOUR)));
        proxy.heal();
        until("applied", () -> {
            Lookup lookup = find(store, "7");
            assertFalse(lookup instanceof Lookup.Found, "served from before an owed purge");
            return lookup instanceof Lookup.Absent;
        });
        until("nothing owed", () -> store.status().owedPurges() == 0);
        assertEquals("kept", body(find(store, "8")));
        assertEquals(PutResult.PURGED, await(store.put(key, response(key, before, "late"), HOUR)));
        assertNotEquals(before.change(), await(store.epochs("courses", GROUPS)).change());
    }

    @Test
    void aPurgeThatRunsIntoItsTimeoutIsOwedAtOnce() {
        fill(store, "7", "old");
        Intent intent = await(store.intend(List.of(COURSE_7)));
        proxy.silent(true);
        CompletionStage<Boolean> purge = intent.purge(List.of(COURSE_7));
        assertFalse(await(purge));
        assertEquals("purge-owed", why(find(store, "7")));
        assertEquals("purge-owed", why(store.peek(key("7"), GROUPS)));
        assertNull(await(store.epochs("courses", List.of())));
        proxy.heal();
        proxy.cutAll();
        until("applied", () -> find(store, "7") instanceof Lookup.Absent);
    }

    @Test
    void anIntentThatDidNotStandStillPurges() {
        fill(store, "7", "old");
        proxy.refuse(true);
        until("lost", () -> !store.status().usable());
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertFalse(intent.standing());
        assertFalse(await(intent.purge(List.of(COURSE_7))));
        assertTrue(await(intent.done()));
        proxy.heal();
        until("applied", () -> {
            Lookup lookup = find(store, "7");
            assertFalse(lookup instanceof Lookup.Found, "served from before an owed purge");
            return lookup instanceof Lookup.Absent;
        });
    }

    /** Left there, it would cost those who become members after the loss their hits until it lapses. */
    @Test
    void anIntentThatCouldNotBeTakenBackWhileTheLinkWasLostGoesWithTheNextOne() {
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(intent.standing());
        proxy.refuse(true);
        until("lost", () -> !store.status().usable());
        assertFalse(await(intent.lift()));
        assertEquals(1, intentsOn(COURSE_7));
        proxy.heal();
        until("taken back", () -> intentsOn(COURSE_7) == 0);
    }

    private static long intentsOn(PurgeGroup group) {
        return redis.commands().hkeys("larder:@group:" + group.name()).stream()
                .filter(field -> field.startsWith(RedisNames.INTENT))
                .count();
    }

    @Test
    void aHoldThatCouldNotBeToldIsPutWithTheOwedPurge() {
        fill(store, "7", "old");
        Intent intent = await(store.intend(List.of(COURSE_7)));
        proxy.refuse(true);
        assertFalse(await(intent.hold(List.of(COURSE_7), Duration.ofMinutes(1))));
        proxy.heal();
        until("applied", () -> find(store, "7") instanceof Lookup.Absent);
        Epochs epochs = await(store.epochs("courses", GROUPS));
        assertTrue(epochs.held());
        StoreKey key = key("7");
        Epochs unaware = new Epochs(epochs.incarnation(), epochs.tokens(), epochs.change(), false);
        assertEquals(PutResult.HELD, await(store.put(key, response(key, unaware, "x"), HOUR)));
    }

    @Test
    void aServerThatWasDemotedIsLeftAloneAndOwedItsPurges() {
        fill(store, "7", "old");
        fill(store, "8", "old, too");
        Intent intent = await(store.intend(List.of(COURSE_7)));
        redis.commands().replicaof("127.0.0.1", 1);
        assertFalse(await(intent.purge(List.of(COURSE_7))));
        assertEquals("store-away", why(find(store, "8")));
        until("told", () -> store.status().detail().contains("replica"));
        assertTrue(store.status().detail().contains("it is a replica of 127.0.0.1:1"), store.status()::detail);
        assertFalse(await(store.intend(List.of(COURSES))).standing());
        redis.commands().replicaofNoOne();
        until("nothing owed", () -> store.status().owedPurges() == 0);
        // It is another one now: between the two it may have missed what its masters were told.
        assertInstanceOf(Lookup.Absent.class, find(store, "7"));
        assertInstanceOf(Lookup.Absent.class, find(store, "8"));
    }

    @Test
    void aServerThatWasDemotedAndPromotedBetweenTwoHeartbeatsIsAnotherOne() {
        fill(store, "7", "old");
        redis.commands().replicaof("127.0.0.1", 1);
        redis.commands().replicaofNoOne();
        until("noticed", () -> !(find(store, "7") instanceof Lookup.Found));
        until("connected", () -> store.status().usable());
        assertInstanceOf(Lookup.Absent.class, find(store, "7"));
    }

    @Test
    void aFullServerRefusesFillsAndStillPurges() {
        fill(store, "7", "old");
        fill(store, "8", "kept");
        redis.commands().configSet("maxmemory", "1");
        StoreKey key = key("8");
        Epochs epochs = assertInstanceOf(Lookup.Found.class, find(store, "8"))
                .response()
                .epochs();
        assertEquals(PutResult.TOO_LARGE, await(store.put(key, response(key, epochs, "new"), HOUR)));
        assertTrue(
                store.status().detail().contains("full: nothing new is stored"),
                store.status().detail());
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(intent.standing());
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertTrue(await(intent.done()));
        assertEquals(
                Lookup.Why.PURGED,
                assertInstanceOf(Lookup.Absent.class, find(store, "7")).why());
        assertEquals("kept", body(find(store, "8")));
        assertEquals("store-full", why(find(store, "unknown")));
        redis.commands().configSet("maxmemory", "0");
        fill(store, "7", "new");
        assertFalse(
                store.status().detail().contains("full: nothing new is stored"),
                store.status().detail());
    }

    @Test
    void whatAnEarlierRunOfTheServerHeldIsAMiss() {
        fill(store, "7", "old");
        Epochs before = await(store.epochs("courses", GROUPS));
        redis.commands().save();
        redis.stop();
        until("lost", () -> !store.status().usable());
        redis.start();
        // At once: who sweeps finds that it is dead.
        assertEquals(1, redis.commands().exists("larder:courses:id:7"), "the server has kept it");
        until("connected", () -> store.status().usable());
        assertEquals(
                Lookup.Why.PURGED,
                assertInstanceOf(Lookup.Absent.class, find(store, "7")).why());
        Epochs after = await(store.epochs("courses", GROUPS));
        assertNotEquals(before.incarnation(), after.incarnation());
        assertNotEquals(before.change(), after.change());
        StoreKey key = key("7");
        assertEquals(PutResult.PURGED, await(store.put(key, response(key, before, "late"), HOUR)));
        assertEquals(PutResult.STORED, await(store.put(key, response(key, after, "new"), HOUR)));
        assertEquals("new", body(find(store, "7")));
    }

    @Test
    void theIntentOfASidecarThatDiedBecomesAPurge() {
        RedisStore doomed = another(proxy.port(), Duration.ofSeconds(2), 5_000);
        RedisStore witness = another(redis.port(), Duration.ofSeconds(10), 5_000);
        fill(witness, "7", "before the write");
        fill(witness, "8", "kept");
        String change = await(witness.epochs("courses", List.of())).change();
        until("the witness is no newcomer", () -> {
            Intent intent = await(doomed.intend(List.of(COURSE_7)));
            assertTrue(intent.standing());
            if (find(witness, "7") instanceof Lookup.Found) {
                return true;
            }
            assertTrue(await(intent.lift()));
            return false;
        });
        assertEquals("before the write", body(find(witness, "7")));
        proxy.refuse(true);
        until("lapsed", () -> find(witness, "7") instanceof Lookup.Absent);
        assertEquals("kept", body(find(witness, "8")));
        assertNotEquals(change, await(witness.epochs("courses", List.of())).change());
        assertEquals(
                java.util.Set.of("e"),
                redis.commands().hgetall("larder:@group:" + COURSE_7.name()).keySet());
    }

    @Test
    void anIntentIsRenewedWhileItsSidecarLives() {
        RedisStore writer = another(redis.port(), Duration.ofMillis(2_500), 5_000);
        RedisStore witness = another(redis.port(), Duration.ofSeconds(10), 5_000);
        fill(witness, "7", "still right");
        Intent intent = await(writer.intend(List.of(COURSE_7)));
        String name = "larder:@group:" + COURSE_7.name();
        String first = deadline(name);
        until("renewed twice", () -> Long.parseLong(deadline(name)) > Long.parseLong(first) + 1_600);
        until("renewed since the witness joined", () -> find(witness, "7") instanceof Lookup.Found);
        assertEquals("still right", body(find(witness, "7")));
        assertTrue(await(intent.done()));
        assertEquals(java.util.Set.of("e"), redis.commands().hgetall(name).keySet());
    }

    private static String deadline(String name) {
        return redis.commands().hgetall(name).entrySet().stream()
                .filter(field -> field.getKey().startsWith("i:"))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void aPurgeNarrowsTheIntentToWhatWasPurged() {
        Intent intent = await(store.intend(List.of(COURSES, LESSONS)));
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertEquals(
                java.util.Set.of("e"),
                redis.commands().hgetall("larder:@group:route:courses").keySet());
        assertEquals(2, redis.commands().hlen("larder:@group:" + COURSE_7.name()));
        assertTrue(await(intent.done()));
        assertEquals(1, redis.commands().hlen("larder:@group:" + COURSE_7.name()));
    }

    @Test
    void scriptsThatTheServerForgotAreSentAgain() {
        fill(store, "7", "old");
        redis.commands().scriptFlush();
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(intent.standing());
        redis.commands().scriptFlush();
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        redis.commands().scriptFlush();
        fill(store, "7", "new");
        assertTrue(await(intent.done()));
    }

    @Test
    void twoSidecarsShareOneStore() {
        RedisStore other = another(redis.port(), Duration.ofSeconds(10), 5_000);
        fill(store, "7", "shared");
        assertEquals("shared", body(find(other, "7")));
        Intent intent = await(other.intend(List.of(COURSE_7)));
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertTrue(await(intent.done()));
        assertInstanceOf(Lookup.Absent.class, find(store, "7"));
    }

    @Test
    void aLostStoreWideEpochMakesEverythingAMiss() {
        fill(store, "7", "x");
        String change = await(store.epochs("courses", List.of())).change();
        redis.commands().del("larder:@epoch");
        assertEquals(
                Lookup.Why.PURGED,
                assertInstanceOf(Lookup.Absent.class, find(store, "7")).why());
        assertNotEquals(change, await(store.epochs("courses", List.of())).change());
    }

    @Test
    void morePurgesThanCanBeOwedOneByOneMakeEverythingAMiss() {
        fill(store, "7", "x");
        proxy.refuse(true);
        until("lost", () -> !store.status().usable());
        List<PurgeGroup> many = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            many.add(new PurgeGroup("route:lessons:id=" + i, "lessons"));
        }
        assertFalse(await(await(store.intend(List.of(LESSONS))).purge(many)));
        assertEquals(1, store.status().owedPurges());
        proxy.heal();
        until("applied", () -> {
            Lookup lookup = find(store, "7");
            assertFalse(lookup instanceof Lookup.Found, "served from before an owed purge");
            return lookup instanceof Lookup.Absent;
        });
    }

    @Test
    void keysAreReadableAndEachOfThemExpires() {
        until("in touch", store::inTouch);
        until("swept", () -> redis.commands().hexists("larder:@sweep", "begun"));
        StoreKey key = key("7", "Accept-Language", "de, en");
        Epochs epochs = await(store.epochs("courses", GROUPS));
        assertNotNull(epochs);
        assertEquals(
                PutResult.STORED, await(store.put(key, response(key, epochs, "{}", "Vary", "Accept-Language"), HOUR)));
        assertEquals(
                java.util.Set.of(
                        "larder:courses:id:7",
                        "larder:@group:route:courses",
                        "larder:@group:route:courses:id=7",
                        "larder:@change:courses",
                        "larder:@members",
                        "larder:@sweep",
                        "larder:@epoch"),
                java.util.Set.copyOf(redis.commands().keys("*")));
        assertEquals(
                java.util.Set.of(
                        "https://courses.example|accept-language:de%2Cen",
                        "#https://courses.example|accept-language:de%2Cen",
                        "https://courses.example|vary",
                        "https://courses.example|order"),
                redis.commands().hgetall("larder:courses:id:7").keySet());
        String value = redis.commands().hget("larder:courses:id:7", "https://courses.example|accept-language:de%2Cen");
        assertTrue(value.startsWith("larder/1 crc32c ") && value.contains("\nkey courses:id:7\n"), value);
        for (String name : redis.commands().keys("*")) {
            assertTrue(redis.commands().pttl(name) > 0, name);
        }
    }

    @Test
    void aLongKeyIsStoredUnderAHashAndComparedByItsFullText() {
        StoreKey key = key("x".repeat(1_000));
        Epochs epochs = await(store.epochs("courses", GROUPS));
        assertEquals(PutResult.STORED, await(store.put(key, response(key, epochs, "long"), HOUR)));
        assertEquals("long", body(await(store.lookup(key, GROUPS))));
        assertEquals(1, redis.commands().exists("larder:" + key.key().storeName()));
        assertTrue(key.key().storeName().length() < 600);
    }

    @Test
    void aShorterTimeToLiveNeverShortensThatOfAnotherVariant() {
        StoreKey de = key("7", "X-A", "de");
        StoreKey fr = key("7", "X-A", "fr");
        Epochs epochs = await(store.epochs("courses", GROUPS));
        assertEquals(PutResult.STORED, await(store.put(de, response(de, epochs, "de", "Vary", "X-A"), HOUR)));
        assertEquals(
                PutResult.STORED,
                await(store.put(fr, response(fr, epochs, "fr", "Vary", "X-A"), Duration.ofSeconds(1))));
        assertTrue(redis.commands().pttl("larder:courses:id:7") > 3_500_000);
    }

    @Test
    void madeUpAuthoritiesDoNotMakeAKeyGrowWithoutBound() {
        Epochs epochs = await(store.epochs("courses", GROUPS));
        for (int i = 0; i < 600; i++) {
            StoreKey key = new StoreKey(key("7").key(), "http://host" + i, dev.larder.http.Fields.EMPTY);
            assertEquals(PutResult.STORED, await(store.put(key, response(key, epochs, "x"), HOUR)));
        }
        assertTrue(redis.commands().hlen("larder:courses:id:7") <= 520);
    }

    @Test
    void aWrongPasswordIsAStoreThatIsAwayAndIsNeverTold() {
        RedisStore locked = RedisStore.connect(
                StoreSamples.settings("redis://user:hunter2@127.0.0.1:" + redis.port()),
                TIMEOUT,
                System::nanoTime,
                () -> "rules",
                StoreLoops.get());
        others.add(locked);
        assertEquals("store-away", why(find(locked, "7")));
        assertFalse(locked.status().toString().contains("hunter2"));
        IllegalArgumentException refused = org.junit.jupiter.api.Assertions.assertThrows(
                IllegalArgumentException.class,
                () -> RedisStore.connect(
                        StoreSamples.settings("http://user:hunter2@127.0.0.1"),
                        TIMEOUT,
                        System::nanoTime,
                        () -> "rules",
                        StoreLoops.get()));
        assertFalse(String.valueOf(refused.getMessage()).contains("hunter2"));
    }
}
