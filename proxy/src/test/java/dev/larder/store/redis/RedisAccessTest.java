package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.FreePort;
import dev.larder.rig.StoreLoops;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoreSamples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under the user that config/redis.md tells an operator to make, and under one that may do less. */
class RedisAccessTest {

    private ServerProcess server;

    @BeforeEach
    void start() {
        server = ServerProcess.start(FreePort.next());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** The words after {@code ACL SETUSER larder} in config/redis.md, with the password {@code secret}. */
    private static List<String> documented() {
        try {
            String page = Files.readString(Path.of("..", "config", "redis.md"), StandardCharsets.UTF_8);
            Matcher line =
                    Pattern.compile("ACL SETUSER larder ((?:.*\\\\\\n)*.*)\\n").matcher(page);
            if (!line.find()) {
                throw new AssertionError("config/redis.md shows no ACL SETUSER larder");
            }
            String words = line.group(1).replace("\\\n", " ").strip();
            return Arrays.stream(words.split("\\s+"))
                    .map(word -> word.equals(">PASSWORD") ? ">secret" : word)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RedisStore under(List<String> rights) {
        List<String> user = new ArrayList<>(List.of("ACL", "SETUSER", "larder", "reset"));
        user.addAll(rights);
        server.ask(user.toArray(String[]::new));
        // Nobody else may do anything, so that nothing is done as somebody else.
        return RedisStore.connect(
                StoreSamples.settings("redis://larder:secret@127.0.0.1:" + server.port()),
                Duration.ofSeconds(2),
                System::nanoTime,
                () -> "rules",
                StoreLoops.get());
    }

    @Test
    void theDocumentedUserMayDoAllThatIsNeededAndNothingElse() {
        List<String> rights = documented();
        try (RedisStore store = under(rights)) {
            until("connected", () -> store.status().usable());
            StoreKey key = key("7");
            Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, await(store.lookup(key, GROUPS)));
            assertEquals(PutResult.STORED, await(store.put(key, response(key, absent.epochs(), "x"), HOUR)));
            assertEquals("x", body(await(store.lookup(key, GROUPS))));
            Intent intent = await(store.intend(List.of(COURSES)));
            assertTrue(intent.standing());
            assertTrue(await(intent.purge(List.of(COURSE_7))));
            assertTrue(await(intent.hold(List.of(COURSE_7), Duration.ofMillis(50))));
            until("the hold has ended", () -> {
                Epochs epochs = await(store.epochs("courses", GROUPS));
                return epochs != null && !epochs.held();
            });
            assertEquals(0, store.status().owedPurges());
        }
        assertFalse(rights.contains("+@all"));
        assertTrue(rights.contains("-@all") || rights.stream().noneMatch(word -> word.startsWith("+@")));
    }

    @Test
    void aUserWhoMayNotRunScriptsIsAStoreThatRefusesAndServesNothing() {
        List<String> rights = new ArrayList<>(documented());
        rights.removeIf(word -> word.equals("+eval") || word.equals("+evalsha"));
        try (RedisStore store = under(rights)) {
            until("connected", () -> store.status().usable());
            Lookup.Unavailable refused =
                    assertInstanceOf(Lookup.Unavailable.class, await(store.lookup(key("7"), GROUPS)));
            assertEquals("store-refused", refused.detail());
            assertFalse(await(store.intend(List.of(COURSES))).standing());
            assertTrue(store.status().detail().contains("NOPERM"), store.status()::detail);
            assertFalse(store.status().detail().contains("secret"));
        }
    }

    @Test
    void aUserOfAnotherNamespaceIsRefused() {
        List<String> rights = new ArrayList<>(documented());
        rights.replaceAll(word -> word.equals("~larder:*") ? "~other:*" : word);
        try (RedisStore store = under(rights)) {
            until("connected", () -> store.status().usable());
            assertEquals(
                    "store-refused",
                    assertInstanceOf(Lookup.Unavailable.class, await(store.lookup(key("7"), GROUPS)))
                            .detail());
        }
    }

    @Test
    void aNodeOfAClusterBehindAPlainUrlIsToldHowToWriteIt() {
        ServerProcess node = ServerProcess.start(FreePort.next(), "cluster-enabled yes");
        try (RedisStore store = RedisStore.connect(
                StoreSamples.settings("redis://127.0.0.1:" + node.port()),
                Duration.ofSeconds(2),
                System::nanoTime,
                () -> "rules",
                StoreLoops.get())) {
            until("told", () -> store.status().detail().contains("redis-cluster://"));
            assertFalse(store.status().usable());
        } finally {
            node.close();
        }
    }

    @Test
    void aSingleServerBehindAClusterUrlIsToldHowToWriteIt() {
        try (RedisStore store = RedisStore.connect(
                StoreSamples.settings("redis-cluster://127.0.0.1:" + server.port()),
                Duration.ofSeconds(2),
                System::nanoTime,
                () -> "rules",
                StoreLoops.get())) {
            until("told", () -> store.status().detail().contains("write store.url as redis://"));
            assertFalse(store.status().usable());
        }
    }

    @Test
    void aSentinelBehindAPlainUrlIsToldHowToWriteIt() {
        ServerProcess sentinel =
                ServerProcess.sentinel(FreePort.next(), "sentinel monitor courses 127.0.0.1 " + server.port() + " 1");
        try (RedisStore store = RedisStore.connect(
                StoreSamples.settings("redis://127.0.0.1:" + sentinel.port()),
                Duration.ofSeconds(2),
                System::nanoTime,
                () -> "rules",
                StoreLoops.get())) {
            until("told", () -> store.status().detail().contains("redis-sentinel://"));
            assertFalse(store.status().usable());
        } finally {
            sentinel.close();
        }
    }
}
