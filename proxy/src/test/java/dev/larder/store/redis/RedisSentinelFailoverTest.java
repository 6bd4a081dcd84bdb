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
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a store when sentinels name another master. */
class RedisSentinelFailoverTest {

    private static SentinelRig rig;
    private RedisStore store;

    @BeforeAll
    static void start() {
        rig = new SentinelRig(1_500);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void connect() {
        // What the test before has begun must have come to its end.
        rig.healthy();
        rig.master().ask("FLUSHALL");
        store = Stores.open(rig.url());
    }

    @AfterEach
    void close() {
        store.close();
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
        assertEquals(body, body(find(into)));
    }

    /**
     * The old master is held while it is replaced, and so knows nothing of it; let go, it still takes itself for the master
     * for some time, and so does whoever asks it alone.
     */
    @Test
    void aMasterThatWasReplacedWhileItWasHeldIsNeverReadAgain() {
        fill(store, "old");
        ServerProcess before = rig.master();
        ServerProcess after = before == rig.first() ? rig.second() : rig.first();
        before.hold();
        until("replaced", () -> SentinelRig.isMaster(after));
        RedisStore other = Stores.open(rig.url());
        try {
            fill(other, "before the write");
            Intent intent = await(other.intend(List.of(COURSE_7)));
            assertTrue(await(intent.purge(List.of(COURSE_7))));
            assertTrue(await(intent.done()));
            // Nothing was asked of this store meanwhile: it has its old link, and the server behind it goes on.
            before.letGo();
            for (int i = 0; i < 50; i++) {
                assertFalse(find(store) instanceof Lookup.Found, "read from a master of the past");
            }
            until("the new one is found", () -> find(store) instanceof Lookup.Absent);
            fill(store, "new");
            assertEquals("new", body(find(other)));
            // It must not be believed again, whatever a sentinel says first.
            until("the old one follows", () -> SentinelRig.isReplica(before));
        } finally {
            other.close();
        }
    }

    @Test
    void aPurgeThatOnlyTheOldMasterSawIsNotUndoneByTheNewOne() {
        fill(store, "old");
        ServerProcess before = rig.master();
        ServerProcess after = before == rig.first() ? rig.second() : rig.first();
        until("replicated", () -> after.tell("EXISTS", "larder:courses:id:7").equals("1"));
        after.hold();
        // Else what is sent to it from now on waits for it in the buffers of its connection.
        before.ask("CLIENT", "KILL", "TYPE", "replica");
        until("cut off", () -> hasNoReplica(before));
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertTrue(hasNoReplica(before), "the new master has what was purged, and does not know that it was");
        before.kill();
        after.letGo();
        until("replaced", () -> SentinelRig.isMaster(after));
        until("the new one is found", () -> find(store) instanceof Lookup.Absent);
        assertInstanceOf(Lookup.Absent.class, find(store));
        before.start();
        until("the old one follows", () -> SentinelRig.isReplica(before));
    }

    private static boolean hasNoReplica(ServerProcess master) {
        return master.tell("INFO", "replication").contains("connected_slaves:0");
    }
}
