package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.larder.bench.course.RawHttp;
import dev.larder.bench.course.RawHttp.Response;
import dev.larder.cli.Launch;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A running sidecar with the repository's own rules, an empty store and the one backend, and what to ask it. */
final class Sidecar implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a cache adds, and what belongs to a connection. */
    private static final Set<String> OF_THE_HOP = Set.of(
            "date", "age", "cache-status", "via", "connection", "keep-alive", "transfer-encoding", "content-length");

    private final Launch launch;
    private final int port;
    private final int backendPort;

    private Sidecar(Launch launch, int backendPort) {
        this.launch = launch;
        this.port = Integer.parseInt(launch.address().substring(launch.address().lastIndexOf(':') + 1));
        this.backendPort = backendPort;
    }

    /** Starts one whose store is patient, so that a machine under load does not turn hits into misses. */
    static Sidecar start(StoreKind store, CourseGround.Ground ground) {
        if (store == StoreKind.REDIS) {
            ground.lookIntoRedis().flushall();
        }
        return start(
                ground,
                Map.of("store.url", store == StoreKind.REDIS ? ground.redisUrl() : "memory", "timeouts.store", "2s"));
    }

    static Sidecar start(CourseGround.Ground ground, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("listen", "127.0.0.1:0");
        all.put("admin", "127.0.0.1:0");
        // What an earlier one owes its own store is none of this one's business.
        all.putIfAbsent("store.owed-file", "memory");
        // What reaches the backend is counted.
        all.putIfAbsent("truth-sampling", "0");
        all.put("rules", "../rules.yaml");
        all.put("backend", ground.backend().address().toString());
        try {
            return new Sidecar(Launch.start(all, Map.of()), ground.backend().port());
        } catch (Launch.Refused e) {
            throw new IllegalStateException(e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Response ask(Read read) {
        return send("GET", read.target(), "", read.fields());
    }

    Response send(String method, String target, String body, String... fields) {
        return RawHttp.send(port, method, target, body, fields);
    }

    /** What the backend answers by itself. */
    Response askBackend(Read read) {
        return sendToBackend("GET", read.target(), "", read.fields());
    }

    Response sendToBackend(String method, String target, String body, String... fields) {
        return RawHttp.send(backendPort, method, target, body, fields);
    }

    /** Asks until it is a hit, and gives that. */
    Response warm(Read read) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Response response = ask(read);
        while (!isHit(response)) {
            if (System.nanoTime() > end) {
                fail(read + " does not become a hit: " + response.status() + " " + response.field("cache-status"));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            response = ask(read);
        }
        return response;
    }

    void warm(List<Read> reads) {
        reads.forEach(this::warm);
    }

    void assertHit(Read read) {
        Response response = ask(read);
        assertTrue(isHit(response), () -> "expected a hit: " + told(read, response));
        assertSame(read, askBackend(read), response);
    }

    static boolean isHit(Response response) {
        return parameters(response).contains("hit");
    }

    static void assertNoHit(Read read, Response response) {
        assertFalse(isHit(response), () -> "expected no hit: " + told(read, response));
        assertFalse(response.field("cache-status").isEmpty(), () -> "no Cache-Status: " + told(read, response));
    }

    static List<String> parameters(Response response) {
        return List.of(response.field("cache-status").split("; *"));
    }

    /** The same status, body and fields, but for what a cache adds and what belongs to a connection. */
    static void assertSame(Object what, Response expected, Response actual) {
        assertEquals(expected.status(), actual.status(), () -> "status of " + what);
        assertEquals(fields(expected), fields(actual), () -> "fields of " + what);
        assertArrayEquals(
                expected.body(),
                actual.body(),
                () -> "body of " + what + "; expected\n" + expected.text() + "\nbut it was\n" + actual.text());
    }

    private static List<String> fields(Response response) {
        return response.lines().stream()
                .filter(line -> !OF_THE_HOP.contains(
                        line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)))
                .toList();
    }

    static String told(Read read, Response response) {
        return read + " was answered " + response.status() + " with Cache-Status: " + response.field("cache-status");
    }

    @Override
    public void close() {
        launch.close();
    }
}
