package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.store.CacheStore;
import dev.larder.store.CacheStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What every store promises, on the master that sentinels name. */
class RedisSentinelTest implements CacheStoreContract {

    private static SentinelRig rig;
    private RedisStore store;

    @BeforeAll
    static void start() {
        // Nobody is given up here, however slow the machine.
        rig = new SentinelRig(60_000);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void connect() {
        rig.master().ask("FLUSHALL");
        store = Stores.open(rig.url());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public CacheStore store() {
        return store;
    }

    @Override
    public void pass(Duration duration) {
        long begin = rig.first().millis();
        until(duration + " have passed", () -> rig.first().millis() - begin >= duration.toMillis());
    }
}
