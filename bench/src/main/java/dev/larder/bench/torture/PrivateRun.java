package dev.larder.bench.torture;

import dev.larder.bench.stage.RedisProcess;
import dev.larder.cli.Launch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A backend, a sidecar with its store and clients, all but Redis in this process, and as many random requests as are asked
 * for. Blocking.
 */
final class PrivateRun {
    private static final String RULES = "torture.rules.yaml";
    private static final long LONGEST_STILL_NANOS = TimeUnit.SECONDS.toNanos(60);

    /**
     * What is run.
     *
     * @param store {@code memory}, {@code redis} for one of its own, or an address as settings take it
     * @param writes the share of requests that are meant to change something
     * @param trouble how often the backend errs: 0 never, 1 as usual
     * @param rules the text of the rules file
     */
    record Options(
            long requests,
            long seed,
            String store,
            int visitors,
            int connections,
            double writes,
            double trouble,
            String rules) {

        Options {
            if (requests < 1 || visitors < 1 || connections < 1 || connections > 4096 || writes < 0 || writes > 1) {
                throw new IllegalArgumentException("options out of bounds: " + requests + " requests, " + visitors
                        + " visitors, " + connections + " connections, writes " + writes);
            }
        }
    }

    private PrivateRun() {}

    /** The rules that fit the backend. */
    static String rules() {
        return resource(RULES);
    }

    /** A file of this package, as text. */
    static String resource(String name) {
        try (InputStream file = PrivateRun.class.getResourceAsStream("/dev/larder/bench/torture/" + name)) {
            if (file == null) {
                throw new IllegalStateException("no " + name + " on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs to the end.
     *
     * @param progress takes a line every few seconds
     * @param reports takes each of the first wrong answers
     */
    static Tally run(Options options, LongSupplier nanoTime, Consumer<Tally> progress, Consumer<String> reports)
            throws IOException, Launch.Refused, InterruptedException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        Path folder = Files.createTempDirectory("larder-torture-");
        try {
            World world = new World(options.visitors(), nanoTime);
            TortureOrigin origin = TortureOrigin.start(world, new Whims(options.seed(), options.trouble()), nanoTime);
            parts.push(origin);
            String store = options.store();
            if (store.equals("redis")) {
                RedisProcess redis = RedisProcess.start();
                parts.push(redis);
                store = redis.url();
            }
            Path rules = Files.writeString(folder.resolve("rules.yaml"), options.rules());
            Launch larder = Launch.start(settings(origin, store, rules), Map.of());
            parts.push(larder);
            Visitors visitors = new Visitors(world);
            Requests requests = new Requests(new Draw(options.seed()), visitors, options.writes());
            Judge judge = new Judge(origin, requests, visitors, options.requests(), reports);
            TortureClient client =
                    new TortureClient(List.of(URI.create("http://" + larder.address())), judge, nanoTime);
            parts.push(client);
            await(client.start(options.connections()), judge.tally(), nanoTime, progress);
            return judge.tally();
        } finally {
            while (!parts.isEmpty()) {
                close(parts.pop());
            }
            Files.deleteIfExists(folder.resolve("rules.yaml"));
            Files.deleteIfExists(folder);
        }
    }

    private static Map<String, String> settings(TortureOrigin origin, String store, Path rules) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen", "127.0.0.1:0");
        settings.put("admin", "127.0.0.1:0");
        settings.put("backend", origin.address().toString());
        settings.put("store.url", store);
        settings.put("store.owed-file", "memory");
        settings.put("rules", rules.toString());
        settings.put("unknown-outcome-hold", "1s");
        // The judge expects each request that reaches the origin.
        settings.put("truth-sampling", "0");
        settings.put("timeouts.drain", "1s");
        // On a busy machine a store in time matters less here than that it is asked.
        settings.put("timeouts.store", "2s");
        return settings;
    }

    private static void await(
            CompletableFuture<Void> done, Tally tally, LongSupplier nanoTime, Consumer<Tally> progress)
            throws InterruptedException {
        long last = -1;
        long since = nanoTime.getAsLong();
        while (true) {
            try {
                done.get(5, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                progress.accept(tally);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the clients failed", e.getCause());
            }
            long now = nanoTime.getAsLong();
            if (tally.requests() != last) {
                last = tally.requests();
                since = now;
            } else if (now - since > LONGEST_STILL_NANOS) {
                throw new IllegalStateException("no answer for a minute, after " + last);
            }
        }
    }

    /** Ends a part, and says so where that fails. */
    static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            System.err.println("ending a part of the run failed: " + e.getMessage());
        }
    }
}
