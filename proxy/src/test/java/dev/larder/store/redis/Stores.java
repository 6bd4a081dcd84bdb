package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.StoreLoops;
import dev.larder.settings.Settings;
import dev.larder.store.Lookup;
import dev.larder.store.StoreSamples;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stores on real servers, as tests begin with them. */
final class Stores {

    /** Long enough for a machine that has much else to do: who tests a store's patience says what it is. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Stores() {}

    /** A store that can be used, reads by event loops, and is in touch with all others of its namespace. */
    static RedisStore open(String url) {
        return open(StoreSamples.settings(url));
    }

    /** The same with other settings. */
    static RedisStore open(Settings.Store settings) {
        RedisStore store =
                ready(RedisStore.connect(settings, TIMEOUT, System::nanoTime, () -> "rules", StoreLoops.get()));
        isReadByLoops(store, () -> await(store.lookup(key("7"), GROUPS)));
        return store;
    }

    /** How many trips event loops have carried by connections of their own. */
    static long readByLoops(RedisStore store) {
        Matcher told = Pattern.compile(" (\\d+) reads by event loops")
                .matcher(store.status().detail());
        assertTrue(told.find(), store.status()::detail);
        return Long.parseLong(told.group(1));
    }

    /** Waits until lookups are carried by event loops: at first, and after a gap, they are not. */
    static void isReadByLoops(RedisStore store, Supplier<Lookup> lookup) {
        until("read by event loops", () -> {
            long before = readByLoops(store);
            Lookup found = lookup.get();
            return !(found instanceof Lookup.Unavailable) && readByLoops(store) > before;
        });
    }

    /**
     * Waits until a store is connected, and a member. Before it is one, a purge may have to wait for a lease, since nobody can
     * say yet whether there are others.
     */
    static RedisStore ready(RedisStore store) {
        until("connected", () -> store.status().usable());
        until("a member", store::inTouch);
        return store;
    }
}
