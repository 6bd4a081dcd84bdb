package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import dev.larder.store.CacheStore;
import dev.larder.store.CacheStoreContract;
import dev.larder.store.StoreSamples;
import java.time.Duration;
import java.util.List;
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
        cluster = new ClusterRig(5_000);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        cluster.flush();
        store = RedisStore.connect(
                StoreSamples.settings(cluster.url()), Duration.ofSeconds(8), System::nanoTime, () -> "rules");
        until("connected", () -> store.status().detail().contains("3 connected"));
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
        long begin = serverMillis();
        until(duration + " have passed", () -> serverMillis() - begin >= duration.toMillis());
    }

    private static long serverMillis() {
        List<?> time = (List<?>) cluster.nodes().get(0).ask("TIME");
        return Long.parseLong(String.valueOf(time.get(0))) * 1_000
                + Long.parseLong(String.valueOf(time.get(1))) / 1_000;
    }
}
