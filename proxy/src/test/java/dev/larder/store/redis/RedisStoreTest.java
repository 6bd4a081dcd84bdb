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

class RedisStoreTest implements CacheStoreContract {

    private static RealRedis redis;
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
        redis.commands().flushall();
        store = Stores.open("redis://127.0.0.1:" + redis.port());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public CacheStore store() {
        return store;
    }

    /** By the clock that counts: the server's. */
    @Override
    public void pass(Duration duration) {
        long begin = serverMillis();
        until(duration + " have passed", () -> serverMillis() - begin >= duration.toMillis());
    }

    private static long serverMillis() {
        List<String> time = redis.commands().time();
        return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
    }
}
