package dev.larder.bench.soak;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A steady rate of mixed requests: hits on 10,000 stored responses, writes that purge one, brief ones that expire, larger
 * bodies that pass, and some that are refused. Begins at once, ends when it is closed.
 */
final class SoakLoad implements AutoCloseable {

    static final int KEYS = 10_000;
    private static final int TICK_MILLIS = 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Semaphore inFlight = new Semaphore(64);
    private final SplittableRandom random = new SplittableRandom(5);
    private final String origin;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();

    SoakLoad(int port) {
        origin = "http://127.0.0.1:" + port;
    }

    /** Asks for each of the stored ones once; blocks. */
    void fill() throws InterruptedException {
        for (int i = 0; i < KEYS; i++) {
            inFlight.acquire();
            send(HttpRequest.newBuilder(URI.create(origin + "/things/" + i)));
        }
        inFlight.acquire(64);
        inFlight.release(64);
    }

    /** Begins to send so many a second. */
    void begin(int rate) {
        int each = Math.max(1, rate * TICK_MILLIS / 1000);
        var unused = clock.scheduleAtFixedRate(
                () -> {
                    for (int i = 0; i < each && inFlight.tryAcquire(); i++) {
                        send(next());
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private HttpRequest.Builder next() {
        int kind = random.nextInt(1000);
        String thing = origin + "/things/" + random.nextInt(KEYS);
        if (kind < 900) {
            return HttpRequest.newBuilder(URI.create(thing));
        }
        if (kind < 920) {
            return HttpRequest.newBuilder(URI.create(thing)).PUT(HttpRequest.BodyPublishers.ofString("x"));
        }
        if (kind < 960) {
            return HttpRequest.newBuilder(URI.create(origin + "/brief/" + random.nextInt(KEYS)));
        }
        if (kind < 980) {
            return HttpRequest.newBuilder(URI.create(origin + "/large/" + kind));
        }
        return HttpRequest.newBuilder(URI.create(thing + "?unnamed=" + random.nextInt()));
    }

    private void send(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
        var unused = asked.whenComplete((answer, failure) -> {
            inFlight.release();
            if (failure != null || answer.statusCode() != 200) {
                failed.incrementAndGet();
                return;
            }
            answered.incrementAndGet();
            if (answer.headers().firstValue("Cache-Status").orElse("").contains("; hit")) {
                hits.incrementAndGet();
            }
        });
    }

    long answered() {
        return answered.get();
    }

    long failed() {
        return failed.get();
    }

    long hits() {
        return hits.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
