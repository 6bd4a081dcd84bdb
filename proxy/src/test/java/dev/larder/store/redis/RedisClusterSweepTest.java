package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.CacheStore.Sweep;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is dead leaves every master of a cluster, also where one is replaced in the middle of a sweep. */
class RedisClusterSweepTest {

    private static ClusterRig cluster;
    private RedisStore store;

    @BeforeAll
    static void startCluster() {
        cluster = new ClusterRig(1_000);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        cluster.healthy();
        cluster.flush();
        store = Stores.open(cluster.url());
        until("connected to all", () -> store.status().detail().contains("3 connected"));
        until("heard of sweeps", () -> sweep().lastMillis() > 0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Sweep sweep() {
        return Objects.requireNonNull(store.status().sweep());
    }

    private static PurgeGroup group(int number) {
        return new PurgeGroup("route:courses:id=n" + number, "courses");
    }

    private void fill(int count) {
        // Fewer at once than may be under way on one connection.
        for (int begin = 0; begin < count; begin += 500) {
            List<Integer> left = new ArrayList<>(
                    IntStream.range(begin, Math.min(count, begin + 500)).boxed().toList());
            // A fill may find a master that nobody has vouched for of late, and is lost then, and no more.
            until("all are stored", () -> {
                Map<Integer, CompletableFuture<PutResult>> puts = new HashMap<>();
                left.forEach(number -> puts.put(number, put(number)));
                left.removeIf(number -> await(Objects.requireNonNull(puts.get(number))) == PutResult.STORED);
                return left.isEmpty();
            });
        }
    }

    private CompletableFuture<PutResult> put(int number) {
        StoreKey key = key("n" + number);
        return store.epochs("courses", List.of(COURSES, group(number)))
                .thenCompose(epochs -> epochs == null
                        ? CompletableFuture.completedFuture(PutResult.UNAVAILABLE)
                        : store.put(key, response(key, epochs, "body " + number), HOUR))
                .toCompletableFuture();
    }

    private void purge(Collection<PurgeGroup> groups) {
        until("purged", () -> {
            Intent intent = await(store.intend(groups));
            boolean purged = await(intent.purge(groups));
            return await(intent.done()) && purged;
        });
    }

    private void assertFound(int number) {
        List<PurgeGroup> groups = List.of(COURSES, group(number));
        until(
                "found",
                () -> await(store.lookup(key("n" + number), groups)) instanceof Lookup.Found found
                        && body(found).equals("body " + number));
    }

    /** How many responses lie on a server. */
    private static int stored(ServerProcess on) {
        return ((List<?>) on.ask("KEYS", "larder:courses:*")).size();
    }

    private static int stored() {
        return cluster.masters().stream()
                .mapToInt(RedisClusterSweepTest::stored)
                .sum();
    }

    @Test
    void whatWasPurgedLeavesEachMasterAndTheRestStays() {
        fill(300);
        assertTrue(cluster.masters().stream().allMatch(master -> stored(master) > 20), "spread over all masters");
        List<PurgeGroup> dead = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            dead.add(group(i));
        }
        purge(dead);
        until("only what lives is left", () -> stored() == 100);
        for (int i = 200; i < 300; i++) {
            assertFound(i);
        }
        until("the sweep is over", () -> sweep().removed() == 200);
        assertEquals(100, store.status().entries());
    }

    @Test
    void aMasterThatIsReplacedInTheMiddleOfASweepIsSweptAsWell() {
        // Where the sweep was faster than this test, once more.
        while (leftToAPromotedReplica() == 0) {
            cluster.healthy();
        }
        until("nothing dead is left", () -> stored() == 0);
        fill(10);
        assertFound(7);
        cluster.healthy();
    }

    /** Kills a master while a sweep is under way; how much that is dead its replica has when it takes its place. */
    private int leftToAPromotedReplica() {
        int count = 1_500;
        fill(count);
        purge(List.of(COURSES));
        until("a sweep is under way", () -> stored() < count - 100);
        ServerProcess most = cluster.masters().stream()
                .max(Comparator.comparingInt(RedisClusterSweepTest::stored))
                .orElseThrow();
        ServerProcess replica = cluster.replicaOf(most);
        most.kill();
        until("replaced", () -> replica.tell("INFO", "replication").contains("role:master"));
        int left = stored(replica);
        most.start();
        return left;
    }
}
