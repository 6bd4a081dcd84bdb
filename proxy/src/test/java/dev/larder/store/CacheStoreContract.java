package dev.larder.store;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.LESSONS;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.cacheKey;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore.PutResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every store must do. A test class of a store implements it and says how to get a store and how time passes. */
public interface CacheStoreContract {

    /** The store under test, empty and usable. */
    CacheStore store();

    /** Lets time pass for holds, leases and times to live. */
    void pass(Duration duration);

    private Lookup find(StoreKey key) {
        return await(store().lookup(key, GROUPS));
    }

    private Epochs epochs() {
        Epochs epochs = await(store().epochs("courses", GROUPS));
        assertNotNull(epochs);
        return epochs;
    }

    private Lookup.Why whyAbsent(Lookup lookup) {
        return assertInstanceOf(Lookup.Absent.class, lookup).why();
    }

    private void fill(StoreKey key, String body, String... responseFields) {
        Epochs epochs = assertInstanceOf(Lookup.Absent.class, find(key)).epochs();
        assertEquals(PutResult.STORED, await(store().put(key, response(key, epochs, body, responseFields), HOUR)));
    }

    private void purge(PurgeGroup... groups) {
        Intent intent = await(store().intend(List.of(groups)));
        assertTrue(intent.standing());
        assertTrue(await(intent.purge(List.of(groups))));
        assertTrue(await(intent.done()));
    }

    @Test
    default void nothingIsFoundUnderANewKeyAndItsEpochsComeWithTheAnswer() {
        Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, find(key("7")));
        assertEquals(Lookup.Why.ABSENT, absent.why());
        assertTrue(absent.epochs().tokens().keySet().containsAll(List.of(COURSES.name(), COURSE_7.name())));
        assertFalse(absent.epochs().held());
        assertEquals(absent.epochs(), epochs());
    }

    @Test
    default void storedResponseIsFoundWithEveryOctet() {
        StoreKey key = key("7");
        StoredResponse stored =
                response(key, epochs(), "h\u00e9llo", "X-Octets", "\u00ff\u0080 \\ ", "Set-Cookie", "a");
        assertEquals(PutResult.STORED, await(store().put(key, stored, HOUR)));
        StoredResponse found = assertInstanceOf(Lookup.Found.class, find(key)).response();
        assertTrue(StoreSamples.equal(stored, found), found.toString());
    }

    @Test
    default void laterResponseReplacesTheEarlierOne() {
        fill(key("7"), "one");
        StoreKey key = key("7");
        assertEquals(PutResult.STORED, await(store().put(key, response(key, epochs(), "two"), HOUR)));
        assertEquals("two", body(find(key)));
    }

    @Test
    default void purgeOfAnyOfItsGroupsMakesAStoredResponseAMiss() {
        for (PurgeGroup group : GROUPS) {
            fill(key("7"), "old");
            purge(group);
            assertDead(find(key("7")));
        }
    }

    @Test
    default void purgeOfAnotherGroupLeavesItAHit() {
        fill(key("7"), "kept");
        purge(LESSONS, new PurgeGroup("route:courses:id=8", "courses"));
        assertEquals("kept", body(find(key("7"))));
    }

    @Test
    default void fillThatBeganBeforeAPurgeIsNeverServed() {
        Epochs before = epochs();
        purge(COURSE_7);
        StoreKey key = key("7");
        assertEquals(PutResult.PURGED, await(store().put(key, response(key, before, "old"), HOUR)));
        assertInstanceOf(Lookup.Absent.class, find(key));
        fill(key, "new");
        assertEquals("new", body(find(key)));
    }

    @Test
    default void intentHidesNothingUntilItPurges() {
        fill(key("7"), "still right");
        Intent intent = await(store().intend(GROUPS));
        assertEquals("still right", body(find(key("7"))));
        assertTrue(await(intent.purge(GROUPS)));
        assertInstanceOf(Lookup.Absent.class, find(key("7")));
        assertTrue(await(intent.done()));
    }

    @Test
    default void liftedIntentPurgesNothing() {
        fill(key("7"), "kept");
        Intent intent = await(store().intend(GROUPS));
        assertTrue(await(intent.lift()));
        pass(Duration.ofSeconds(3));
        assertEquals("kept", body(find(key("7"))));
    }

    @Test
    default void intentPurgesAsOftenAsAskedAndOtherGroupsThanIntended() {
        Intent intent = await(store().intend(List.of(COURSES)));
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        fill(key("7"), "between");
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertInstanceOf(Lookup.Absent.class, find(key("7")));
        assertTrue(await(intent.done()));
    }

    @Test
    default void holdKeepsFillsOutAndItsEndIsOneMorePurge() {
        StoreKey key = key("7");
        Duration length = Duration.ofSeconds(1);
        Epochs before;
        Epochs during;
        Epochs unaware;
        List<PutResult> fills = new ArrayList<>();
        long begun;
        do {
            // On a machine that takes longer for this than the hold lasts, a longer one.
            length = length.multipliedBy(2);
            fills.clear();
            before = epochs();
            Intent intent = await(store().intend(List.of(COURSE_7)));
            begun = System.nanoTime();
            assertTrue(await(intent.hold(List.of(COURSE_7), length)));
            during = epochs();
            fills.add(await(store().put(key, response(key, during, "unsure"), HOUR)));
            unaware = new Epochs(during.incarnation(), during.tokens(), during.change(), false);
            fills.add(await(store().put(key, response(key, unaware, "unsure"), HOUR)));
        } while (System.nanoTime() - begun >= length.toNanos() && length.toSeconds() < 16);
        assertTrue(during.held());
        assertNotEquals(before.tokens().get(COURSE_7.name()), during.tokens().get(COURSE_7.name()));
        assertEquals(List.of(PutResult.HELD, PutResult.HELD), fills);

        pass(length.plusSeconds(1));
        Epochs after = epochs();
        assertFalse(after.held());
        assertNotEquals(during.tokens().get(COURSE_7.name()), after.tokens().get(COURSE_7.name()));
        assertNotEquals(during.change(), after.change());
        assertEquals(PutResult.PURGED, await(store().put(key, response(key, unaware, "unsure"), HOUR)));
        fill(key, "sure");
        assertEquals("sure", body(find(key)));
    }

    @Test
    default void holdOfOneGroupLetsOthersBeStored() {
        Intent intent = await(store().intend(List.of(LESSONS)));
        assertTrue(await(intent.hold(List.of(LESSONS), Duration.ofSeconds(5))));
        fill(key("7"), "other");
        assertEquals("other", body(find(key("7"))));
    }

    @Test
    default void changeTokenIsRenewedByAPurgeOfAnyGroupOfItsRouteOnly() {
        Epochs before = await(store().epochs("courses", List.of()));
        purge(LESSONS);
        Epochs unchanged = await(store().epochs("courses", List.of()));
        assertEquals(before.change(), unchanged.change());
        assertEquals(epochs().change(), unchanged.change());
        purge(new PurgeGroup("route:courses:id=99", "courses"));
        assertNotEquals(
                before.change(), await(store().epochs("courses", List.of())).change());
    }

    /** What a purge made dead may have been swept already. */
    private void assertDead(Lookup found) {
        Lookup.Why why = whyAbsent(found);
        assertTrue(why == Lookup.Why.PURGED || why == Lookup.Why.ABSENT, why.toString());
    }

    @Test
    default void groupsWithoutARouteConcernVisitorsAndNothingStored() {
        fill(key("7"), "x");
        Epochs before = epochs();
        purge(new PurgeGroup("identity:session:id=7", ""));
        assertEquals(before, epochs());
        assertEquals("x", body(find(key("7"))));
    }

    @Test
    default void twoSitesNeverShareAResponse() {
        fill(key("7"), "secure");
        StoreKey other = new StoreKey(cacheKey("courses", "7"), "http://courses.example", Fields.EMPTY);
        assertEquals(Lookup.Why.ABSENT, whyAbsent(find(other)));
        fill(other, "plain");
        assertEquals("secure", body(find(key("7"))));
        assertEquals("plain", body(find(other)));
    }

    @Test
    default void varyChoosesByTheVisitorsFields() {
        fill(key("7", "Accept-Language", "de"), "deutsch", "Vary", "Accept-Language");
        assertEquals("deutsch", body(find(key("7", "accept-language", "de"))));
        assertEquals(Lookup.Why.VARY, whyAbsent(find(key("7", "Accept-Language", "fr"))));
        assertEquals(Lookup.Why.VARY, whyAbsent(find(key("7"))));
        fill(key("7", "Accept-Language", "fr"), "francais", "Vary", "Accept-Language");
        assertEquals("deutsch", body(find(key("7", "Accept-Language", "de"))));
        assertEquals("francais", body(find(key("7", "Accept-Language", "fr"))));
    }

    @Test
    default void aFieldThatIsEmptyIsNotOneThatIsAbsent() {
        fill(key("7", "X-A", ""), "empty", "Vary", "X-A");
        assertEquals(Lookup.Why.VARY, whyAbsent(find(key("7"))));
    }

    @Test
    default void changedVaryIsFollowed() {
        fill(key("7"), "plain");
        StoreKey rsc = key("7", "RSC", "1");
        assertEquals(PutResult.STORED, await(store().put(rsc, response(rsc, epochs(), "rsc", "Vary", "RSC"), HOUR)));
        assertEquals("rsc", body(find(rsc)));
    }

    @Test
    default void aKeyHasFewVariants() {
        for (int i = 0; i < 20; i++) {
            StoreKey key = key("7", "X-A", "value-" + i);
            assertEquals(
                    PutResult.STORED, await(store().put(key, response(key, epochs(), "v" + i, "Vary", "X-A"), HOUR)));
        }
        int found = 0;
        for (int i = 0; i < 20; i++) {
            found += find(key("7", "X-A", "value-" + i)) instanceof Lookup.Found ? 1 : 0;
        }
        assertEquals(8, found);
        assertEquals("v19", body(find(key("7", "X-A", "value-19"))));
    }

    @Test
    default void whatVariesByEverythingIsNotStored() {
        StoreKey key = key("7");
        assertEquals(PutResult.UNAVAILABLE, await(store().put(key, response(key, epochs(), "x", "Vary", "*"), HOUR)));
        assertInstanceOf(Lookup.Absent.class, find(key));
    }

    @Test
    default void responseOfAnotherFullKeyIsNotServed() {
        StoreKey key = key("7");
        StoredResponse stored = response(key, epochs(), "other");
        StoredResponse other =
                new StoredResponse("courses:id:8", stored.head(), stored.body(), stored.fingerprint(), stored.epochs());
        assertEquals(PutResult.STORED, await(store().put(key, other, HOUR)));
        assertEquals(Lookup.Why.UNREADABLE, whyAbsent(find(key)));
    }

    @Test
    default void whatAnotherIncarnationHeldIsAMiss() {
        StoreKey key = key("7");
        Epochs epochs = epochs();
        Epochs foreign = new Epochs("another", epochs.tokens(), epochs.change(), false);
        assertEquals(PutResult.PURGED, await(store().put(key, response(key, foreign, "x"), HOUR)));
        assertInstanceOf(Lookup.Absent.class, find(key));
    }

    @Test
    default void lookupOfAGroupThatTheResponseLacksIsAMiss() {
        fill(key("7"), "narrow");
        Lookup wider = await(store().lookup(key("7"), List.of(COURSES, COURSE_7, LESSONS)));
        assertDead(wider);
    }

    @Test
    default void timeToLiveEndsAStoredResponse() {
        StoreKey key = key("7");
        Duration length = Duration.ofMillis(500);
        Lookup found;
        long begun;
        do {
            // Longer on a machine that does not even come to look within that time.
            length = length.multipliedBy(2);
            begun = System.nanoTime();
            assertEquals(PutResult.STORED, await(store().put(key, response(key, epochs(), "x"), length)));
            found = find(key);
        } while (System.nanoTime() - begun >= length.toNanos() && length.toSeconds() < 16);
        assertEquals("x", body(found));
        pass(length.plusMillis(200));
        assertInstanceOf(Lookup.Absent.class, find(key));
    }

    /**
     * Fetches, fills and writes of two keys in any order; what is found was never fetched before the last answered write.
     */
    @Test
    default void noInterleavingServesAResponseFromBeforeAnAnsweredWrite() {
        record Fetch(int id, int version, Epochs epochs) {}
        record Write(List<PurgeGroup> groups, Intent intent) {}
        Random random = new Random(2026);
        int[] origin = new int[2];
        int[] answered = new int[2];
        int hits = 0;
        List<Fetch> fetches = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            int id = random.nextInt(2);
            StoreKey key = key("m" + id);
            PurgeGroup own = new PurgeGroup("route:courses:id=m" + id, "courses");
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    Lookup lookup = await(store().lookup(key, List.of(COURSES, own)));
                    if (lookup instanceof Lookup.Absent absent) {
                        fetches.add(new Fetch(id, origin[id], absent.epochs()));
                    } else {
                        int found = Integer.parseInt(body(lookup));
                        assertTrue(found >= answered[id], "step " + step + ": " + found + " < " + answered[id]);
                        hits++;
                    }
                }
                case 2, 3 -> {
                    if (!fetches.isEmpty()) {
                        Fetch fetch = fetches.remove(random.nextInt(fetches.size()));
                        StoreKey filled = key("m" + fetch.id);
                        String body = Integer.toString(fetch.version);
                        assertNotEquals(
                                PutResult.UNAVAILABLE,
                                await(store().put(filled, response(filled, fetch.epochs, body), HOUR)));
                    }
                }
                case 4 -> {
                    if (writes.size() < 3) {
                        List<PurgeGroup> groups = List.of(random.nextInt(4) == 0 ? COURSES : own);
                        writes.add(new Write(groups, await(store().intend(groups))));
                    }
                }
                default -> {
                    if (!writes.isEmpty()) {
                        Write write = writes.remove(random.nextInt(writes.size()));
                        boolean both = write.groups.contains(COURSES);
                        int first = both || write.groups.get(0).name().endsWith("m0") ? 0 : 1;
                        for (int changed = first; changed <= (both ? 1 : first); changed++) {
                            origin[changed]++;
                        }
                        assertTrue(await(write.intent.purge(write.groups)));
                        for (int changed = first; changed <= (both ? 1 : first); changed++) {
                            answered[changed] = origin[changed];
                        }
                        assertTrue(await(write.intent.done()));
                    }
                }
            }
        }
        assertTrue(hits > 100, "only " + hits + " hits: the model proves little");
    }

    @Test
    default void statusSaysThatItIsUsableAndOwesNothing() {
        fill(key("7"), "x");
        assertTrue(store().status().usable());
        assertEquals(0, store().status().owedPurges());
    }
}
