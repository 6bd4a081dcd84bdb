package dev.larder.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The epochs, change tokens and holds of the embedded store. Any thread.
 *
 * <p>Bounded: where more groups are in use than {@link #GROUPS}, the seldom used ones lose their epochs, and what was
 * stored under these no longer matches. Tokens are numbers that are never used twice, so an epoch made anew never equals
 * the one that was lost.
 */
final class MemoryEpochs {

    /** Some 200 bytes each, so 20 MB at most. */
    static final int GROUPS = 100_000;

    /** Beyond so many groups held at once, everything is. */
    private static final int HOLDS = 10_000;

    /** No group's name begins so: those of groups begin with the kind of the group. */
    private static final String CHANGE = "@change:";

    private final Cache<String, String> tokens =
            Caffeine.newBuilder().maximumSize(GROUPS).executor(Runnable::run).build();

    /** Looks up tokens without their being noted as used: see {@link #note}. */
    private final Policy<String, String> quietly = tokens.policy();

    private final Map<String, Hold> holds = new ConcurrentHashMap<>();
    private final AtomicLong nextToken = new AtomicLong();
    private final String incarnation = EpochTokens.next();
    private final LongSupplier nanoTime;

    /** What was read last. Threads that race for it make equal ones. */
    private Reading last = new Reading("", CHANGE, new Epochs("", Map.of(), "", true));

    /** Until when all groups are held, by {@link #nanoTime}; written under {@code this}. */
    private volatile @Nullable Long allHeldUntil;

    private record Hold(PurgeGroup group, long untilNanos) {}

    /** What was read for groups of a route, and the name of its change token. */
    private record Reading(String route, String change, Epochs epochs) {}

    MemoryEpochs(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    String incarnation() {
        return incarnation;
    }

    /** Whether each of these groups still has the token that {@code epochs} names. */
    boolean current(Epochs epochs, List<PurgeGroup> groups) {
        if (!epochs.incarnation().equals(incarnation)) {
            return false;
        }
        endPassedHolds(groups);
        for (int i = 0; i < groups.size(); i++) {
            if (!isCurrent(groups.get(i).name(), epochs.tokens())) {
                return false;
            }
        }
        return true;
    }

    /** The same for all groups of {@code epochs}. */
    boolean current(Epochs epochs) {
        if (!epochs.incarnation().equals(incarnation)) {
            return false;
        }
        for (String group : epochs.tokens().keySet()) {
            if (!isCurrent(group, epochs.tokens())) {
                return false;
            }
        }
        return true;
    }

    private boolean isCurrent(String group, Map<String, String> before) {
        String now = quietly.getIfPresentQuietly(group);
        return now != null && now.equals(before.get(group));
    }

    /** These are in use, so that others lose their epochs before them. */
    void note(List<PurgeGroup> groups) {
        for (int i = 0; i < groups.size(); i++) {
            String unused = tokens.getIfPresent(groups.get(i).name());
        }
    }

    /** The epochs, then the change token: in this order, see {@link CacheStore#epochs}. */
    Epochs read(String route, List<PurgeGroup> groups) {
        endPassedHolds(groups);
        Reading before = last;
        if (isStillSo(before, route, groups)) {
            return before.epochs;
        }
        Map<String, String> read = new HashMap<>();
        for (PurgeGroup group : groups) {
            read.put(group.name(), token(group.name()));
        }
        String change = CHANGE + route;
        Epochs now = new Epochs(incarnation, Map.copyOf(read), token(change), held(read.keySet()));
        last = new Reading(route, change, now);
        return now;
    }

    /**
     * Whether this is what would be read now, in the same order: then all that is stored under them shares them. That they are
     * in use is not noted: others that are read take their place only by a reading that is noted.
     */
    private boolean isStillSo(Reading before, String route, List<PurgeGroup> groups) {
        Map<String, String> tokens = before.epochs.tokens();
        if (before.epochs.held() || tokens.size() != groups.size() || !before.route.equals(route)) {
            return false;
        }
        for (int i = 0; i < groups.size(); i++) {
            if (!isCurrent(groups.get(i).name(), tokens)) {
                return false;
            }
        }
        return before.epochs.change().equals(quietly.getIfPresentQuietly(before.change)) && !held(tokens.keySet());
    }

    /** Whether a hold stands on one of these groups. */
    boolean held(Collection<String> groups) {
        Long all = allHeldUntil;
        if (all != null && nanoTime.getAsLong() - all < 0) {
            return true;
        }
        if (holds.isEmpty()) {
            return false;
        }
        for (String group : groups) {
            Hold hold = holds.get(group);
            if (hold != null && nanoTime.getAsLong() - hold.untilNanos < 0) {
                return true;
            }
        }
        return false;
    }

    /** Change tokens first: whoever reads a group's new epoch and then the change token sees that it has changed. */
    void purge(Collection<PurgeGroup> groups) {
        for (PurgeGroup group : groups) {
            if (!group.route().isEmpty()) {
                tokens.put(CHANGE + group.route(), newToken());
            }
        }
        for (PurgeGroup group : groups) {
            if (!group.route().isEmpty()) {
                tokens.put(group.name(), newToken());
            }
        }
    }

    /** Keeps what is fetched from now on for these groups from being stored; its end is one more purge. */
    void hold(Collection<PurgeGroup> groups, Duration length) {
        long until = nanoTime.getAsLong() + length.toNanos();
        // Holds that nobody asks for would otherwise stay for ever.
        holds.values().forEach(hold -> endIfPassed(hold.group()));
        for (PurgeGroup group : groups) {
            if (group.route().isEmpty()) {
                continue;
            }
            if (holds.size() < HOLDS) {
                holds.merge(
                        group.name(),
                        new Hold(group, until),
                        (one, other) -> one.untilNanos - other.untilNanos > 0 ? one : other);
            } else {
                holdAll(until);
            }
        }
        purge(groups);
    }

    private synchronized void holdAll(long until) {
        Long all = allHeldUntil;
        allHeldUntil = all == null || until - all > 0 ? until : all;
    }

    private void endPassedHolds(List<PurgeGroup> groups) {
        Long all = allHeldUntil;
        if (all != null && nanoTime.getAsLong() - all >= 0) {
            endHoldOfAll(all);
        }
        if (!holds.isEmpty()) {
            groups.forEach(this::endIfPassed);
        }
    }

    private synchronized void endHoldOfAll(Long passed) {
        if (passed.equals(allHeldUntil)) {
            tokens.invalidateAll();
            allHeldUntil = null;
        }
    }

    private void endIfPassed(PurgeGroup group) {
        Hold hold = holds.get(group.name());
        if (hold != null && nanoTime.getAsLong() - hold.untilNanos >= 0) {
            // Purged before it is forgotten: whoever no longer sees the hold sees the new epoch.
            purge(List.of(group));
            holds.remove(group.name(), hold);
        }
    }

    private String token(String name) {
        return tokens.get(name, absent -> newToken());
    }

    private String newToken() {
        return Long.toString(nextToken.incrementAndGet(), Character.MAX_RADIX);
    }
}
