package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.Intent;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One announced write. While it stands, a field of its name is in the hash of each of its groups, and {@link RedisIntents}
 * renews it. A purge narrows it to the groups that were purged, since only these can still need one more. Any thread.
 */
final class RedisIntent implements Intent, RedisPurger.Standing {

    private static final CompletionStage<Boolean> DONE = CompletableFuture.completedStage(true);

    /** What its owner does for it. */
    interface Owner {

        /** Takes the field away from these groups; whether the server was told. */
        CompletionStage<Boolean> unmark(String field, Collection<PurgeGroup> groups);

        /** One more purge at the end of a hold. */
        void purgeAfter(Duration length, Collection<PurgeGroup> groups, String holdField);

        /** Puts it once more, now. */
        void renew(RedisIntent intent);

        /** The write may change these visitors; whether those who must know can. */
        CompletionStage<Boolean> changing(String field, Collection<PurgeGroup> visitors);

        /** It changes nobody any more. */
        void changed(String field);

        /** It is not known whom it changes, and when; completes when those who join can know, or cannot. */
        CompletionStage<?> mayChange(String field, Collection<PurgeGroup> visitors, Duration length);

        /** Others may not have heard whom it has changed. */
        void changedUnheard(String field);

        /** It needs no renewal any more. */
        void ended(RedisIntent intent);
    }

    private final String field;
    private final Collection<PurgeGroup> announced;
    private final Duration lease;
    private final boolean standing;
    private final LongSupplier nanoTime;
    private final RedisPurger purger;
    private final Owner owner;

    /** Groups whose hash has the field, as far as known; guarded by {@code this}. */
    private Set<PurgeGroup> marked;

    /** Guarded by {@code this}. */
    private boolean ended;

    /** Whether a purge is owed for which it stands: then its end must be that it lapses. */
    private volatile boolean lapsing;

    /** Whether the last purge is owed, so that not everybody has heard of it. */
    private volatile boolean unheard;

    /** What is on disk in place of an intent that does not stand; guarded by {@code this}. */
    private OwedPurges.@Nullable Announced onDisk;

    /** When the server may let it lapse, at the earliest; by the clock of {@link #nanoTime}. */
    private volatile long standsUntilNanos;

    /** When the server was told of it last, or may have been. */
    private volatile long toldNanos;

    /** How long what was sent may be under way. */
    private final long timeoutNanos;

    /**
     * An intent that the server has been told of, or not.
     *
     * @param announced what the write may change
     * @param timeout of each trip
     * @param sentNanos when the server was told
     */
    RedisIntent(
            String field,
            Collection<PurgeGroup> announced,
            Duration lease,
            Duration timeout,
            boolean standing,
            long sentNanos,
            LongSupplier nanoTime,
            RedisPurger purger,
            Owner owner) {
        this.field = field;
        this.announced = List.copyOf(announced);
        this.lease = lease;
        this.standing = standing;
        this.nanoTime = nanoTime;
        this.marked = new LinkedHashSet<>(standing ? announced : List.of());
        this.standsUntilNanos = sentNanos + lease.toNanos();
        this.toldNanos = sentNanos;
        this.timeoutNanos = timeout.toNanos();
        this.purger = purger;
        this.owner = owner;
    }

    String field() {
        return field;
    }

    /** The groups to renew it on. */
    synchronized List<PurgeGroup> marked() {
        return ended || lapsing ? List.of() : List.copyOf(marked);
    }

    /** Whether it must not be taken back: it stands for what is owed. */
    boolean isLapsing() {
        return lapsing;
    }

    @Override
    public boolean standing() {
        return standing;
    }

    @Override
    public CompletionStage<Boolean> keep() {
        if (standing) {
            return DONE;
        }
        // For as long as an intent would have waited for this process, the write may still be under way.
        OwedPurges.Announced kept = purger.owed().announce(announced, lease);
        synchronized (this) {
            onDisk = kept;
        }
        return kept.kept();
    }

    @Override
    public boolean mayHaveLapsed() {
        return standing && !announced.isEmpty() && nanoTime.getAsLong() - standsUntilNanos >= 0;
    }

    /** The server is being told once more. */
    void renewing(long sentNanos) {
        toldNanos = sentNanos;
    }

    @Override
    public synchronized void reachesAll() {
        if (!ended) {
            marked.add(OwedPurges.EVERYTHING);
        }
    }

    /**
     * Where it does not stand for everything yet, it is to do so from its next renewal on, since others store by other rules.
     *
     * @return whether that renewal is needed
     */
    synchronized boolean widen() {
        return standing && !ended && !lapsing && !marked.isEmpty() && marked.add(OwedPurges.EVERYTHING);
    }

    @Override
    public void letLapse() {
        lapsing = true;
    }

    /** By a tenth of its length later, which is more than two clocks differ in running that long. */
    @Override
    public long lapsedNanos() {
        return toldNanos + timeoutNanos + lease.toNanos() + lease.toNanos() / 10;
    }

    /** The server has been told once more. */
    void renewed(long sentNanos) {
        standsUntilNanos = sentNanos + lease.toNanos();
    }

    @Override
    public CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors) {
        return owner.changing(field, visitors);
    }

    @Override
    public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
        if (!standing || lapsing) {
            return purger.purge(groups, "", null, List.of()).thenApply(this::heard);
        }
        Set<PurgeGroup> unmark;
        synchronized (this) {
            unmark = new LinkedHashSet<>(marked);
            unmark.removeAll(groups);
            // What other rules store may lie in any group until the end.
            unmark.remove(OwedPurges.EVERYTHING);
            // A superset until the server has answered: a field too many is taken away at the end, one too few stays.
            groups.stream().filter(GroupPurge::isStored).forEach(marked::add);
        }
        Set<PurgeGroup> unmarked = unmark;
        toldNanos = nanoTime.getAsLong();
        return purger.purge(groups, field, new GroupPurge.Mark(field, lease), unmarked, this)
                .thenApply(how -> {
                    if (how == RedisPurger.Ended.DONE) {
                        synchronized (this) {
                            marked.removeAll(unmarked);
                        }
                    } else if (how == RedisPurger.Ended.SETTLED && lapsing) {
                        lapsing = false;
                        owner.renew(this);
                    }
                    return heard(how != RedisPurger.Ended.OWED);
                });
    }

    private boolean heard(boolean done) {
        unheard = !done;
        return done;
    }

    @Override
    public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
        Set<PurgeGroup> unmark = new LinkedHashSet<>(end());
        unmark.removeAll(groups);
        GroupPurge.Mark hold = GroupPurge.Mark.hold(length);
        owner.purgeAfter(length, List.copyOf(groups), hold.field());
        List<PurgeGroup> visitors =
                groups.stream().filter(group -> !GroupPurge.isStored(group)).toList();
        // Whoever joins reads of whom it is not known; whoever has joined is told, after that.
        return owner.mayChange(field, visitors, length)
                .thenCompose(told -> purger.purge(groups, standing ? field : "", hold, unmark))
                .thenApply(done -> {
                    // Only now the store has it, or the debt is noted.
                    offDisk();
                    return done;
                });
    }

    @Override
    public CompletionStage<Boolean> done() {
        return lift();
    }

    @Override
    public CompletionStage<Boolean> lift() {
        offDisk();
        if (unheard) {
            owner.changedUnheard(field);
        } else {
            owner.changed(field);
        }
        Collection<PurgeGroup> left = end();
        // What is owed may not have reached the server: taken away, nothing there would tell others of it.
        return left.isEmpty() || lapsing ? DONE : owner.unmark(field, left);
    }

    private void offDisk() {
        OwedPurges.Announced kept;
        synchronized (this) {
            kept = onDisk;
            onDisk = null;
        }
        if (kept != null) {
            purger.owed().over(kept);
        }
    }

    private Collection<PurgeGroup> end() {
        Collection<PurgeGroup> left;
        synchronized (this) {
            left = ended ? List.of() : List.copyOf(marked);
            ended = true;
            marked = Set.of();
        }
        owner.ended(this);
        return left;
    }
}
