package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.cli.Main;
import dev.larder.rig.FreePort;
import dev.larder.rig.Gate;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar in a process of its own that is killed at the worst moment loses no purge. */
class KilledSidecarTest {

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
              - name: item-changed-late
                when: "PUT /late/{id}"
                again-after: 1h
                purge: ["items:id:{id}"]
            """;

    @TempDir
    @Nullable
    Path folder;

    private static RealRedis redis;
    private final Gate committed = new Gate();
    private final List<Process> sidecars = new ArrayList<>();
    private @Nullable FaultProxy network;
    private @Nullable ScriptedOrigin origin;
    private volatile int value = 1;
    private volatile boolean answersWrites = true;
    private volatile String onDiskAtWrite = "";
    private volatile int port;

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void start() {
        redis.commands().flushall();
        network = new FaultProxy(redis.port());
        origin = ScriptedOrigin.start((request, exchange) -> {
            if (request.method().equals("PUT")) {
                onDiskAtWrite = Files.readString(owed());
                value++;
                if (!answersWrites) {
                    committed.pass();
                }
            }
            exchange.respond(200, "value " + value);
            return true;
        });
    }

    @AfterEach
    void end() throws Exception {
        committed.open();
        for (Process sidecar : sidecars) {
            kill(sidecar);
        }
        network().close();
        if (origin != null) {
            origin.close();
        }
    }

    private FaultProxy network() {
        if (network == null) {
            throw new IllegalStateException("not started");
        }
        return network;
    }

    private Path owed() {
        if (folder == null) {
            throw new IllegalStateException("not started");
        }
        return folder.resolve("owed");
    }

    private Process sidecar() throws Exception {
        return sidecar("1s");
    }

    private Process sidecar(String intentLease, String... flags) throws Exception {
        if (folder == null || origin == null) {
            throw new IllegalStateException("not started");
        }
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        port = FreePort.next();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dio.lettuce.core.iouring=false",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--listen=127.0.0.1:" + port,
                "--admin=127.0.0.1:0",
                "--backend=http://127.0.0.1:" + origin.port(),
                "--rules=" + rules,
                "--store-url=redis://127.0.0.1:" + network().port(),
                "--store-intent-lease=" + intentLease,
                "--timeouts-store=500ms",
                "--truth-sampling=0",
                "--store-owed-file=" + owed()));
        command.addAll(List.of(flags));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("sidecar-" + sidecars.size() + ".log").toFile())
                .start();
        sidecars.add(process);
        Until.holds("the sidecar answers", () -> {
            try {
                return get().status() == 200;
            } catch (IOException | IllegalStateException notYet) {
                return !process.isAlive();
            }
        });
        assertTrue(process.isAlive(), "see the log");
        return process;
    }

    private static void kill(Process sidecar) throws InterruptedException {
        sidecar.destroyForcibly();
        assertTrue(sidecar.waitFor(10, TimeUnit.SECONDS));
    }

    private RawClient client() {
        return RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private Answer get() throws IOException {
        try (RawClient client = client()) {
            return client.get("/items/7");
        }
    }

    private int write(String target) throws IOException {
        try (RawClient client = client()) {
            return client.request("PUT", target, "x").status();
        }
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().contains("; hit");
    }

    private void untilHit() throws Exception {
        Until.holds("a hit", () -> isHit(get()));
    }

    /** Whatever is answered meanwhile, it is the newest. */
    private void untilHitAndNeverStale() throws Exception {
        Until.holds("a hit", () -> {
            Answer answer = get();
            assertEquals("value " + value, answer.text(), answer.cacheStatus());
            return isHit(answer);
        });
    }

    @Test
    void aPurgeThatWasOwedWhenTheSidecarWasKilledIsAppliedBeforeTheNextOneUsesTheStore() throws Exception {
        Process first = sidecar();
        untilHit();
        network().refuse(true);
        network().cutAll();
        Until.holds("the store is away", () -> !isHit(get()));
        assertEquals(200, write("/items/7"));
        kill(first);
        network().heal();
        sidecar();
        untilHitAndNeverStale();
    }

    @Test
    void aPurgeThatFailedAfterItsIntentStoodIsNotedBeforeTheAnswer() throws Exception {
        Process first = sidecar("1h");
        untilHit();
        answersWrites = false;
        Thread writer = new Thread(() -> {
            try {
                int unused = write("/items/7");
            } catch (IOException killed) {
                return;
            }
        });
        writer.start();
        committed.awaitArrivals(1);
        network().refuse(true);
        network().cutAll();
        Until.holds("the store is away", () -> !isHit(get()));
        committed.open();
        writer.join(10_000);
        assertFalse(writer.isAlive());
        kill(first);
        // As if another server had taken over, to which the intent never came.
        for (String group : redis.commands().keys("*route:items*")) {
            for (String field : redis.commands().hkeys(group)) {
                if (field.startsWith(RedisNames.INTENT)) {
                    redis.commands().hdel(group, field);
                }
            }
        }
        network().heal();
        sidecar();
        untilHitAndNeverStale();
    }

    @Test
    void aWriteUnderWayWhileTheStoreWasAwayIsOwedByTheNextSidecar() throws Exception {
        Process first = sidecar();
        untilHit();
        network().refuse(true);
        network().cutAll();
        Until.holds("the store is away", () -> !isHit(get()));
        answersWrites = false;
        Thread writer = new Thread(() -> {
            try {
                int unused = write("/items/7");
            } catch (IOException killed) {
                return;
            }
        });
        writer.start();
        committed.awaitArrivals(1);
        kill(first);
        committed.open();
        writer.join(10_000);
        network().heal();
        sidecar();
        untilHitAndNeverStale();
    }

    @Test
    void aSidecarKilledBetweenTheCommitAndThePurgeLeavesAnIntentThatLapses() throws Exception {
        Process first = sidecar();
        untilHit();
        answersWrites = false;
        Thread writer = new Thread(() -> {
            try {
                int unused = write("/items/7");
            } catch (IOException killed) {
                return;
            }
        });
        writer.start();
        committed.awaitArrivals(1);
        kill(first);
        committed.open();
        writer.join(10_000);
        sidecar();
        // The write was never answered, so until the intent lapses the old value is a right answer.
        Until.holds("the new value", () -> get().text().equals("value " + value));
        untilHitAndNeverStale();
    }

    @Test
    void aSidecarKilledBeforeItsSecondPurgeLeavesAnIntentThatLapses() throws Exception {
        Process first = sidecar();
        untilHit();
        assertEquals(200, write("/late/7"));
        untilHitAndNeverStale();
        // What the backend commits after it has answered.
        value++;
        kill(first);
        sidecar();
        Until.holds("the new value", () -> get().text().equals("value " + value));
        untilHitAndNeverStale();
    }

    @Test
    void whatAWriteMayChangeIsOnDiskBeforeTheBackendHasIt() throws Exception {
        sidecar();
        untilHit();
        network().refuse(true);
        network().cutAll();
        Until.holds("the store is away", () -> !isHit(get()));
        assertEquals(200, write("/items/7"));
        assertTrue(onDiskAtWrite.contains("route:items"), onDiskAtWrite);
        network().heal();
        untilHitAndNeverStale();
    }

    @Test
    void whereWritesAreRefusedWhileTheStoreIsAwayNothingIsNoted() throws Exception {
        sidecar("1s", "--writes-when-store-unreachable=refuse");
        untilHit();
        network().refuse(true);
        network().cutAll();
        Until.holds("the store is away", () -> !isHit(get()));
        String before = Files.readString(owed());
        assertEquals(503, write("/items/7"));
        assertEquals(1, value);
        assertEquals(before, Files.readString(owed()));
    }
}
