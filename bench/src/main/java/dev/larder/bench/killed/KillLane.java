package dev.larder.bench.killed;

import dev.larder.cli.Launch;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * One trial after another that no other lane has to do with: a key space, a backend and a reading sidecar of its own. So that
 * what a trial waits for (the lease of the member that was killed before, the lapse of an intent) is waited for by several at a
 * time. For one thread; blocks.
 */
final class KillLane implements AutoCloseable {
    /** After the answer, for the purge and the answer's way back. */
    private static final int MICROS_AFTER_ANSWER = 10_000;

    private final HttpClient client;
    private final Random random;
    private final Duration lease;
    private final int longestAnswerMillis;
    private final Path log;
    private final VersionedOrigin origin;
    private final Launch reader;
    private final Map<String, String> settings;
    private final ExecutorService starter = Executors.newSingleThreadExecutor();

    /**
     * A lane that is ready.
     *
     * @param number names its key space
     * @param common settings of all sidecars of all lanes
     * @param random of the moments
     * @param folder for what sidecars keep and say
     */
    KillLane(
            int number,
            Map<String, String> common,
            HttpClient client,
            Random random,
            Duration lease,
            int longestAnswerMillis,
            Path folder)
            throws IOException, Launch.Refused {
        this.client = client;
        this.random = random;
        this.lease = lease;
        this.longestAnswerMillis = longestAnswerMillis;
        this.log = folder.resolve("sidecars-" + number + ".log");
        this.origin = VersionedOrigin.start();
        this.settings = new HashMap<>(common);
        settings.put("backend", "http://127.0.0.1:" + origin.port());
        settings.put("store.namespace", "killed" + number + ":");
        settings.put("store.owed-file", folder.resolve("owed-" + number).toString());
        Map<String, String> own = new HashMap<>(settings);
        own.put("listen", "127.0.0.1:0");
        own.put("admin", "127.0.0.1:0");
        own.put("store.owed-file", folder.resolve("owed-" + number + "-reader").toString());
        this.reader = Launch.start(own, Map.of());
    }

    /**
     * Kills until there are no more turns.
     *
     * @param turns the number of the next trial, or something negative
     */
    void run(IntSupplier turns, KillTally tally)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int turn = turns.getAsInt();
        Future<Victim> next = turn < 0 ? null : begin();
        while (next != null) {
            KillTrial.Watch watch;
            try (Victim victim = next.get()) {
                KillTrial trial = new KillTrial(client, origin, reader.address(), lease, "/items/" + turn);
                int answerMicros = random.nextInt(1_000 * longestAnswerMillis + 1);
                int killMicros = random.nextInt(answerMicros + MICROS_AFTER_ANSWER);
                watch = trial.strike(victim, 1_000L * answerMicros, 1_000L * killMicros);
            }
            turn = turns.getAsInt();
            next = turn < 0 ? null : begin();
            tally.add(watch.run());
        }
    }

    private Future<Victim> begin() {
        return starter.submit(() -> Victim.start(settings, log));
    }

    @Override
    public void close() {
        starter.shutdownNow();
        reader.close();
        origin.close();
    }
}
