package dev.larder.bench.killed;

import dev.larder.bench.mix.Machine;
import dev.larder.bench.stage.RedisProcess;
import dev.larder.bench.stage.Stage;
import dev.larder.cli.Launch;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
    /** After the answer, for the purge and the answer's way back. */
    private static final int MICROS_AFTER_ANSWER = 2_000;

    private static final int WATCHERS = 8;

    @Option(names = "--times", description = "How many sidecars are killed (default: ${DEFAULT-VALUE}).")
    private int times = 200;

    @Option(names = "--lease", description = "The intent's lease in milliseconds (default: ${DEFAULT-VALUE}).")
    private int leaseMillis = 1_000;

    @Option(names = "--ready", description = "Sidecars that are started ahead (default: ${DEFAULT-VALUE}).")
    private int ready = 3;

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
                "%d sidecars killed between commit and purge, on %s; intent lease %d ms, seed %d%n",
                times, Machine.line(), leaseMillis, seed);
        Path folder = Files.createTempDirectory("larder-killed-");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        List<KillTrial.Result> results;
        try (RedisProcess redis = RedisProcess.start();
                VersionedOrigin origin = VersionedOrigin.start()) {
            Map<String, String> settings = Map.of(
                    "backend",
                    "http://127.0.0.1:" + origin.port(),
                    "rules",
                    rules.toString(),
                    "store.url",
                    redis.url(),
                    "store.intent-lease",
                    leaseMillis + "ms",
                    "store.owed-file",
                    folder.resolve("owed").toString(),
                    // A machine that starts processes all the time is slow now and then.
                    "timeouts.store",
                    "500ms");
            Map<String, String> own = new HashMap<>(settings);
            own.put("listen", "127.0.0.1:0");
            own.put("admin", "127.0.0.1:0");
            try (Launch reader = Launch.start(own, Map.of())) {
                results = trials(origin, reader.address(), settings, folder.resolve("sidecars.log"));
            }
        }
        return print(results);
    }

    private List<KillTrial.Result> trials(VersionedOrigin origin, String reader, Map<String, String> settings, Path log)
            throws Exception {
        Random random = new Random(seed);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService starters = Executors.newFixedThreadPool(ready);
        ExecutorService watchers = Executors.newFixedThreadPool(WATCHERS);
        Deque<Future<Victim>> started = new ArrayDeque<>();
        List<Future<KillTrial.Result>> watched = new ArrayList<>();
        List<KillTrial.Result> results = new ArrayList<>();
        try {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
            for (int i = 0; i < times && System.nanoTime() - end < 0; i++) {
                while (started.size() < Math.min(ready, times - i)) {
                    started.add(starters.submit(() -> Victim.start(settings, log)));
                }
                try (Victim victim = started.remove().get()) {
                    KillTrial trial =
                            new KillTrial(client, origin, reader, Duration.ofMillis(leaseMillis), "/items/" + i);
                    int answerMicros = random.nextInt(1_000 * longestAnswer + 1);
                    int killMicros = random.nextInt(answerMicros + MICROS_AFTER_ANSWER);
                    KillTrial.Watch watch = trial.strike(victim, 1_000L * answerMicros, 1_000L * killMicros);
                    watched.add(watchers.submit(watch::run));
                }
                if ((i + 1) % 20 == 0) {
                    Stage.tell((i + 1) + " of " + times + " killed");
                }
            }
            for (Future<KillTrial.Result> one : watched) {
                results.add(one.get());
            }
        } finally {
            for (Future<Victim> one : started) {
                one.get().close();
            }
            starters.shutdownNow();
            watchers.shutdownNow();
        }
        return results;
    }

    private static int print(List<KillTrial.Result> results) {
        long answered = results.stream().filter(KillTrial.Result::answered).count();
        int afterAnswer =
                results.stream().mapToInt(KillTrial.Result::staleAfterAnswer).sum();
        int afterLease =
                results.stream().mapToInt(KillTrial.Result::staleAfterLease).sum();
        int before = results.stream().mapToInt(KillTrial.Result::oldBefore).sum();
        long never = results.stream().filter(one -> one.millisToNew() < 0).count();
        long[] waits = results.stream()
                .filter(one -> !one.answered() && one.oldBefore() > 0)
                .mapToLong(KillTrial.Result::millisToNew)
                .sorted()
                .toArray();
        System.out.printf(
                "%d killed: before the answer %d, after it %d%n", results.size(), results.size() - answered, answered);
        if (waits.length > 0) {
            System.out.printf(
                    "old version served for a while, until the intent lapsed, %d times: new after %d ms median, %d ms longest%n",
                    waits.length, waits[waits.length / 2], waits[waits.length - 1]);
        }
        System.out.printf(
                "stale after the answer %d, stale after the lease %d, old before that (right answers) %d, never new %d%n",
                afterAnswer, afterLease, before, never);
        return afterAnswer + afterLease + never == 0 ? 0 : 1;
    }
}
