package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.larder.rig.AdjustedStore;
import dev.larder.rig.StoreLoops;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoreSamples;
import io.lettuce.core.KillArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connections of event loops to a real server, seen from the store. {@link RedisFaultTest} is the rest of what befalls them. */
class LoopReaderTest {

    private static RealRedis redis;
    private FaultProxy proxy;
    private RedisStore store;

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void connect() {
        redis.commands().configSet("requirepass", "");
        redis.commands().flushall();
        proxy = new FaultProxy(redis.port());
        open("redis://127.0.0.1:" + proxy.port(), Stores.TIMEOUT);
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
        redis.commands().configSet("requirepass", "");
    }

    private void open(String url, Duration timeout) {
        store = Stores.ready(RedisStore.connect(
                AdjustedStore.of(StoreSamples.settings(url)).nearMaxBytes(0).done(),
                timeout,
                System::nanoTime,
                () -> "rules",
                StoreLoops.get()));
        StoreKey key = key("7");
        until(
                "stored",
                () -> await(store.lookup(key, GROUPS)) instanceof Lookup.Found
                        || (await(store.lookup(key, GROUPS)) instanceof Lookup.Absent absent
                                && await(store.put(key, response(key, absent.epochs(), "x"), HOUR))
                                        == PutResult.STORED));
        Stores.isReadByLoops(store, this::find);
    }

    private Lookup find() {
        return await(store.lookup(key("7"), GROUPS));
    }

    /** Lookups that begin in one turn of an event loop. */
    private List<CompletionStage<Lookup>> together(int count) {
        CompletableFuture<List<CompletionStage<Lookup>>> begun = new CompletableFuture<>();
        StoreLoops.get().loops().get(0).execute(() -> {
            List<CompletionStage<Lookup>> lookups = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                lookups.add(store.lookup(key("7"), GROUPS));
            }
            begun.complete(lookups);
        });
        return await(begun);
    }

    @Test
    void lookupsOfOneTurnAskOnceAndAllAreAnswered() {
        AtomicInteger asked = new AtomicInteger();
        proxy.watch(bytes -> {
            Pattern.compile("HMGET\r\n\\$\\d+\r\nlarder:courses:id:7\r\n")
                    .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                    .results()
                    .forEach(one -> asked.incrementAndGet());
        });
        List<CompletionStage<Lookup>> lookups = together(50);
        lookups.forEach(lookup -> assertEquals("x", body(await(lookup))));
        assertEquals(1, asked.get());
    }

    @Test
    void whatIsLostInMidReplyIsUnavailableAndComesBack() {
        // Something else may be answered first, and cut off in its place.
        until("cut off", () -> {
            proxy.cutAfter(100);
            return together(5).stream()
                    .allMatch(lookup -> await(lookup) instanceof Lookup.Unavailable unavailable
                            && unavailable.detail().equals("store-away"));
        });
        proxy.heal();
        until("found again", () -> find() instanceof Lookup.Found);
        Stores.isReadByLoops(store, this::find);
    }

    /** The link is well, so that it does not find out. */
    @Test
    void aReaderThatIsNotAnsweredAnyMoreIsReplaced() {
        store.close();
        open("redis://127.0.0.1:" + proxy.port(), Duration.ofSeconds(1));
        AtomicBoolean swallowing = new AtomicBoolean(true);
        proxy.spoil(bytes -> swallowing.get() && new String(bytes, StandardCharsets.ISO_8859_1).contains("larder/1 ")
                ? new byte[0]
                : bytes);
        assertInstanceOf(Lookup.Unavailable.class, find());
        swallowing.set(false);
        until("found again", () -> find() instanceof Lookup.Found);
    }

    @Test
    void aReaderThatIsLostOrRefusedLeavesReadingToTheLink() {
        store.close();
        redis.commands().configSet("requirepass", "first");
        open("redis://:first@127.0.0.1:" + proxy.port(), Stores.TIMEOUT);
        until("read by the link", () -> {
            redis.commands().configSet("requirepass", "second");
            // The link's connection stays, of which something else is the last command, and so do those of the test.
            boolean unusedEnd = await(await(store.intend(GROUPS)).lift());
            redis.commands()
                    .clientList()
                    .lines()
                    .filter(one -> one.contains("cmd=hmget"))
                    .forEach(one -> {
                        String id = one.replaceAll("^id=(\\d+) .*", "$1");
                        Long unused = redis.commands().clientKill(KillArgs.Builder.id(Long.parseLong(id)));
                    });
            long before = Stores.readByLoops(store);
            boolean found = find() instanceof Lookup.Found;
            // A link that was lost for another reason may come back.
            redis.commands().configSet("requirepass", "first");
            return found && Stores.readByLoops(store) == before;
        });
        Stores.isReadByLoops(store, this::find);
    }
}
