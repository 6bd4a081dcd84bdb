package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster in which masters die, are held, are replaced and give slots away: costs hits, and nothing else. */
class RedisClusterFailoverTest {

    private static final String GROUP = "larder:@group:" + COURSE_7.name();

    private static ClusterRig cluster;

    @BeforeAll
    static void startCluster() {
        cluster = new ClusterRig(1_000);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void empty() {
        cluster.healthy();
        cluster.flush();
    }

    private static RedisStore open() {
        RedisStore store = Stores.open(cluster.url());
        until("connected to all", () -> store.status().detail().contains("3 connected"));
        return store;
    }

    private static Lookup find(RedisStore in) {
        return await(in.lookup(key("7"), List.of(COURSES, COURSE_7)));
    }

    private static void fill(RedisStore into, String body) {
        StoreKey key = key("7");
        until(
                "stored",
                () -> find(into) instanceof Lookup.Absent absent
                        && await(into.put(key, response(key, absent.epochs(), body), HOUR)) == PutResult.STORED);
        until("found", () -> find(into) instanceof Lookup.Found);
        assertEquals(body, body(find(into)));
    }

    private static void purge(RedisStore by) {
        until("purged", () -> {
            Intent intent = await(by.intend(List.of(COURSE_7)));
            boolean purged = await(intent.purge(List.of(COURSE_7)));
            return await(intent.done()) && purged;
        });
    }

    private static void right(VersionedLoad load) {
        assertEquals(0, load.failed(), load::toString);
        assertEquals(0, load.stale(), load::toString);
    }

    private static void warm(VersionedLoad load) {
        long now = System.nanoTime();
        until("hits", () -> load.hitSince(now) == VersionedLoad.ITEMS);
    }

    /** Prints how long it was from the new master's promotion until every item had been a hit again. */
    private static void back(VersionedLoad load, String what, long promotedNanos) {
        until("hits are back", () -> load.hitSince(promotedNanos) == VersionedLoad.ITEMS);
        System.out.println(what + ": every item a hit again " + (System.nanoTime() - promotedNanos) / 1_000_000
                + " ms after the new master; " + load);
    }

    @Test
    void killingAMasterUnderLoadFailsNoRequestAndServesNothingStale() {
        try (VersionedLoad load = new VersionedLoad(cluster.url())) {
            warm(load);
            ServerProcess master = cluster.masterOf("larder:@epoch");
            ServerProcess replica = cluster.replicaOf(master);
            master.kill();
            until("replaced", () -> replica.tell("INFO", "replication").contains("role:master"));
            back(load, "master killed", System.nanoTime());
            right(load);
            master.start();
            cluster.healthy();
            warm(load);
            right(load);
        }
    }

    /** Orderly: the master stops until its replica has all; or a takeover, which asks neither it nor the other masters. */
    @ParameterizedTest
    @ValueSource(strings = {"", "TAKEOVER"})
    void aReplicaThatIsToldToReplaceItsMasterUnderLoadFailsNoRequestAndServesNothingStale(String how) {
        try (VersionedLoad load = new VersionedLoad(cluster.url())) {
            warm(load);
            ServerProcess before = cluster.masterOf("larder:@group:route:items");
            ServerProcess replica = cluster.replicaOf(before);
            if (how.isEmpty()) {
                replica.ask("CLUSTER", "FAILOVER");
            } else {
                replica.ask("CLUSTER", "FAILOVER", how);
            }
            until("replaced", () -> replica.tell("INFO", "replication").contains("role:master"));
            back(load, how.isEmpty() ? "orderly failover" : "takeover", System.nanoTime());
            until(
                    "the old one follows",
                    () -> before.tell("INFO", "replication").contains("role:slave"));
            long written = load.writes();
            until("written again", () -> load.writes() > written + 5);
            right(load);
        }
    }

    @Test
    void aPurgeThatNoReplicaSawIsNotUndoneByThePromotionOfOne() {
        RedisStore store = open();
        try {
            fill(store, "old");
            ServerProcess master = cluster.masterOf(GROUP);
            ServerProcess replica = cluster.replicaOf(master);
            String epoch = master.tell("HGET", GROUP, "e");
            until("replicated", () -> master.tell("WAIT", "1", "100").equals("1"));
            replica.hold();
            // Else what is sent to it from now on waits for it in the buffers of its connection.
            master.ask("CLIENT", "KILL", "TYPE", "replica");
            purge(store);
            assertFalse(epoch.equals(master.tell("HGET", GROUP, "e")));
            master.kill();
            replica.letGo();
            until("replaced", () -> {
                Lookup lookup = find(store);
                assertFalse(lookup instanceof Lookup.Found, "served what was purged");
                return replica.tell("INFO", "replication").contains("role:master");
            });
            until("read again", () -> {
                Lookup lookup = find(store);
                assertFalse(lookup instanceof Lookup.Found, "served what was purged");
                return lookup instanceof Lookup.Absent;
            });
            // It never saw the purge, which is repeated there.
            until("purged once more", () -> !epoch.equals(replica.tell("HGET", GROUP, "e")));
            fill(store, "new");
            master.start();
            cluster.healthy();
        } finally {
            store.close();
        }
    }

    /** Whoever still reaches the group's master would find nothing there that tells of the write. */
    @Test
    void anIntentThatIsTakenBackWhileItsPurgeIsOwedStandsOnAtTheMasterThatHasIt() {
        RedisStore store = open();
        try {
            fill(store, "old");
            ServerProcess home = cluster.masterOf(GROUP);
            ServerProcess away = cluster.masterOf("larder:@change:courses");
            assertNotEquals(home, away, "the purge must get as far as one of the two");
            Intent intent = await(store.intend(List.of(COURSE_7)));
            assertTrue(intent.standing());
            away.hold();
            CompletionStage<Boolean> purge = intent.purge(List.of(COURSE_7));
            until("owed", () -> store.status().owedPurges() > 0);
            boolean unused1 = await(intent.done());
            assertTrue(home.tell("HKEYS", GROUP).contains(RedisNames.INTENT), "the intent is gone");
            away.letGo();
            boolean unused2 = await(purge);
            until("settled", () -> store.status().owedPurges() == 0);
            until("read again", () -> find(store) instanceof Lookup.Absent);
            cluster.healthy();
        } finally {
            store.close();
        }
    }

    @Test
    void aMasterThatWasReplacedWhileItWasHeldIsNeverReadAgain() {
        RedisStore store = open();
        RedisStore other = open();
        try {
            fill(store, "old");
            ServerProcess before = cluster.masterOf(GROUP);
            ServerProcess after = cluster.replicaOf(before);
            before.hold();
            until("replaced", () -> after.tell("INFO", "replication").contains("role:master"));
            until("found", () -> find(other) instanceof Lookup.Absent);
            purge(other);
            // Nothing was asked of this store meanwhile: it has its old link, and the server behind it goes on.
            before.letGo();
            for (int i = 0; i < 50; i++) {
                assertFalse(find(store) instanceof Lookup.Found, "read from a master of the past");
            }
            until("the new one is found", () -> find(store) instanceof Lookup.Absent);
        } finally {
            store.close();
            other.close();
        }
    }

    @Test
    void slotsThatMoveUnderLoadCostNoRequest() {
        try (VersionedLoad load = new VersionedLoad(cluster.url())) {
            warm(load);
            for (String name : List.of("larder:@group:route:items", "larder:@change:items", "larder:items:id:3")) {
                move(SlotHash.getSlot(name), name, load);
            }
            warm(load);
            System.out.println("slots moved: " + load);
            right(load);
        }
    }

    private static void move(int slot, String name, VersionedLoad load) {
        ServerProcess from = cluster.masterOf(name);
        ServerProcess to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        String text = Integer.toString(slot);
        to.ask("CLUSTER", "SETSLOT", text, "IMPORTING", ClusterRig.id(from));
        from.ask("CLUSTER", "SETSLOT", text, "MIGRATING", ClusterRig.id(to));
        long now = System.nanoTime();
        until("hits while nothing has moved", () -> load.hitSince(now) > 0);
        for (List<?> keys = keys(from, text); !keys.isEmpty(); keys = keys(from, text)) {
            List<String> migrate = new ArrayList<>(
                    List.of("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "", "0", "5000", "KEYS"));
            keys.forEach(key -> migrate.add(key.toString()));
            from.ask(migrate.toArray(String[]::new));
        }
        // The slot still counts as the old one's, and its keys are found by asking the new one.
        long moved = System.nanoTime();
        until("hits while all has moved", () -> load.hitSince(moved) > VersionedLoad.ITEMS / 2);
        to.ask("CLUSTER", "SETSLOT", text, "NODE", ClusterRig.id(to));
        from.ask("CLUSTER", "SETSLOT", text, "NODE", ClusterRig.id(to));
    }

    private static List<?> keys(ServerProcess of, String slot) {
        return (List<?>) of.ask("CLUSTER", "GETKEYSINSLOT", slot, "100");
    }

    @Test
    void aMasterThatComesBackWithAnOldDumpIsAnotherOne() {
        RedisStore store = open();
        try {
            fill(store, "old");
            ServerProcess master = cluster.masterOf(GROUP);
            ServerProcess replica = cluster.replicaOf(master);
            master.ask("SAVE");
            String epoch = master.tell("HGET", GROUP, "e");
            purge(store);
            // Nobody takes its place meanwhile.
            replica.hold();
            master.kill();
            master.start();
            replica.letGo();
            until("it has its old dump", () -> {
                assertFalse(find(store) instanceof Lookup.Found, "served what was purged");
                // It keeps to itself for a while, until it is sure to be a master still.
                return master.tell("CLUSTER", "INFO").contains("cluster_state:ok");
            });
            assertEquals(epoch, master.tell("HGET", GROUP, "e"), "it has its old dump");
            until("read again", () -> {
                Lookup lookup = find(store);
                assertFalse(lookup instanceof Lookup.Found, "served what was purged");
                return lookup instanceof Lookup.Absent;
            });
        } finally {
            store.close();
        }
    }
}
