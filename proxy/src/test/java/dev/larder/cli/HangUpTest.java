package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.FreePort;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is sent SIGHUP, by whose default it would end. */
@NullUnmarked
class HangUpTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m }
            """;

    @TempDir
    private Path folder;

    private int port;
    private int adminPort;

    private Process start(ScriptedOrigin origin, Path rules) throws Exception {
        port = FreePort.next();
        adminPort = FreePort.next();
        // A run whose tests are started by nohup has SIGHUP ignored, and children inherit that; here it is as at a
        // login.
        Process process = new ProcessBuilder(
                        "env",
                        "--default-signal=HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--listen=127.0.0.1:" + port,
                        "--admin=127.0.0.1:" + adminPort,
                        "--backend=http://127.0.0.1:" + origin.port(),
                        "--truth-sampling=0",
                        "--rules=" + rules)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sidecar.log").toFile())
                .start();
        Until.holds("the sidecar answers", () -> {
            try {
                return status().has("store");
            } catch (IOException | IllegalStateException notYet) {
                return !process.isAlive();
            }
        });
        assertTrue(process.isAlive(), () -> log());
        return process;
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("sidecar.log"));
        } catch (IOException none) {
            return none.toString();
        }
    }

    private JsonNode status() throws IOException {
        try (RawClient admin = RawClient.connect(new InetSocketAddress("127.0.0.1", adminPort))) {
            admin.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return new ObjectMapper().readTree(admin.answer(false).text());
        }
    }

    private JsonNode lastReload() throws IOException {
        return status().at("/rules/lastReload");
    }

    private static void hangUp(Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertTrue(kill.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, kill.exitValue());
    }

    private String visit() throws IOException {
        try (RawClient client = RawClient.connect(new InetSocketAddress("127.0.0.1", port))) {
            return client.get("/item/1").cacheStatus();
        }
    }

    @Test
    void aSignalHasTheFileReadAgainAndNothingStoredIsLost() throws Exception {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        Process sidecar = null;
        try (ScriptedOrigin origin = ScriptedOrigin.start((request, exchange) -> {
            exchange.respond(200, "well");
            return true;
        })) {
            sidecar = start(origin, rules);
            Process running = sidecar;
            visit();
            assertTrue(visit().startsWith("larder; hit"), this::log);
            // The file is as it was: nobody who watches it reads it again.
            hangUp(running);
            Until.holds(
                    "the signal is heard",
                    () -> lastReload().path("cause").asText().equals("signal"));
            assertTrue(lastReload().get("applied").asBoolean(), this::log);
            assertTrue(visit().startsWith("larder; hit"), this::log);
            // A broken one is refused, whoever sees it first, and each time that somebody asks for it.
            Files.writeString(rules, RULES.replace("5m", "5 minuts"));
            Until.holds("it is seen", () -> !lastReload().get("applied").asBoolean());
            String seen = lastReload().get("at").asText();
            hangUp(running);
            Until.holds(
                    "the signal is heard again",
                    () -> lastReload().get("cause").asText().equals("signal")
                            && !lastReload().get("at").asText().equals(seen));
            assertTrue(!lastReload().get("applied").asBoolean(), this::log);
            assertTrue(visit().startsWith("larder; hit"), this::log);
            assertTrue(running.isAlive());
        } finally {
            if (sidecar != null) {
                sidecar.destroy();
                assertTrue(sidecar.waitFor(30, TimeUnit.SECONDS));
            }
        }
    }
}
