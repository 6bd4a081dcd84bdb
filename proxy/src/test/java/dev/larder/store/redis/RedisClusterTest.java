package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.store.CacheStore;
import dev.larder.store.CacheStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What every store promises, on a cluster. */
class RedisClusterTest implements CacheStoreContract {

    private static ClusterRig cluster;
    private RedisStore store;

    @BeforeAll
    static void startCluster() {
        cluster = new ClusterRig(30_000);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        cluster.flush();
        store = Stores.open(cluster.url());
        until("connected to all", () -> store.status().detail().contains("3 connected"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public CacheStore store() {
        return store;
    }

    /** By the clock that counts: the servers'. */
    @Override
    public void pass(Duration duration) {
        long begin = cluster.nodes().get(0).millis();
        until(duration + " have passed", () -> cluster.nodes().get(0).millis() - begin >= duration.toMillis());
    }
}
