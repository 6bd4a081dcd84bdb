package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.rig.FreePort;
import dev.larder.store.CacheStore;
import dev.larder.store.CacheStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store promises, on Valkey: the program that the environment names in {@code VALKEY_SERVER}, or the one that is
 * installed. Skipped where there is neither.
 */
class ValkeyStoreTest implements CacheStoreContract {

    private static final Path PROGRAM =
            Path.of(Optional.ofNullable(System.getenv("VALKEY_SERVER")).orElse("/usr/bin/valkey-server"));

    private static @Nullable ServerProcess server;
    private @Nullable RedisStore store;

    private static ServerProcess server() {
        return Objects.requireNonNull(server);
    }

    @BeforeAll
    static void start() {
        assumeTrue(Files.isExecutable(PROGRAM), "no Valkey on this machine: there is no " + PROGRAM);
        int port = FreePort.next();
        server = ServerProcess.of(PROGRAM, port, "port " + port, "save \"\"", "appendonly no");
        server().awaitAnswer();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void connect() {
        server().ask("FLUSHALL");
        store = Stores.open("redis://127.0.0.1:" + server().port());
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @Override
    public CacheStore store() {
        return Objects.requireNonNull(store);
    }

    @Override
    public void pass(Duration duration) {
        long begin = server().millis();
        until(duration + " have passed", () -> server().millis() - begin >= duration.toMillis());
    }

    @Test
    void itIsNamedForWhatItIs() {
        String detail = store().status().detail();
        assertTrue(detail.contains("(Valkey)"), detail);
        assertTrue(server().tell("INFO", "server").contains("server_name:valkey"), detail);
    }
}
