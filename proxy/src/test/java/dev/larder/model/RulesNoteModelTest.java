package dev.larder.model;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * By which rules files something is stored, noted beside the store-wide epoch: every interleaving of two sidecars that read,
 * write, and are started anew with the other one of two files, of which neither knows the groups of the other.
 */
class RulesNoteModelTest {

    /** A part that can be left out. */
    private enum Flaw {
        /** A purge looks at no note. */
        NOT_LOOKED_AT,
        /** Who begins a fetch is noted after the epoch has been read, in a step of its own. */
        NOTED_LATER,
        /** Only whoever was noted last is. */
        LAST_ONLY,
        /** Who starts anew with another file leaves the intents of the last one to their own groups. */
        LEFT_WRITE_UNCOVERED
    }

    private static final int SIDECARS = 2;

    // What a sidecar's fetch is at.
    private static final int NO_FETCH = 0;
    private static final int TO_NOTE = 1;
    private static final int TO_FETCH = 2;
    private static final int TO_STORE = 3;

    // Of a write what is still to be done; the purge's two steps reach two servers in any order.
    private static final int GROUP = 1;
    private static final int LOOK = 2;

    /** All there is. Copied for each step. */
    private static final class World {
        int version;
        int answered;
        int lastToken;
        int epoch;
        int noted;
        int readsLeft = 2;
        int writesLeft = 1;
        int restartsLeft = 1;
        int evictionsLeft = 1;

        /** The file of a writer that was killed, and what the backend made of its write: not yet 0, or its version. */
        int killed = -1;

        int committed;

        /** Whether an intent stands for everything until that of the killed one has lapsed. */
        boolean covered;

        /** By file: the group's token, and what is stored: version, or -1, its epoch and its group's token. */
        int[] group = {1, 1};

        int[] stored = {-1, -1};
        int[] storedEpoch = new int[2];
        int[] storedGroup = new int[2];

        /** By sidecar. */
        int[] file = {0, 1};

        int[] fetch = new int[SIDECARS];
        int[] readEpoch = new int[SIDECARS];
        int[] readGroup = new int[SIDECARS];
        int[] fetched = new int[SIDECARS];
        int[] owing = new int[SIDECARS];
        int[] wrote = new int[SIDECARS];

        World() {
            lastToken = 1;
        }

        World copy() {
            World next = new World();
            next.version = version;
            next.answered = answered;
            next.lastToken = lastToken;
            next.epoch = epoch;
            next.noted = noted;
            next.readsLeft = readsLeft;
            next.writesLeft = writesLeft;
            next.restartsLeft = restartsLeft;
            next.evictionsLeft = evictionsLeft;
            next.killed = killed;
            next.committed = committed;
            next.covered = covered;
            next.group = group.clone();
            next.stored = stored.clone();
            next.storedEpoch = storedEpoch.clone();
            next.storedGroup = storedGroup.clone();
            next.file = file.clone();
            next.fetch = fetch.clone();
            next.readEpoch = readEpoch.clone();
            next.readGroup = readGroup.clone();
            next.fetched = fetched.clone();
            next.owing = owing.clone();
            next.wrote = wrote.clone();
            return next;
        }

        List<Integer> key() {
            List<Integer> key = new ArrayList<>(List.of(
                    version, answered, lastToken, epoch, noted, readsLeft, writesLeft, restartsLeft, evictionsLeft));
            key.addAll(List.of(killed, committed, covered ? 1 : 0));
            for (int[] part : List.of(
                    group,
                    stored,
                    storedEpoch,
                    storedGroup,
                    file,
                    fetch,
                    readEpoch,
                    readGroup,
                    fetched,
                    owing,
                    wrote)) {
                Arrays.stream(part).forEach(key::add);
            }
            return key;
        }

        /** A lookup by either file may come at any moment. */
        boolean isStale() {
            for (int s = 0; s < SIDECARS; s++) {
                int by = file[s];
                if (stored[by] >= 0
                        && stored[by] < answered
                        && epoch != 0
                        && storedEpoch[by] == epoch
                        && storedGroup[by] == group[by]) {
                    return true;
                }
            }
            return false;
        }

        /** As the script {@code TOUCH}. */
        private void note(int by, boolean lastOnly) {
            boolean known = (noted & 1 << by) != 0;
            if (epoch == 0 || (!known && noted == 0)) {
                epoch = ++lastToken;
                noted = 0;
            }
            noted = lastOnly ? 1 << by : noted | 1 << by;
        }

        /** As the script {@code TOUCH} of a group whose intent has lapsed, and of the epoch, where one stood for everything. */
        private void lapse() {
            group[killed] = ++lastToken;
            if (covered) {
                epoch = ++lastToken;
                noted = 0;
            }
            killed = -1;
            answered = Math.max(answered, committed);
        }

        /** As the script {@code PURGE_BY}. */
        private void look(int by) {
            if (epoch != 0 && noted != 1 << by) {
                epoch = ++lastToken;
                noted = 1 << by;
            }
        }
    }

    private static List<World> steps(World from, @Nullable Flaw flaw) {
        List<World> next = new ArrayList<>();
        for (int s = 0; s < SIDECARS; s++) {
            int by = from.file[s];
            if (from.fetch[s] == NO_FETCH && from.readsLeft > 0) {
                World world = from.copy();
                world.readsLeft--;
                if (flaw != Flaw.NOTED_LATER || world.epoch == 0) {
                    world.note(by, flaw == Flaw.LAST_ONLY);
                }
                world.readEpoch[s] = world.epoch;
                world.readGroup[s] = world.group[by];
                world.fetch[s] = flaw == Flaw.NOTED_LATER ? TO_NOTE : TO_FETCH;
                next.add(world);
            }
            if (from.fetch[s] == TO_NOTE) {
                World world = from.copy();
                world.note(by, false);
                world.fetch[s] = TO_FETCH;
                next.add(world);
            }
            if (from.fetch[s] == TO_FETCH || (from.fetch[s] == TO_NOTE && flaw == Flaw.NOTED_LATER)) {
                World world = from.copy();
                world.fetched[s] = world.version;
                world.fetch[s] = TO_STORE;
                next.add(world);
            }
            if (from.fetch[s] == TO_STORE) {
                World world = from.copy();
                world.stored[by] = world.fetched[s];
                world.storedEpoch[by] = world.readEpoch[s];
                world.storedGroup[by] = world.readGroup[s];
                world.fetch[s] = NO_FETCH;
                next.add(world);
            }
            if (from.owing[s] == 0 && from.writesLeft > 0) {
                World world = from.copy();
                world.writesLeft--;
                world.wrote[s] = ++world.version;
                world.owing[s] = flaw == Flaw.NOT_LOOKED_AT ? GROUP : GROUP | LOOK;
                next.add(world);
            }
            if ((from.owing[s] & GROUP) != 0) {
                World world = from.copy();
                world.group[by] = ++world.lastToken;
                done(world, s, GROUP);
                next.add(world);
            }
            if ((from.owing[s] & LOOK) != 0) {
                World world = from.copy();
                world.look(by);
                done(world, s, LOOK);
                next.add(world);
            }
            // In the middle of a write, with no eviction within the intent's lease.
            if (from.restartsLeft > 0 && from.owing[s] == 0 && from.writesLeft > 0) {
                World world = from.copy();
                world.restartsLeft--;
                world.writesLeft--;
                world.evictionsLeft = 0;
                world.fetch[s] = NO_FETCH;
                world.file[s] = 1 - by;
                world.killed = by;
                world.covered = flaw != Flaw.LEFT_WRITE_UNCOVERED;
                next.add(world);
            }
            if (from.restartsLeft > 0 && from.owing[s] == 0) {
                World world = from.copy();
                world.restartsLeft--;
                world.fetch[s] = NO_FETCH;
                world.file[s] = 1 - by;
                next.add(world);
            }
        }
        if (from.killed >= 0 && from.committed == 0) {
            World world = from.copy();
            world.committed = ++world.version;
            next.add(world);
        }
        // Nothing older is right once the lease is over, although nobody was answered.
        if (from.killed >= 0 && from.committed != 0) {
            World world = from.copy();
            world.lapse();
            next.add(world);
        }
        if (from.evictionsLeft > 0 && from.epoch != 0) {
            World world = from.copy();
            world.evictionsLeft--;
            world.epoch = 0;
            world.noted = 0;
            next.add(world);
        }
        return next;
    }

    private static void done(World world, int s, int part) {
        world.owing[s] &= ~part;
        if (world.owing[s] == 0) {
            world.answered = Math.max(world.answered, world.wrote[s]);
        }
    }

    /** A world in which something stale would be found, or null where there is none. */
    private static @Nullable World stale(@Nullable Flaw flaw, int[] seenCount) {
        Set<List<Integer>> seen = new HashSet<>();
        Deque<World> open = new ArrayDeque<>(List.of(new World()));
        while (!open.isEmpty()) {
            World world = open.removeFirst();
            if (world.isStale()) {
                return world;
            }
            for (World next : steps(world, flaw)) {
                if (seen.add(next.key())) {
                    open.add(next);
                }
            }
        }
        seenCount[0] = seen.size();
        return null;
    }

    @Test
    void nothingIsFoundThatAWriteByOtherRulesWroteOver() {
        int[] seen = new int[1];
        assertNull(stale(null, seen));
        assertTrue(seen[0] > 10_000, "only " + seen[0] + " worlds");
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void eachPartIsNeeded(Flaw flaw) {
        assertNotNull(stale(flaw, new int[1]));
    }
}
