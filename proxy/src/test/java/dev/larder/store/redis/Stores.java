package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.settings.Settings;
import dev.larder.store.StoreSamples;
import java.time.Duration;

/** Stores on real servers, as tests begin with them. */
final class Stores {

    /** Long enough for a machine that has much else to do: who tests a store's patience says what it is. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Stores() {}

    /** A store that can be used, and is in touch with all others of its namespace. */
    static RedisStore open(String url) {
        return open(StoreSamples.settings(url));
    }

    /** The same with other settings. */
    static RedisStore open(Settings.Store settings) {
        return ready(RedisStore.connect(settings, TIMEOUT, System::nanoTime, () -> "rules"));
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
