package dev.larder.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a world is made of.
 *
 * @param sidecars processes that share the store
 * @param items stored responses, each in a group of its own, all of one route
 * @param readers requests that one sidecar has under way at a time
 * @param reads how many reads begin in all
 * @param writes how many writes begin in all
 * @param ticks how often the clock advances
 * @param faultBudget how many faults happen
 * @param faults which
 * @param unknownVisitors whether some fetches begin before it is known whose they are
 * @param roles whether the first sidecar does nothing but write, and the others nothing but read
 * @param flaws what the protocol lacks
 */
record Setup(
        int sidecars,
        int items,
        int readers,
        int reads,
        int writes,
        int ticks,
        int faultBudget,
        Set<Fault> faults,
        boolean unknownVisitors,
        boolean roles,
        Set<Flaw> flaws) {

    /** Both sets in the order of their enums, so that a seed is the same walk in every process. */
    Setup {
        Set<Fault> inOrder = EnumSet.noneOf(Fault.class);
        inOrder.addAll(faults);
        faults = Collections.unmodifiableSet(inOrder);
        Set<Flaw> also = EnumSet.noneOf(Flaw.class);
        also.addAll(flaws);
        flaws = Collections.unmodifiableSet(also);
    }

    /** A lease of a member, in ticks; the member itself believes in one less. */
    static final int LEASE = 4;

    /** A lease of an intent, in ticks; a copy lives one less. */
    static final int INTENT = 8;

    /** A walk's setup: everything in number, these faults. */
    static Setup large(int sidecars, Set<Fault> faults) {
        return new Setup(sidecars, 1, 2, 40, 8, 30, faults.isEmpty() ? 0 : 2, faults, true, false, Set.of());
    }

    Setup with(Flaw... more) {
        Set<Flaw> all = EnumSet.noneOf(Flaw.class);
        all.addAll(flaws);
        all.addAll(Set.of(more));
        return new Setup(
                sidecars, items, readers, reads, writes, ticks, faultBudget, faults, unknownVisitors, roles, all);
    }

    /** The same with each sidecar doing what it likes. */
    Setup withoutRoles() {
        return new Setup(
                sidecars, items, readers, reads, writes, ticks, faultBudget, faults, unknownVisitors, false, flaws);
    }

    boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }
}
