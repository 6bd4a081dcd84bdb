package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one purge is to do.
 *
 * @param groups get new epochs
 * @param drop a field that goes with the old epochs, or empty
 * @param add a field that comes with the new ones, or null
 * @param unmark groups of which field {@code drop} goes although they are not purged
 */
record GroupPurge(
        Collection<PurgeGroup> groups,
        String drop,
        @Nullable Mark add,
        Collection<PurgeGroup> unmark) {

    /** A field of a group's hash that carries a deadline, and for how long. */
    record Mark(String field, Duration length) {

        /** A hold of its own name, so that two holds of one group end each at its time. */
        static Mark hold(Duration length) {
            return new Mark(RedisNames.HOLD + EpochTokens.next(), length);
        }

        boolean isHold() {
            return field.startsWith(RedisNames.HOLD);
        }
    }

    /** New epochs, and nothing beside them. */
    static GroupPurge of(List<PurgeGroup> groups) {
        return new GroupPurge(groups, "", null, List.of());
    }

    /** Under the other groups nothing is stored: they are only told of. */
    static boolean isStored(PurgeGroup group) {
        return !group.route().isEmpty() || group.equals(OwedPurges.EVERYTHING);
    }

    /** The same, and everything. */
    GroupPurge ofAll() {
        List<PurgeGroup> all = new ArrayList<>(groups);
        all.add(OwedPurges.EVERYTHING);
        return new GroupPurge(all, drop, add, unmark);
    }

    /** For how long nothing of it may be stored; zero where there is no hold. */
    Duration held() {
        return add != null && add.isHold() ? add.length() : Duration.ZERO;
    }
}
