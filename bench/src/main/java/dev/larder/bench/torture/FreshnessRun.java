package dev.larder.bench.torture;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Several sidecars in processes of their own before one backend and one store, clients that read and write through all of
 * them, and faults. Blocking.
 */
final class FreshnessRun {
    private static final String RULES = "freshness.rules.yaml";
    private static final long LAST_ANSWERS_SECONDS = 40;

    /**
     * What is run.
     *
     * @param rate requests a second, of all clients
     * @param everyMillis mean time between the end of a fault and the next
     * @param hold of a write without an answer, and lease of an intent: short, so that they end within a run
     * @param storeTimeout of one round trip
     */
    record Options(
            int sidecars,
            int clients,
            int rate,
            double writes,
            double zipf,
            Duration length,
            Set<Fault> faults,
            long everyMillis,
            Duration hold,
            Duration lease,
            Duration storeTimeout,
            long seed) {

        Options {
            if (sidecars < 1 || sidecars > 64 || clients < 1 || clients > 4096 || rate < 1 || everyMillis < 1) {
                throw new IllegalArgumentException("options out of bounds: " + sidecars + " sidecars, " + clients
                        + " clients, " + rate + " requests a second, a fault every " + everyMillis + " ms");
            }
        }
    }

    /**
     * What came of it.
     *
     * @param complaints lines of the sidecars' logs that tell of a bug
     */
    record Outcome(FreshnessTally tally, List<String> complaints) {}

    private FreshnessRun() {}

    /**
     * Runs to the end.
     *
     * @param progress takes the tally every few seconds
     * @param reports takes each of the first wrong answers
     */
    static Outcome run(
            Options options, LongSupplier nanoTime, Consumer<FreshnessTally> progress, Consumer<String> reports)
            throws Exception {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        Path folder = Files.createTempDirectory("larder-freshness-");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), PrivateRun.resource(RULES));
        parts.push(() -> {
            Files.deleteIfExists(rules);
            Files.deleteIfExists(folder);
        });
        try {
            World world = new World(8, nanoTime);
            double trouble = options.faults().contains(Fault.ORIGIN) ? 1 : 0;
            TortureOrigin origin = TortureOrigin.start(world, new Whims(options.seed(), trouble), nanoTime);
            parts.push(origin);
            StoreCluster store = StoreCluster.start(folder, options.sidecars());
            parts.push(store);
            List<SidecarProcess> sidecars = new ArrayList<>();
            for (int i = 0; i < options.sidecars(); i++) {
                SidecarProcess sidecar = SidecarProcess.start(i, settings(options, origin, store, rules, i), folder);
                parts.push(sidecar);
                sidecars.add(sidecar);
            }
            for (SidecarProcess sidecar : sidecars) {
                sidecar.awaitReady();
            }
            Map<String, String> sessions = new LinkedHashMap<>();
            world.users().forEach(user -> sessions.put(user, world.openSession(user)));
            Mix mix = new Mix(new Draw(options.seed()), sessions, options.writes(), options.zipf());
            Events events = new Events(nanoTime);
            long pause = TimeUnit.SECONDS.toNanos(options.clients()) / options.rate();
            FreshnessJudge judge = new FreshnessJudge(
                    origin,
                    mix,
                    new Draw(options.seed() + 1),
                    events,
                    options.sidecars(),
                    pause,
                    options.lease(),
                    options.hold(),
                    reports);
            List<URI> targets = sidecars.stream().map(SidecarProcess::address).toList();
            TortureClient client = new TortureClient(targets, judge, nanoTime);
            parts.push(client);
            FaultSchedule schedule = new FaultSchedule(
                    store, sidecars, events, judge.tally(), new Draw(options.seed() + 2), options.faults(), nanoTime);
            CompletableFuture<Void> answered = client.start(options.clients());
            CompletableFuture<Void> struck = struck(schedule, options, nanoTime);
            await(struck, answered, judge.tally(), progress);
            judge.stop();
            awaitLast(answered);
            List<String> complaints = new ArrayList<>();
            for (SidecarProcess sidecar : sidecars) {
                complaints.addAll(sidecar.complaints());
            }
            return new Outcome(judge.tally(), complaints);
        } finally {
            while (!parts.isEmpty()) {
                PrivateRun.close(parts.pop());
            }
        }
    }

    private static CompletableFuture<Void> struck(FaultSchedule schedule, Options options, LongSupplier nanoTime) {
        long until = nanoTime.getAsLong() + options.length().toNanos();
        CompletableFuture<Void> struck = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        schedule.run(until, options.everyMillis());
                        struck.complete(null);
                    } catch (IOException | RuntimeException e) {
                        struck.completeExceptionally(e);
                    }
                },
                "faults");
        thread.setDaemon(true);
        thread.start();
        return struck;
    }

    private static void await(
            CompletableFuture<Void> struck,
            CompletableFuture<Void> answered,
            FreshnessTally tally,
            Consumer<FreshnessTally> progress)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Object> either = CompletableFuture.anyOf(struck, answered);
        while (!either.isDone()) {
            try {
                Object unused = either.get(10, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                progress.accept(tally);
            }
        }
        Object unused = either.get();
    }

    private static void awaitLast(CompletableFuture<Void> answered) throws InterruptedException, ExecutionException {
        try {
            answered.get(LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("requests are without an answer after " + LAST_ANSWERS_SECONDS + " s", e);
        }
    }

    private static Map<String, String> settings(
            Options options, TortureOrigin origin, StoreCluster store, Path rules, int sidecar) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("backend", origin.address().toString());
        settings.put("rules", rules.toString());
        settings.put("store.url", "redis://127.0.0.1:" + store.detour(sidecar).listeningPort());
        settings.put("unknown-outcome-hold", options.hold().toMillis() + "ms");
        settings.put("timeouts.store", options.storeTimeout().toMillis() + "ms");
        settings.put("store.intent-lease", options.lease().toMillis() + "ms");
        return settings;
    }
}
