package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was purged a while ago, and on which runs of which servers. A server may have been replaced by another one without a
 * word to those who still had it, and what it was told is lost then: others may have stored on the next one what this sidecar
 * has purged, and nothing there says so. Any thread.
 */
final class RecentPurges {

    /** Longer than a server that was replaced goes unnoticed: idle links are looked at every {@link RedisLink#IDLE_HEARTBEAT}. */
    private static final Duration KEPT = RedisLink.IDLE_HEARTBEAT.multipliedBy(4);

    /** Over that, everything counts as purged. */
    private static final int MOST = 10_000;

    /**
     * Where a purge was told.
     *
     * @param group the run that has the group's epoch
     * @param change the run that has the route's change token
     */
    private record Told(String group, String change, long nanos) {}

    private final RedisNames names;
    private final LongSupplier nanoTime;

    /** The longest ago first; guarded by {@code this}. */
    private final Map<PurgeGroup, Told> purges = new LinkedHashMap<>();

    RecentPurges(RedisNames names, LongSupplier nanoTime) {
        this.names = names;
        this.nanoTime = nanoTime;
    }

    /** These groups have been purged there. */
    synchronized void purged(Collection<PurgeGroup> groups, RedisShards on) {
        long now = nanoTime.getAsLong();
        forgetOld(now);
        for (PurgeGroup group : groups) {
            add(group, on, now);
        }
        if (purges.size() > MOST) {
            purges.clear();
            add(OwedPurges.EVERYTHING, on, now);
        }
    }

    private void add(PurgeGroup group, RedisShards on, long now) {
        String groupRun = run(on, groupKey(group));
        String changeRun = run(on, names.change(group.route()));
        // Once more, behind all others.
        purges.remove(group);
        if (groupRun != null && changeRun != null) {
            purges.put(group, new Told(groupRun, changeRun, now));
        }
    }

    private void forgetOld(long now) {
        Iterator<Told> all = purges.values().iterator();
        while (all.hasNext() && now - all.next().nanos > KEPT.toNanos()) {
            all.remove();
        }
    }

    /** What was purged on other runs than these; from now on somebody else sees to it. */
    synchronized List<PurgeGroup> lostTo(RedisShards now) {
        forgetOld(nanoTime.getAsLong());
        List<PurgeGroup> lost = new ArrayList<>();
        purges.entrySet().removeIf(one -> {
            PurgeGroup group = one.getKey();
            Told told = one.getValue();
            boolean gone = isAnother(told.group, run(now, groupKey(group)))
                    || isAnother(told.change, run(now, names.change(group.route())));
            if (gone) {
                lost.add(group);
            }
            return gone;
        });
        return lost;
    }

    /** Not where nobody is there as yet. */
    private static boolean isAnother(String before, @Nullable String now) {
        return now != null && !now.equals(before);
    }

    private String groupKey(PurgeGroup group) {
        return GroupPurge.isStored(group) ? names.group(group) : names.ended();
    }

    private static @Nullable String run(RedisShards on, String key) {
        RedisLink home = on.home(key);
        return home == null ? null : home.incarnation();
    }
}
