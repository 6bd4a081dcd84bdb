package dev.larder.bench.soak;

import dev.larder.bench.mix.LoadClient;
import dev.larder.bench.mix.LoadClient.Reply;
import dev.larder.bench.mix.LoadClient.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A steady rate of mixed requests: hits on 10,000 stored responses, writes that purge one, brief ones that expire, larger
 * bodies that pass, and some that may not be cached. What the sidecar has no answer for yet when 64 are under way is left out
 * and counted, so that a slow machine shows.
 */
final class SoakLoad implements AutoCloseable {

    /** Few enough for each to have been asked for before the warming up is over. */
    private static final int BRIEF_KEYS = 300;

    private static final int IN_FLIGHT = 64;
    private static final int TICK_MILLIS = 20;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final SplittableRandom random = new SplittableRandom(5);
    private final LoadClient client;
    private final int keys;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private volatile String firstFailure = "";

    /**
     * Nothing is sent yet.
     *
     * @param keys how many responses are stored for long
     */
    SoakLoad(int port, int keys) {
        this.keys = keys;
        client = new LoadClient(URI.create("http://127.0.0.1:" + port), IN_FLIGHT, System::nanoTime);
    }

    /**
     * Asks for each of the stored ones once; blocks.
     *
     * @throws IOException if one fails, or nothing is answered for so long
     */
    void fill(Duration patience) throws IOException {
        long before = -1;
        long since = System.nanoTime();
        int next = 0;
        while (ended() < keys) {
            while (next < keys && send(new Request("GET", "/things/" + next, Map.of(), ""))) {
                next++;
            }
            if (failed.get() > 0) {
                throw new IOException("the sidecar could not be filled: " + firstFailure);
            }
            if (ended() != before) {
                before = ended();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > patience.toNanos()) {
                throw new IOException("the sidecar could not be filled: no answer for " + patience.toSeconds()
                        + " s, after " + before);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private long ended() {
        return answered.get() + failed.get();
    }

    /** Begins to send so many a second. */
    void begin(int rate) {
        long began = System.nanoTime();
        long[] due = {0};
        var unused = clock.scheduleAtFixedRate(
                () -> {
                    long until = (System.nanoTime() - began) / 1_000 * rate / 1_000_000;
                    for (; due[0] < until; due[0]++) {
                        if (!send(next())) {
                            leftOut.incrementAndGet();
                        }
                    }
                },
                TICK_MILLIS,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private Request next() {
        int kind = random.nextInt(1000);
        String thing = "/things/" + random.nextInt(keys);
        if (kind < 900) {
            return new Request("GET", thing, Map.of(), "");
        }
        if (kind < 920) {
            return new Request("PUT", thing, Map.of(), "x");
        }
        if (kind < 960) {
            return new Request("GET", "/brief/" + random.nextInt(BRIEF_KEYS), Map.of(), "");
        }
        if (kind < 980) {
            return new Request("GET", "/large/" + kind, Map.of(), "");
        }
        return new Request("GET", thing + "?unnamed=" + random.nextInt(), Map.of(), "");
    }

    private boolean send(Request request) {
        return client.send(request, reply -> ended(request, reply));
    }

    private void ended(Request request, Reply reply) {
        if (reply.status() != 200) {
            if (failed.incrementAndGet() == 1) {
                firstFailure = request.method() + " " + request.target() + ": " + reply.status() + " " + reply.body();
            }
            return;
        }
        answered.incrementAndGet();
        if (reply.hit()) {
            hits.incrementAndGet();
        }
    }

    long answered() {
        return answered.get();
    }

    long failed() {
        return failed.get();
    }

    /** What became of the first that failed; empty as long as none has. */
    String firstFailure() {
        return firstFailure;
    }

    long hits() {
        return hits.get();
    }

    long leftOut() {
        return leftOut.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        client.close();
    }
}
