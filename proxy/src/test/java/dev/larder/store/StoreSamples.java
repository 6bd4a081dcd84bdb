package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.key.CacheKey;
import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Keys, groups and responses for tests of stores, and waiting with a deadline. */
public final class StoreSamples {

    public static final String SITE = "https://courses.example";
    public static final PurgeGroup COURSES = new PurgeGroup("route:courses", "courses");
    public static final PurgeGroup COURSE_7 = new PurgeGroup("route:courses:id=7", "courses");
    public static final PurgeGroup LESSONS = new PurgeGroup("route:lessons", "lessons");
    public static final List<PurgeGroup> GROUPS = List.of(COURSES, COURSE_7);
    public static final StoredPlace PLACE = new StoredPlace("larder:", "larder:courses:id:7", SITE + "|");
    public static final Duration HOUR = Duration.ofHours(1);

    private StoreSamples() {}

    public static Settings.Store settings(String url) {
        return settings(url, "larder:", 8 << 20);
    }

    public static Settings.Store settings(String url, String namespace, long maxBytes) {
        return new Settings.Store(
                url,
                namespace,
                maxBytes,
                5,
                Duration.ofSeconds(1),
                5_000,
                Duration.ofSeconds(10),
                Duration.ofHours(6),
                1 << 20,
                Duration.ofSeconds(3));
    }

    public static CacheKey cacheKey(String route, String id) {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("id", id);
        return new CacheKey(route, values, route + ":id:" + id);
    }

    public static StoreKey key(String id, String... fields) {
        return new StoreKey(cacheKey("courses", id), SITE, Fields.of(fields));
    }

    /** A head without fields. */
    public static StoredHead head() {
        return new StoredHead(
                new ResponseHead(200, "OK", Fields.EMPTY),
                Instant.parse("2026-11-22T10:00:00.123Z"),
                Instant.parse("2026-11-22T10:00:00.456Z"),
                Fields.EMPTY,
                Duration.ofMinutes(5),
                Duration.ZERO,
                HOUR);
    }

    public static StoredResponse response(StoreKey key, Epochs epochs, String body, String... responseFields) {
        Fields fields = Fields.of(responseFields);
        Vary vary = Vary.of(fields);
        Fields varied = key.requestFields()
                .without((name, value) -> vary.names().stream().noneMatch(name::equalsIgnoreCase));
        StoredHead head = new StoredHead(
                new ResponseHead(200, "OK", fields),
                Instant.parse("2026-11-22T10:00:00.123Z"),
                Instant.parse("2026-11-22T10:00:00.456Z"),
                varied,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                HOUR);
        return new StoredResponse(key.key().text(), head, body.getBytes(StandardCharsets.UTF_8), "fp", epochs);
    }

    public static String body(Lookup lookup) {
        if (lookup instanceof Lookup.Found found) {
            return new String(found.response().body(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("expected a stored response, got " + lookup);
    }

    public static boolean equal(StoredResponse one, StoredResponse other) {
        return one.keyText().equals(other.keyText())
                && one.head().equals(other.head())
                && Arrays.equals(one.body(), other.body())
                && one.fingerprint().equals(other.fingerprint())
                && one.epochs().equals(other.epochs());
    }

    /** The value of a stage, which must complete within half a minute. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no value within 30 s", e);
        }
    }

    /** Waits until a condition holds, asked every few milliseconds, for at most half a minute. */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 30 s: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
