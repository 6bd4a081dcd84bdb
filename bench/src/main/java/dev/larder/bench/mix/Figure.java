package dev.larder.bench.mix;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * The design document's figure: one request after another for one key, the first of which nobody asked before.
 * Latencies in microseconds.
 *
 * @param first of the first request
 * @param second of the second
 * @param third of the third
 * @param later of all but the first
 * @param laterHits how many of these came from a cache, by its own word
 */
public record Figure(long first, long second, long third, Histogram later, long laterHits) {
    private static final long PATIENCE_SECONDS = 30;
    private static final long LONGEST_MICROS = TimeUnit.SECONDS.toMicros(PATIENCE_SECONDS);

    /**
     * What is asked before anything is timed.
     *
     * @param path path and query; every second request is for a longer form of it, which nobody asked before
     * @param cookie the Cookie field, of another visitor where the first request is to be a visitor's first
     * @param then is run after it
     */
    public record WarmUp(String path, String cookie, int requests, Runnable then) {}

    private record Timed(LoadClient.Reply reply, long micros) {}

    /** Of the first three. */
    public long averageOfThree() {
        return (first + second + third) / 3;
    }

    /**
     * Asks.
     *
     * @param target backend or proxy
     * @param path path and query of the key, which must not be cached yet
     * @param warm another one, asked before, so that code is compiled and connections stand
     * @param cookie the Cookie field, empty for none
     * @param requests how many, at least 3
     * @throws IOException where an answer is missing or not 200
     */
    public static Figure take(URI target, String path, WarmUp warm, String cookie, int requests, LongSupplier nanoTime)
            throws IOException, InterruptedException {
        Map<String, String> fields = fields(cookie);
        try (LoadClient client = new LoadClient(target, 1, nanoTime)) {
            for (int i = 0; i < warm.requests(); i++) {
                // Misses as well as hits, if a cache is there.
                ask(client, i % 2 == 0 ? warm.path() : warm.path() + "w" + i, fields(warm.cookie()), nanoTime);
            }
            warm.then().run();
            Timed first = ask(client, path, fields, nanoTime);
            long second = 0;
            long third = 0;
            Histogram later = new Histogram(LONGEST_MICROS, 3);
            long hits = 0;
            for (int i = 1; i < requests; i++) {
                Timed next = ask(client, path, fields, nanoTime);
                second = i == 1 ? next.micros() : second;
                third = i == 2 ? next.micros() : third;
                hits += next.reply().hit() ? 1 : 0;
                later.recordValue(Math.min(next.micros(), LONGEST_MICROS));
            }
            return new Figure(first.micros(), second, third, later, hits);
        }
    }

    private static Map<String, String> fields(String cookie) {
        return cookie.isEmpty() ? Map.of() : Map.of("Cookie", cookie);
    }

    private static Timed ask(LoadClient client, String path, Map<String, String> fields, LongSupplier nanoTime)
            throws IOException, InterruptedException {
        BlockingQueue<Timed> replies = new ArrayBlockingQueue<>(1);
        long start = nanoTime.getAsLong();
        boolean sent = client.send(
                new LoadClient.Request("GET", path, fields, ""),
                reply -> replies.add(new Timed(reply, TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - start))));
        Timed timed = sent ? replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) : null;
        if (timed == null) {
            throw new IOException("GET " + path + " had no answer within " + PATIENCE_SECONDS + " s");
        }
        if (timed.reply().status() != 200) {
            throw new IOException("GET %s answered %d %s; expected 200"
                    .formatted(path, timed.reply().status(), timed.reply().body()));
        }
        return timed;
    }
}
