package dev.larder.bench.killed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One item, one write through a sidecar that is killed a moment after the backend has committed it, and reads through
 * another until the old version can be gone, and a while longer. Confined to its thread.
 */
final class KillTrial {
    /** Between two reads. */
    private static final long PAUSE_NANOS = 3_000_000;

    /** How precise the end of a lease is: the store rounds to milliseconds, and a read takes a while to get there. */
    static final long ROUNDING_NANOS = 20_000_000;

    private static final long WATCH_ON_NANOS = 500_000_000;
    private static final int MOST_WARM_UP = 2_000;
    private static final int WARM_UP_WRITES = 5;

    /** Where in the write the kill struck, as far as can be told from outside. */
    enum Struck {
        BEFORE_BACKEND_ANSWERED("before the backend answered"),
        BEFORE_PURGE("then before the purge"),
        BEFORE_ANSWER("then before the client had its answer"),
        ANSWERED("after that");

        private final String words;

        Struck(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * What was seen.
     *
     * @param struck where in the write the kill struck
     * @param staleAfterAnswer reads of the old version that began after the write was answered
     * @param staleAfterLease reads of it that began after the kill and the lease
     * @param oldBefore reads of it that were right answers
     * @param millisToNew from the kill to the first read of the new version
     * @param stale what the first and the last stale read looked like
     */
    record Result(
            Struck struck,
            int staleAfterAnswer,
            int staleAfterLease,
            int oldBefore,
            long millisToNew,
            List<String> stale) {}

    private final HttpClient client;
    private final VersionedOrigin origin;
    private final String reader;
    private final Duration lease;
    private final String path;

    KillTrial(HttpClient client, VersionedOrigin origin, String reader, Duration lease, String path) {
        this.client = client;
        this.origin = origin;
        this.reader = reader;
        this.lease = lease;
        this.path = path;
    }

    /**
     * Fills the cache, writes and kills.
     *
     * @param answerNanos from the commit to the backend's answer
     * @param killNanos from the commit to the kill
     * @return what is left to do: reading, which takes longer than the lease
     */
    Watch strike(Victim victim, long answerNanos, long killNanos)
            throws IOException, InterruptedException, TimeoutException {
        warm(victim);
        VersionedOrigin.Plan write = origin.expectWrite(path, answerNanos);
        CompletableFuture<Long> answered = client.sendAsync(
                        request(victim.port())
                                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .handle((response, failure) ->
                        response != null && response.statusCode() == 200 ? System.nanoTime() : Long.MAX_VALUE);
        long committedNanos;
        try {
            committedNanos = write.committed().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
        for (long left = killNanos; left > 0; left = committedNanos + killNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        victim.kill();
        return new Watch(System.nanoTime(), write.answered(), answered);
    }

    /** A hit to lose, and a sidecar that has loaded what it needs for a write. */
    private void warm(Victim victim) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP_WRITES; i++) {
            HttpResponse<String> unused = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + victim.port() + "/items/warm-up"))
                            .PUT(HttpRequest.BodyPublishers.ofString("x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        for (int i = 0; i < MOST_WARM_UP; i++) {
            if (read().headers().firstValue("cache-status").orElse("").contains("; hit")) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IOException("no hit of " + path);
    }

    private HttpRequest.Builder request(int port) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> read() throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + reader + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The reads after the kill. */
    final class Watch {
        private final long killedNanos;
        private final CompletableFuture<Long> backendAnswered;
        private final CompletableFuture<Long> answered;

        private Watch(long killedNanos, CompletableFuture<Long> backendAnswered, CompletableFuture<Long> answered) {
            this.killedNanos = killedNanos;
            this.backendAnswered = backendAnswered;
            this.answered = answered;
        }

        Result run() throws IOException, InterruptedException {
            long leaseOver = killedNanos + lease.toNanos() + ROUNDING_NANOS;
            int afterAnswer = 0;
            int afterLease = 0;
            int before = 0;
            long newNanos = -1;
            List<String> stale = new ArrayList<>();
            for (long began = System.nanoTime(); began < leaseOver + WATCH_ON_NANOS; began = System.nanoTime()) {
                HttpResponse<String> got = read();
                int version = Integer.parseInt(got.body());
                if (version == origin.version(path)) {
                    newNanos = newNanos < 0 ? System.nanoTime() : newNanos;
                } else if (began > answered.getNow(Long.MAX_VALUE)) {
                    afterAnswer++;
                    note(stale, began, got);
                } else if (began > leaseOver) {
                    afterLease++;
                    note(stale, began, got);
                } else {
                    before++;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            Struck struck = before > 0 ? Struck.BEFORE_PURGE : Struck.BEFORE_ANSWER;
            if (answered.getNow(Long.MAX_VALUE) != Long.MAX_VALUE) {
                struck = Struck.ANSWERED;
            } else if (backendAnswered.getNow(Long.MAX_VALUE) - killedNanos > 0) {
                struck = Struck.BEFORE_BACKEND_ANSWERED;
            }
            long toNew = newNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(newNanos - killedNanos);
            return new Result(struck, afterAnswer, afterLease, before, toNew, stale);
        }

        private void note(List<String> stale, long began, HttpResponse<String> got) {
            while (stale.size() > 1) {
                stale.remove(1);
            }
            stale.add("%s: read %d ms after the kill: %s"
                    .formatted(
                            path,
                            TimeUnit.NANOSECONDS.toMillis(began - killedNanos),
                            got.headers().firstValue("cache-status").orElse("")));
        }
    }
}
