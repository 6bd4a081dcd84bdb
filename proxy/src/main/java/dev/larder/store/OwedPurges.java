package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Purges that a store could not be told of. Until it has been, nothing of their groups is read from it or stored in it.
 * Any thread.
 *
 * <p>Bounded: where more groups are owed than {@code most}, everything is, as one group that each lookup depends on.
 */
public final class OwedPurges {

    /** The group that everything belongs to: purging it renews the store-wide epoch. */
    public static final PurgeGroup EVERYTHING = new PurgeGroup("@epoch", "");

    /**
     * One owed purge.
     *
     * @param group what to purge
     * @param holdUntilNanos the end of a hold to put with it, by the clock of who owes it; null for none
     * @param number tells apart what was owed, applied and owed again meanwhile
     */
    public record Owed(PurgeGroup group, @Nullable Long holdUntilNanos, long number) {}

    private final int most;

    /** By group name, the longest owed first; guarded by {@code this}. */
    private final Map<String, Owed> owed = new LinkedHashMap<>();

    /** Guarded by {@code this}. */
    private long lastNumber;

    /** The size of {@link #owed}, so that lookups need no lock while nothing is owed. */
    private volatile int count;

    /** None yet; at most {@code most} groups one by one. */
    public OwedPurges(int most) {
        this.most = most;
    }

    /** These groups are to be purged, and held until then where {@code holdUntilNanos} is not null. */
    public synchronized void owe(Collection<PurgeGroup> groups, @Nullable Long holdUntilNanos) {
        for (PurgeGroup group : groups) {
            add(group, holdUntilNanos);
        }
        if (owed.size() > most) {
            Long longestHold = null;
            for (Owed one : owed.values()) {
                longestHold = later(longestHold, one.holdUntilNanos);
            }
            owed.clear();
            add(EVERYTHING, longestHold);
        }
        count = owed.size();
    }

    private void add(PurgeGroup group, @Nullable Long holdUntilNanos) {
        Owed before = owed.get(group.name());
        Long until = before == null ? holdUntilNanos : later(before.holdUntilNanos, holdUntilNanos);
        owed.put(group.name(), new Owed(group, until, ++lastNumber));
    }

    private static @Nullable Long later(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one - other > 0 ? one : other;
    }

    /** How many groups are owed. */
    public int count() {
        return count;
    }

    /** Whether one of these groups, or everything, is owed. */
    public boolean concerns(Collection<PurgeGroup> groups) {
        return count != 0 && concernsNames(groups.stream().map(PurgeGroup::name).toList());
    }

    /** The same for groups by their names. */
    public boolean concernsNames(Collection<String> names) {
        if (count == 0) {
            return false;
        }
        synchronized (this) {
            return owed.containsKey(EVERYTHING.name()) || names.stream().anyMatch(owed::containsKey);
        }
    }

    /** Whether a group of this route, or everything, is owed: then the route's change token is to be renewed. */
    public boolean concernsRoute(String route) {
        if (count == 0) {
            return false;
        }
        synchronized (this) {
            return owed.containsKey(EVERYTHING.name())
                    || owed.values().stream().anyMatch(one -> one.group.route().equals(route));
        }
    }

    /** The longest owed, at most so many. */
    public synchronized List<Owed> next(int limit) {
        return new ArrayList<>(owed.values().stream().limit(limit).toList());
    }

    /** These have been applied; what has been owed once more meanwhile stays. */
    public synchronized void applied(Collection<Owed> applied) {
        for (Owed one : applied) {
            owed.computeIfPresent(one.group.name(), (name, now) -> now.number == one.number ? null : now);
        }
        count = owed.size();
    }
}
