package dev.larder.bench.killed;

import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.RedisProcess;
import dev.larder.bench.stage.Stage;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code killed}: SIGKILL between a write's commit and its purge, many times, and no stale read after the intent's lease. */
@Command(
        name = "killed",
        mixinStandardHelpOptions = true,
        description = {
            "Writes through sidecars in processes of their own, kills each (SIGKILL) at a random moment between the backend's",
            "commit and the purge, and reads through another sidecar on the same Redis. Counts reads of the old version that",
            "began after the write was answered, or after the intent's lease."
        })
public final class KilledCommand implements Callable<Integer> {
    private static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 1h
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}"]
            """;
    private static final int SECONDS_BETWEEN_LINES = 5;

    @Option(names = "--times", description = "How many sidecars are killed (default: ${DEFAULT-VALUE}).")
    private int times = 200;

    @Option(names = "--lease", description = "The intent's lease in milliseconds (default: ${DEFAULT-VALUE}).")
    private int leaseMillis = 1_000;

    @Option(
            names = "--lanes",
            description =
                    "Trials side by side, each with a key space, a backend and a reader of its own (default: ${DEFAULT-VALUE}).")
    private int lanes = 6;

    @Option(
            names = "--longest-answer",
            description = "Milliseconds from commit to answer, at most (default: ${DEFAULT-VALUE}).")
    private int longestAnswer = 8;

    @Option(names = "--minutes", description = "Ends earlier, after so many minutes (default: ${DEFAULT-VALUE}).")
    private int minutes = 30;

    @Option(names = "--seed", description = "Of the random moments (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        System.out.printf(
                "%d sidecars killed between commit and purge, %d at a time, on %s; intent lease %d ms, seed %d%n",
                times, lanes, Machine.line(), leaseMillis, seed);
        KillTally tally = new KillTally();
        Thread verdict = new Thread(() -> print(tally), "verdict");
        Runtime.getRuntime().addShutdownHook(verdict);
        run(tally);
        // Not reached where somebody ends this early: then the hook tells how far it came.
        Runtime.getRuntime().removeShutdownHook(verdict);
        print(tally);
        return tally.isFresh() ? 0 : 1;
    }

    private void run(KillTally tally) throws Exception {
        Path folder = Files.createTempDirectory("larder-killed-");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<KillLane> open = new ArrayList<>();
        try (RedisProcess redis = RedisProcess.start()) {
            Map<String, String> settings = Map.of(
                    "rules",
                    rules.toString(),
                    "store.url",
                    redis.url(),
                    "store.intent-lease",
                    leaseMillis + "ms",
                    // A machine that starts processes all the time is slow now and then.
                    "timeouts.store",
                    "500ms");
            try {
                for (int i = 0; i < Math.min(lanes, times); i++) {
                    open.add(new KillLane(
                            i,
                            settings,
                            client,
                            new Random(seed + i),
                            Duration.ofMillis(leaseMillis),
                            longestAnswer,
                            folder));
                }
                await(open, tally, threads);
            } finally {
                open.forEach(KillLane::close);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void await(List<KillLane> open, KillTally tally, ExecutorService threads) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        AtomicInteger turns = new AtomicInteger();
        IntSupplier next = () -> {
            int turn = turns.getAndIncrement();
            return turn < times && System.nanoTime() - end < 0 ? turn : -1;
        };
        List<Future<Void>> running = new ArrayList<>();
        for (KillLane lane : open) {
            running.add(threads.submit(() -> {
                lane.run(next, tally);
                return null;
            }));
        }
        for (Future<Void> one : running) {
            while (!one.isDone()) {
                try {
                    Void unused = one.get(SECONDS_BETWEEN_LINES, TimeUnit.SECONDS);
                } catch (TimeoutException notYet) {
                    Stage.tell(tally.line());
                }
            }
            Void unused = one.get();
        }
    }

    private static void print(KillTally tally) {
        System.out.println(tally.line());
        System.out.println(tally.waits());
        tally.stale().forEach(System.out::println);
        System.out.println(tally.isFresh() ? "nothing stale" : "STALE");
    }
}
