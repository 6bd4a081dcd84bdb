package dev.larder.bench.purge;

import dev.larder.bench.stage.RedisProcess;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.key.CacheKey;
import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.redis.RedisStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of our own with a number of stored responses in it, put there by larder's own store. Each belongs to its route, and to one of
 * {@link #groups} groups. For one thread; all methods block.
 */
final class Filled implements AutoCloseable {
    private static final String SITE = "http://bench.example";
    private static final PurgeGroup ROUTE = PurgeGroup.ofRoute("items");
    private static final int MOST_GROUPS = 10_000;
    private static final int AT_ONCE = 256;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final byte[] BODY = "{\"name\":\"a course\",\"text\":\"%s\"}"
            .formatted("lorem ipsum ".repeat(20))
            .getBytes(StandardCharsets.US_ASCII);

    private final int responses;
    private final int groups;
    private final RedisProcess redis;
    private final RedisStore store;

    private Filled(int responses, RedisProcess redis, RedisStore store) {
        this.responses = responses;
        this.groups = Math.min(MOST_GROUPS, responses);
        this.redis = redis;
        this.store = store;
    }

    static Filled start(int responses) throws IOException {
        RedisProcess redis = RedisProcess.start();
        Settings.Store settings = new Settings.Store(
                redis.url(),
                "larder:",
                16L << 30,
                5,
                Duration.ofSeconds(1),
                100_000,
                Duration.ofSeconds(30),
                HOUR,
                0,
                Duration.ofSeconds(3));
        Filled filled = new Filled(
                responses,
                redis,
                RedisStore.connect(settings, Duration.ofSeconds(20), System::nanoTime, () -> "rules", null));
        filled.fill();
        return filled;
    }

    int responses() {
        return responses;
    }

    int groups() {
        return groups;
    }

    RedisProcess redis() {
        return redis;
    }

    RedisStore store() {
        return store;
    }

    /** The glob of what a purge of this group concerns, as others would look for it. */
    static String glob(int group) {
        return "larder:items:group:" + group + ":id:*";
    }

    private static PurgeGroup group(int number) {
        return new PurgeGroup("route:items:group=" + number, "items");
    }

    private StoreKey key(int id) {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("group", Integer.toString(id % groups));
        values.put("id", Integer.toString(id));
        return new StoreKey(
                new CacheKey("items", values, "items:group:" + id % groups + ":id:" + id), SITE, Fields.EMPTY);
    }

    private void fill() {
        while (!store.status().usable()) {
            Thread.onSpinWait();
        }
        Semaphore room = new Semaphore(AT_ONCE);
        AtomicInteger stored = new AtomicInteger();
        for (int group = 0; group < groups; group++) {
            Epochs epochs = await(store.epochs("items", List.of(ROUTE, group(group))));
            if (epochs == null) {
                throw new IllegalStateException("Redis does not say what is current");
            }
            for (int id = group; id < responses; id += groups) {
                room.acquireUninterruptibly();
                StoreKey key = key(id);
                var unused = store.put(key, response(key, epochs), HOUR).whenComplete((result, failure) -> {
                    if (result == PutResult.STORED) {
                        stored.incrementAndGet();
                    }
                    room.release();
                });
            }
        }
        room.acquireUninterruptibly(AT_ONCE);
        if (stored.get() != responses) {
            throw new IllegalStateException("only " + stored.get() + " of " + responses + " were stored");
        }
    }

    private static StoredResponse response(StoreKey key, Epochs epochs) {
        Instant at = Instant.parse("2026-11-22T10:00:00Z");
        StoredHead head = new StoredHead(
                new ResponseHead(200, "OK", Fields.of("content-type", "application/json")),
                at,
                at,
                Fields.EMPTY,
                HOUR,
                Duration.ZERO,
                Duration.ZERO);
        return new StoredResponse(key.key().text(), head, BODY, "bench", epochs);
    }

    /** Purges one group, as a write does after its answer; how long that took, in nanoseconds. */
    long purge(int group) {
        List<PurgeGroup> groupsOf = List.of(group(group));
        var intent = await(store.intend(List.of()));
        long begin = System.nanoTime();
        boolean done = await(intent.purge(groupsOf));
        long took = System.nanoTime() - begin;
        if (!done) {
            throw new IllegalStateException("the purge was not done");
        }
        return took;
    }

    /** Whether a response is a hit. */
    boolean isHit(int id) {
        return await(lookup(id)) instanceof Lookup.Found;
    }

    java.util.concurrent.CompletionStage<Lookup> lookup(int id) {
        return store.lookup(key(id), List.of(ROUTE, group(id % groups)));
    }

    private static <T extends @Nullable Object> T await(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no answer of the store", e);
        }
    }

    @Override
    public void close() {
        store.close();
        redis.close();
    }
}
