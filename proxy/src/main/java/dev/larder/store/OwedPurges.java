package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges that a store could not be told of. Until it has been, nothing of their groups is read from it or stored in it; and until
 * all who share it have heard as well, they stay owed. They are noted in a journal, from which the next process takes over what
 * this one could not settle. Any thread; nothing blocks.
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
     * @param since when it became owed
     */
    public record Owed(PurgeGroup group, @Nullable Long holdUntilNanos, long number, Instant since) {}

    /**
     * What a write under way will owe if this process dies before its outcome is known.
     *
     * @param kept completes when it is on disk, or where nothing is kept on disk; false where it could not be
     */
    public record Announced(CompletionStage<Boolean> kept, Collection<Long> numbers) {}

    private static final Logger LOG = LoggerFactory.getLogger(OwedPurges.class);

    private final int most;
    private final LongSupplier nanoTime;
    private final OwedJournal journal;

    /** What the store has not been told. By group name, the longest owed first; guarded by {@code this}. */
    private final Map<String, Owed> owed = new LinkedHashMap<>();

    /** What it has been told, while others may not have heard yet. By group name; guarded by {@code this}. */
    private final Map<String, Owed> told = new LinkedHashMap<>();

    /** The size of {@link #owed}, so that lookups need no lock while nothing is owed. */
    private volatile int count;

    /** None yet, and all of them in memory; at most {@code most} groups one by one. */
    public OwedPurges(int most) {
        this(most, () -> 0, OwedJournal.inMemory(InstantSource.fixed(Instant.EPOCH)));
    }

    /**
     * What the journal says is owed.
     *
     * @param most groups that are owed one by one
     * @param nanoTime the clock by which holds end, in nanoseconds
     */
    public OwedPurges(int most, LongSupplier nanoTime, OwedJournal journal) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.journal = journal;
        Map<Long, OwedNote> found = journal.found();
        if (!found.isEmpty()) {
            long now = nanoTime.getAsLong();
            for (OwedNote note : found.values()) {
                add(
                        note.group(),
                        note.hold().isZero() ? null : (Long) (now + note.hold().toNanos()),
                        note.since());
            }
            narrow();
            journal.take(found.keySet());
            count = owed.size();
        }
    }

    /**
     * These groups are to be purged, and held until then where {@code holdUntilNanos} is not null. Counts at once.
     *
     * @return completes when that is on disk, or where nothing is kept on disk; false where it could not be
     */
    public CompletionStage<Boolean> owe(Collection<PurgeGroup> groups, @Nullable Long holdUntilNanos) {
        synchronized (this) {
            if (owed.isEmpty() && !groups.isEmpty()) {
                LOG.warn(
                        "the store cannot be told of a purge: it is owed, and what it concerns is not used until it is done");
            }
        }
        return note(groups, holdUntilNanos);
    }

    /** These groups have been purged, but perhaps not where it counts: once more. Counts at once; see {@link #owe}. */
    public CompletionStage<Boolean> repeat(Collection<PurgeGroup> groups) {
        LOG.info("the store has another server: {} purges of late are repeated there", groups.size());
        return note(groups, null);
    }

    private CompletionStage<Boolean> note(Collection<PurgeGroup> groups, @Nullable Long holdUntilNanos) {
        synchronized (this) {
            Instant now = journal.now();
            for (PurgeGroup group : groups) {
                add(group, holdUntilNanos, now);
            }
            narrow();
            count = owed.size();
        }
        return journal.synced();
    }

    /** To one group for everything, where there are too many. */
    private void narrow() {
        if (owed.size() > most) {
            Long longestHold = null;
            List<Long> numbers = new ArrayList<>();
            Instant since = owed.values().iterator().next().since;
            for (Owed one : owed.values()) {
                longestHold = later(longestHold, one.holdUntilNanos);
                numbers.add(one.number);
            }
            owed.clear();
            add(EVERYTHING, longestHold, since);
            journal.take(numbers);
        }
    }

    /** A line that takes the place of another comes before that one's end, so that any part of the file names the group. */
    private void add(PurgeGroup group, @Nullable Long holdUntilNanos, Instant now) {
        Owed before = owed.get(group.name());
        Long until = before == null ? holdUntilNanos : later(before.holdUntilNanos, holdUntilNanos);
        Instant since = before == null ? now : before.since;
        long leftNanos = until == null ? 0 : Math.max(0, until - nanoTime.getAsLong());
        long number = journal.add(group, Duration.ofNanos(leftNanos), since);
        owed.put(group.name(), new Owed(group, until, number, since));
        if (before != null) {
            journal.take(List.of(before.number));
        }
    }

    /**
     * Notes what a write of which the store knows nothing may change. That is owed by the next process, with a hold, unless {@link
     * #over} comes first; for this one it changes nothing.
     */
    public Announced announce(Collection<PurgeGroup> groups, Duration hold) {
        List<Long> numbers = new ArrayList<>();
        synchronized (this) {
            for (PurgeGroup group : groups) {
                numbers.add(journal.add(group, hold, journal.now()));
            }
        }
        return new Announced(journal.synced(), numbers);
    }

    /** What the write changed has been purged, or is owed, or it changed nothing. */
    public void over(Announced write) {
        journal.take(write.numbers);
    }

    private static @Nullable Long later(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one - other > 0 ? one : other;
    }

    /** How many groups are owed, also where it is only that others have not heard yet. */
    public synchronized int count() {
        return owed.size() + told.size();
    }

    /** Whether there is anything that the store has not been told. */
    public boolean untold() {
        return count != 0;
    }

    /** Whether one of these groups, or everything, is owed, be it only that others have not heard yet. */
    public synchronized boolean owes(Collection<PurgeGroup> groups) {
        return isOf(owed, groups.stream().map(PurgeGroup::name).toList())
                || isOf(told, groups.stream().map(PurgeGroup::name).toList());
    }

    /** Whether the store has not been told of one of these groups, or of everything. */
    public boolean concerns(Collection<PurgeGroup> groups) {
        return count != 0 && concernsNames(groups.stream().map(PurgeGroup::name).toList());
    }

    /** The same for groups by their names. */
    public boolean concernsNames(Collection<String> names) {
        if (count == 0) {
            return false;
        }
        synchronized (this) {
            return isOf(owed, names);
        }
    }

    private static boolean isOf(Map<String, Owed> some, Collection<String> names) {
        return some.containsKey(EVERYTHING.name()) || names.stream().anyMatch(some::containsKey);
    }

    /** Whether the store has not been told of a group of this route, or of everything: then the route's change token is to be renewed. */
    public boolean concernsRoute(String route) {
        if (count == 0) {
            return false;
        }
        synchronized (this) {
            return owed.containsKey(EVERYTHING.name())
                    || owed.values().stream().anyMatch(one -> one.group.route().equals(route));
        }
    }

    /** The longest owed of what the store has not been told, at most so many. */
    public synchronized List<Owed> next(int limit) {
        return new ArrayList<>(owed.values().stream().limit(limit).toList());
    }

    /** Since when the longest is owed. */
    public synchronized Optional<Instant> since() {
        return Stream.concat(owed.values().stream(), told.values().stream())
                .map(Owed::since)
                .min(Instant::compareTo);
    }

    /**
     * The store has been told of these, so that they can be read again: what is found now is from after the purge. They stay owed
     * until they are {@linkplain #applied applied}.
     */
    public synchronized void told(Collection<Owed> done) {
        for (Owed one : done) {
            if (owed.remove(one.group.name(), one)) {
                Owed before = told.put(one.group.name(), one);
                if (before != null) {
                    journal.take(List.of(before.number));
                }
            }
        }
        count = owed.size();
    }

    /** All have heard of these; what has been owed once more meanwhile stays. */
    public synchronized void applied(Collection<Owed> applied) {
        boolean any = !owed.isEmpty() || !told.isEmpty();
        for (Owed one : applied) {
            owed.remove(one.group.name(), one);
            told.remove(one.group.name(), one);
        }
        journal.take(applied.stream().map(Owed::number).toList());
        if (any && owed.isEmpty() && told.isEmpty()) {
            LOG.info("the store has been told of all purges that were owed");
        }
        count = owed.size();
    }
}
