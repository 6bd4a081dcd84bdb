package dev.larder.store;

import static dev.larder.store.StoreSamples.COURSES;
import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.LESSONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwedPurgesTest {

    private final OwedPurges owed = new OwedPurges(3);

    @Test
    void nothingIsOwedAtFirst() {
        assertEquals(0, owed.count());
        assertFalse(owed.concerns(GROUPS));
        assertFalse(owed.concernsRoute("courses"));
        assertEquals(List.of(), owed.next(10));
    }

    @Test
    void whatIsOwedConcernsItsGroupsAndItsRouteOnly() {
        owed.owe(List.of(COURSE_7), null);
        assertTrue(owed.concerns(GROUPS));
        assertFalse(owed.concerns(List.of(COURSES)));
        assertTrue(owed.concernsRoute("courses"));
        assertFalse(owed.concernsRoute("lessons"));
        assertFalse(owed.concerns(List.of(LESSONS)));
    }

    @Test
    void whatIsOwedOnceMoreWhileItIsBeingAppliedStays() {
        owed.owe(List.of(COURSES, LESSONS), null);
        List<OwedPurges.Owed> batch = owed.next(10);
        owed.owe(List.of(COURSES), null);
        owed.applied(batch);
        assertEquals(1, owed.count());
        assertTrue(owed.concerns(List.of(COURSES)));
        owed.applied(owed.next(10));
        assertEquals(0, owed.count());
        assertFalse(owed.concerns(List.of(COURSES)));
    }

    @Test
    void whatTheStoreHasBeenToldCanBeReadAgainAndIsOwedUntilOthersHaveHeard() {
        owed.owe(List.of(COURSES, LESSONS), null);
        List<OwedPurges.Owed> batch = owed.next(10);
        owed.told(batch);
        assertFalse(owed.concerns(List.of(COURSES)));
        assertFalse(owed.concernsRoute("courses"));
        assertFalse(owed.untold());
        assertEquals(List.of(), owed.next(10), "nobody tells the store again");
        assertTrue(owed.owes(List.of(COURSES)));
        assertEquals(2, owed.count());
        owed.applied(batch);
        assertFalse(owed.owes(List.of(COURSES)));
        assertEquals(0, owed.count());
    }

    @Test
    void whatIsOwedOnceMoreAfterTheStoreWasToldIsNotReadAndOutlivesTheFirst() {
        owed.owe(List.of(COURSES), null);
        List<OwedPurges.Owed> first = owed.next(10);
        owed.told(first);
        owed.owe(List.of(COURSES), null);
        assertTrue(owed.concerns(List.of(COURSES)));
        owed.applied(first);
        assertTrue(owed.concerns(List.of(COURSES)));
        List<OwedPurges.Owed> second = owed.next(10);
        owed.told(second);
        assertTrue(owed.owes(List.of(COURSES)));
        owed.applied(second);
        assertEquals(0, owed.count());
    }

    @Test
    void whatIsOwedOnceMoreWhileTheStoreIsBeingToldIsToldAgain() {
        owed.owe(List.of(COURSES), null);
        List<OwedPurges.Owed> first = owed.next(10);
        owed.owe(List.of(COURSES), null);
        owed.told(first);
        assertTrue(owed.concerns(List.of(COURSES)));
        assertEquals(1, owed.next(10).size());
    }

    @Test
    void theLongestHoldStays() {
        owed.owe(List.of(COURSES), 50L);
        owed.owe(List.of(COURSES), null);
        owed.owe(List.of(COURSES), 20L);
        assertEquals(50L, owed.next(1).get(0).holdUntilNanos());
    }

    @Test
    void overTheBoundEverythingIsOwedWithTheLongestHold() {
        owed.owe(List.of(COURSES), 50L);
        owed.owe(List.of(COURSE_7, LESSONS, new PurgeGroup("route:x", "x")), null);
        assertEquals(1, owed.count());
        assertTrue(owed.concerns(List.of(new PurgeGroup("route:never-named", "n"))));
        assertTrue(owed.concernsRoute("n"));
        OwedPurges.Owed everything = owed.next(10).get(0);
        assertEquals(OwedPurges.EVERYTHING, everything.group());
        assertEquals(50L, everything.holdUntilNanos());
    }
}
