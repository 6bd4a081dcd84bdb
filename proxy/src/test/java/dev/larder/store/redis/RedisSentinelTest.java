package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.store.CacheStore;
import dev.larder.store.CacheStoreContract;
import java.time.Duration;
import java.util.List;
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
        long begin = serverMillis();
        until(duration + " have passed", () -> serverMillis() - begin >= duration.toMillis());
    }

    private static long serverMillis() {
        List<?> time = (List<?>) rig.first().ask("TIME");
        return Long.parseLong(String.valueOf(time.get(0))) * 1_000
                + Long.parseLong(String.valueOf(time.get(1))) / 1_000;
    }
}
