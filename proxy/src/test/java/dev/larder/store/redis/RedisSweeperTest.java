package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.rig.StoreLoops;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.CacheStore.Sweep;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.OwedJournal;
import dev.larder.store.RouteLimits;
import dev.larder.store.StoreKey;
import dev.larder.store.StoreSamples;
import dev.larder.store.StoredResponseCodec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is dead leaves Redis, bounds hold, and a flood does not make the cache go dark; against a real server. */
class RedisSweeperTest {

    private static final String NAMESPACE = "larder:";

    private static RealRedis redis;
    private final List<RedisStore> stores = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.commands().configSet("maxmemory", "0");
        redis.commands().configSet("maxmemory-policy", "noeviction");
        redis.commands().flushall();
        redis.commands().configResetstat();
    }

    @AfterEach
    void close() {
        stores.forEach(RedisStore::close);
    }

    private RedisStore open(long maxBytes, RouteLimits limits) {
        return open(NAMESPACE, maxBytes, limits);
    }

    private RedisStore open(String namespace, long maxBytes, RouteLimits limits) {
        Settings.Store settings = StoreSamples.settings("redis://127.0.0.1:" + redis.port(), namespace, maxBytes);
        RedisStore store = RedisStore.connect(
                settings,
                Stores.TIMEOUT,
                System::nanoTime,
                () -> "rules",
                limits,
                StoredResponseCodec.plain(),
                null,
                OwedJournal.inMemory(InstantSource.system()),
                "",
                StoreLoops.get());
        stores.add(store);
        until("connected", () -> store.status().usable());
        until("heard of sweeps", () -> sweep(store).lastMillis() > 0);
        return store;
    }

    private static Sweep sweep(RedisStore store) {
        return Objects.requireNonNull(store.status().sweep());
    }

    private static PurgeGroup group(String id) {
        return new PurgeGroup("route:courses:id=" + id, "courses");
    }

    private static PutResult fill(RedisStore store, String id, String body, Duration timeToLive) {
        StoreKey key = key(id);
        Epochs epochs = await(store.epochs("courses", List.of(COURSES, group(id))));
        assertNotNull(epochs);
        return await(store.put(key, response(key, epochs, body), timeToLive));
    }

    private static Lookup find(RedisStore store, String id) {
        return await(store.lookup(key(id), List.of(COURSES, group(id))));
    }

    private static void purge(RedisStore store, Collection<PurgeGroup> groups) {
        Intent intent = await(store.intend(groups));
        assertTrue(await(intent.purge(groups)));
        assertTrue(await(intent.done()));
    }

    private static long stored() {
        return redis.commands().keys(NAMESPACE + "courses:*").size();
    }

    @Test
    void whatWasPurgedLeavesRedisSoonAndTheRestStays() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        for (int i = 0; i < 300; i++) {
            assertEquals(PutResult.STORED, fill(store, "n" + i, "body", HOUR));
        }
        List<PurgeGroup> dead = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            dead.add(group("n" + i));
        }
        purge(store, dead);
        until("only what lives is left", () -> stored() == 100);
        for (int i = 200; i < 300; i++) {
            assertEquals("body", body(find(store, "n" + i)));
        }
        until("the sweep is over", () -> sweep(store).removed() == 200);
        assertEquals(200, sweep(store).dead());
        assertEquals(100, store.status().entries());
        assertTrue(store.status().bytes() > 100 * 250, store.status().toString());
    }

    @Test
    void whatALapsedIntentPurgedLeavesRedisAsWell() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        for (int i = 0; i < 20; i++) {
            assertEquals(PutResult.STORED, fill(store, "n" + i, "body", HOUR));
        }
        redis.commands().hset(NAMESPACE + "@group:" + COURSES.name(), RedisNames.INTENT + "ofTheDead", "1");
        assertInstanceOf(Lookup.Absent.class, find(store, "n0"));
        until("all of it is gone", () -> stored() == 0);
    }

    @Test
    void aVariantWhoseTimeIsOverLeavesBeforeTheRestOfItsKey() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        StoreKey brief = key("7", "X-A", "brief");
        StoreKey lasting = key("7", "X-A", "lasting");
        Epochs epochs = await(store.epochs("courses", List.of(COURSES)));
        assertNotNull(epochs);
        assertEquals(
                PutResult.STORED, await(store.put(lasting, response(lasting, epochs, "long", "Vary", "X-A"), HOUR)));
        assertEquals(
                PutResult.STORED,
                await(store.put(brief, response(brief, epochs, "short", "Vary", "X-A"), Duration.ofMillis(1))));
        assertEquals(6, redis.commands().hlen(NAMESPACE + "courses:id:7"));
        until("it is gone", () -> {
            // Of another route: a reason to sweep, and no more.
            purge(store, List.of(StoreSamples.LESSONS));
            return redis.commands().hlen(NAMESPACE + "courses:id:7") == 4;
        });
        assertEquals("x-a:lasting\n", redis.commands().hget(NAMESPACE + "courses:id:7", StoreSamples.SITE + "|order"));
        assertEquals("long", body(await(store.lookup(lasting, List.of(COURSES)))));
    }

    @Test
    void aFreshFillIsNeverRemovedByWhoJudgedTheOneBefore() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        fill(store, "7", "old", HOUR);
        String name = NAMESPACE + "courses:id:7";
        String field = "#" + StoreSamples.SITE + "|";
        String mark = redis.commands().hget(name, field);
        purge(store, List.of(group("7")));
        fill(store, "7", "new", HOUR);
        assertEquals(
                List.of("0"),
                redis.commands()
                        .eval(
                                RedisScript.REMOVE.text(),
                                io.lettuce.core.ScriptOutputType.MULTI,
                                new String[] {name},
                                field,
                                mark));
        assertEquals("new", body(find(store, "7")));
        assertEquals(
                List.of("1"),
                redis.commands()
                        .eval(
                                RedisScript.REMOVE.text(),
                                io.lettuce.core.ScriptOutputType.MULTI,
                                new String[] {name},
                                field,
                                redis.commands().hget(name, field)));
        assertEquals(0, redis.commands().exists(name));
    }

    @Test
    void nothingIsScannedWhileNothingIsPurged() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        for (int i = 0; i < 20; i++) {
            fill(store, "n" + i, "body", HOUR);
        }
        until("told", () -> "20".equals(redis.commands().hget(NAMESPACE + "@sweep", "n:courses")));
        long scans = calls("scan");
        RedisStore second = open(8 << 20, RouteLimits.NONE);
        assertEquals(20, second.status().entries());
        assertEquals(scans, calls("scan"));
    }

    private static long calls(String command) {
        return redis.commands()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("^[^=]*=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void oneSidecarSweepsForAll() {
        RedisStore one = open(8 << 20, RouteLimits.NONE);
        RedisStore other = open(8 << 20, RouteLimits.NONE);
        for (int i = 0; i < 100; i++) {
            fill(one, "n" + i, "body", HOUR);
        }
        purge(other, List.of(COURSES));
        until("all is gone", () -> stored() == 0);
        until("both know", () -> sweep(one).removed() == 100 && sweep(other).removed() == 100);
        assertEquals(100, sweep(one).dead());
    }

    @Test
    void aSweeperThatDiesIsFollowedWhenItsLeaseIsOver() {
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        fill(store, "7", "body", HOUR);
        long now = Long.parseLong(redis.commands().time().get(0)) * 1_000;
        redis.commands()
                .hset(
                        NAMESPACE + "@sweep",
                        Map.of("owner", "dead", "until", Long.toString(now + 4_000), "started", "1"));
        purge(store, List.of(COURSES));
        until("the other's lease is respected", () -> calls("evalsha") > 0);
        assertEquals(1, stored());
        until("it is followed", () -> stored() == 0);
        assertTrue(Long.parseLong(redis.commands().time().get(0)) * 1_000 >= now + 4_000);
    }

    @Test
    void aNamespaceIsTakenLiterally() {
        RedisStore store = open("l*[a]?\\:", 8 << 20, RouteLimits.NONE);
        redis.commands().hset("lx[a]y\\:courses:id:7", "#x|", "1 1\ncourses\nAAAAAAAA @");
        fill(store, "7", "body", HOUR);
        purge(store, List.of(COURSES));
        until("ours is gone", () -> redis.commands().exists("l*[a]?\\:courses:id:7") == 0);
        assertEquals(1, redis.commands().exists("lx[a]y\\:courses:id:7"));
    }

    @Test
    void aFloodOfDifferentQueriesDoesNotMakeTheCacheGoDark() {
        long bound = 400_000;
        RedisStore store = open(bound, RouteLimits.NONE);
        for (int i = 0; i < 50; i++) {
            assertEquals(PutResult.STORED, fill(store, "hot" + i, "x".repeat(1_000), HOUR));
        }
        int refused = 0;
        long most = 0;
        for (int batch = 0; batch < 40; batch++) {
            List<CompletableFuture<PutResult>> puts = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String id = "flood" + batch + "x" + i;
                puts.add(store.epochs("courses", List.of(COURSES, group(id)))
                        .thenCompose(epochs -> store.put(
                                key(id),
                                response(key(id), Objects.requireNonNull(epochs), "x".repeat(1_000)),
                                Duration.ofMinutes(50)))
                        .toCompletableFuture());
            }
            for (CompletableFuture<PutResult> put : puts) {
                refused += await(put) == PutResult.TOO_LARGE ? 1 : 0;
            }
            most = Math.max(most, store.status().bytes());
        }
        assertTrue(refused > 3_000, refused + " refused");
        assertTrue(most <= bound + 100_000, most + " bytes at most");
        assertEquals(refused, sweep(store).refused());
        int hits = 0;
        for (int i = 0; i < 50; i++) {
            hits += find(store, "hot" + i) instanceof Lookup.Found ? 1 : 0;
        }
        assertEquals(50, hits, "what was there is still served");
        // What is asked for again finds a place.
        until("a new favourite is stored", () -> fill(store, "new", "x", HOUR) == PutResult.STORED);
        until("room was made", () -> sweep(store).evicted() > 0);
        until("counted", () -> store.status().bytes() < bound);
    }

    @Test
    void aRouteKeepsToItsOwnBoundAndLeavesRoomToOthers() {
        RedisStore store = open(8 << 20, route -> route.equals("courses") ? OptionalLong.of(20) : OptionalLong.empty());
        for (int i = 0; i < 60; i++) {
            fill(store, "n" + i, "body", HOUR);
        }
        assertTrue(stored() <= 20, stored() + " stored");
        // A refresh of what is there is never refused.
        Lookup.Found found = assertInstanceOf(Lookup.Found.class, find(store, "n17"));
        assertEquals(
                PutResult.STORED,
                await(store.put(
                        key("n17"), response(key("n17"), found.response().epochs(), "fresh"), HOUR)));
        assertEquals("fresh", body(find(store, "n17")));
        StoreKey lesson =
                new StoreKey(StoreSamples.cacheKey("lessons", "1"), StoreSamples.SITE, dev.larder.http.Fields.EMPTY);
        Epochs epochs = await(store.epochs("lessons", List.of(StoreSamples.LESSONS)));
        assertNotNull(epochs);
        assertEquals(PutResult.STORED, await(store.put(lesson, response(lesson, epochs, "x"), HOUR)));
    }

    @Test
    void whatIsNearestToItsEndMakesRoom() {
        RedisStore store = open(8 << 20, route -> route.equals("courses") ? OptionalLong.of(20) : OptionalLong.empty());
        for (int i = 0; i < 9; i++) {
            fill(store, "long" + i, "body", HOUR);
            fill(store, "short" + i, "body", Duration.ofMinutes(1));
        }
        until("room was made", () -> sweep(store).evicted() > 0);
        until("enough of it", () -> stored() <= 17);
        for (int i = 0; i < 9; i++) {
            assertInstanceOf(Lookup.Found.class, find(store, "long" + i));
        }
    }

    @Test
    void aFullServerIsStillPurgedAndReadAndSwept() {
        RedisStore store = open(64 << 20, RouteLimits.NONE);
        fill(store, "7", "old", HOUR);
        fill(store, "8", "kept", HOUR);
        redis.commands().configSet("maxmemory", "1");
        assertEquals(
                PutResult.TOO_LARGE,
                await(store.put(
                        key("8"),
                        response(
                                key("8"),
                                assertInstanceOf(Lookup.Found.class, find(store, "8"))
                                        .response()
                                        .epochs(),
                                "x"),
                        HOUR)));
        assertTrue(
                store.status().detail().contains("full: nothing new is stored"),
                store.status().detail());
        purge(store, List.of(group("7")));
        assertInstanceOf(Lookup.Absent.class, find(store, "7"));
        assertEquals("kept", body(find(store, "8")));
        until("what is dead leaves a full server, too", () -> stored() == 1);
        assertEquals(0, store.status().owedPurges());
        assertTrue(store.inTouch());
    }

    @Test
    void aServerThatMayEvictEpochsIsNamed() {
        redis.commands().configSet("maxmemory", "100mb");
        redis.commands().configSet("maxmemory-policy", "allkeys-lru");
        RedisStore store = open(8 << 20, RouteLimits.NONE);
        assertTrue(
                store.status().detail().contains("maxmemory-policy allkeys-lru"),
                store.status().detail());
    }
}
