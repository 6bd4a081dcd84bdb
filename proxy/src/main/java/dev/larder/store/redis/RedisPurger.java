package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.NearCache;
import dev.larder.store.OwedJournal;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells Redis of purges, and owes what it could not tell. Any thread.
 *
 * <p>A purge that failed is owed <em>before</em> its stage completes and before another link can be used, so that there is
 * no moment at which a lookup could still be answered from what it was to remove.
 */
final class RedisPurger {

    /** Groups owed one by one; over that, everything is. */
    private static final int MOST_OWED = 10_000;

    /** Owed purges told in one trip. */
    private static final int OWED_AT_ONCE = 256;

    /** A slot of a cluster can be on its way, and then a second time. */
    private static final int MOST_ATTEMPTS = 4;

    /** Telling what is owed is upkeep, which no request waits for, and may take longer than a request's trip. */
    private static final Duration UPKEEP = Duration.ofSeconds(2);

    private final OwedPurges owed;
    private final AtomicBoolean settling = new AtomicBoolean();
    private final Supplier<@Nullable RedisShards> servers;
    private final RecentPurges recent;
    private final PurgeNews news;
    private final NearCache near;
    private final Runnable onPurge;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final long leaseNanos;
    private final PurgeTrip.Terms terms;

    /**
     * Owes what the journal says.
     *
     * @param near copies of what is purged; none of these is used any more when a purge is done or owed
     * @param onPurge run when a purge is done; does not block
     * @param lease of an intent
     */
    RedisPurger(
            RedisNames names,
            Supplier<@Nullable RedisShards> servers,
            PurgeNews news,
            NearCache near,
            OwedJournal journal,
            Runnable onPurge,
            LongSupplier nanoTime,
            Duration timeout,
            Duration lease,
            Duration groupTtl) {
        this.owed = new OwedPurges(MOST_OWED, nanoTime, journal);
        this.servers = servers;
        this.news = news;
        this.near = near;
        this.onPurge = onPurge;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeout.toNanos();
        this.leaseNanos = lease.toNanos();
        this.terms = new PurgeTrip.Terms(
                names, news, new EndedCredentials(names, groupTtl), Long.toString(groupTtl.toMillis()));
        this.recent = new RecentPurges(names, nanoTime);
    }

    OwedPurges owed() {
        return owed;
    }

    /** What became of a purge. */
    enum Ended {
        /** Done at once. */
        DONE,
        /** It was owed, and then settled: the intent is where it was. */
        SETTLED,
        /** It is owed still. */
        OWED
    }

    /** An intent that a purge may rely on: where it has lapsed, others see for themselves what is purged. */
    interface Standing {

        /** It is put on everything as well. */
        void reachesAll();

        /** It is renewed no more, lest it stands for ever. */
        void letLapse();

        /** When it has lapsed for certain where it is not renewed, by the clock of this process. */
        long lapsedNanos();
    }

    /**
     * Replaces the change tokens of the routes of these groups, then their epochs, in one trip, and waits until every other
     * sidecar has heard of it.
     *
     * @param drop a field that goes with the old epochs, or empty
     * @param add a field that comes with the new ones, or null
     * @param unmark groups of which field {@code drop} goes although they are not purged
     * @return whether it is done; if not, it is owed
     */
    CompletableFuture<Boolean> purge(
            Collection<PurgeGroup> groups, String drop, GroupPurge.@Nullable Mark add, Collection<PurgeGroup> unmark) {
        return purge(groups, drop, add, unmark, null).thenApply(ended -> ended != Ended.OWED);
    }

    /**
     * The same for a write.
     *
     * @param intent of the write, where one stands: while others may use what is owed, the stage waits until that is settled, or
     *     until it has lapsed
     */
    CompletableFuture<Ended> purge(
            Collection<PurgeGroup> groups,
            String drop,
            GroupPurge.@Nullable Mark add,
            Collection<PurgeGroup> unmark,
            @Nullable Standing intent) {
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        if (news.reachesAll()) {
            distinct.add(OwedPurges.EVERYTHING);
        }
        if (intent != null && distinct.contains(OwedPurges.EVERYTHING)) {
            intent.reachesAll();
        }
        Long holdUntil = add != null && add.isHold()
                ? (Long) (nanoTime.getAsLong() + add.length().toNanos())
                : null;
        RedisShards now = servers.get();
        if (now == null) {
            return owe(distinct, holdUntil, intent);
        }
        if (distinct.isEmpty() && unmark.isEmpty()) {
            return CompletableFuture.completedFuture(Ended.DONE);
        }
        long deadlineNanos = nanoTime.getAsLong() + timeoutNanos;
        GroupPurge purge = new GroupPurge(List.copyOf(distinct), drop, add, List.copyOf(unmark));
        PurgeTrip trip = new PurgeTrip(terms, now, purge, false);
        return now.sendFirst(trip.commands(), deadlineNanos)
                .thenCompose(end -> told(now, trip, end, deadlineNanos, MOST_ATTEMPTS - 1))
                .thenCompose(done -> {
                    if (done == null) {
                        return owe(distinct, holdUntil, intent);
                    }
                    near.purge(distinct);
                    recent.purged(distinct, now);
                    onPurge.run();
                    if (done.reachedAll()) {
                        // All that other rules have stored is gone; now everybody is to hear of it.
                        distinct.add(OwedPurges.EVERYTHING);
                        return purge(distinct, drop, add, unmark, intent);
                    }
                    return done.heard().thenApply(heard -> Ended.DONE);
                });
    }

    private CompletableFuture<Ended> owe(Set<PurgeGroup> groups, @Nullable Long holdUntil, @Nullable Standing intent) {
        if (intent != null) {
            intent.letLapse();
        }
        CompletionStage<Boolean> kept = owed.owe(groups, holdUntil);
        // After it is owed: a lookup that was under way finds its copy refused, or the debt.
        near.purge(groups);
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        CompletableFuture<Void> afterLoss = news.afterLoss();
        if (news.isAlone()) {
            // Who comes later trusts nothing under an intent from before.
            ended.complete(Ended.OWED);
        } else {
            RedisShards now = servers.get();
            if (now != null) {
                // It may only be slow.
                settleOwed(now);
            }
            long mostNanos = nanoTime.getAsLong() + leaseNanos;
            hold(groups, ended, () -> afterLoss.isDone() && isEnough(intent, mostNanos));
        }
        // Who is told that it is owed may answer the write, and die.
        return ended.thenCombine(kept, (how, onDisk) -> how);
    }

    /**
     * Whether a write need not wait any longer: its intent has lapsed, so that others see what is purged; or the store is lost to
     * this sidecar and has not even heard of the write, which then is the operator's to decide.
     */
    private boolean isEnough(@Nullable Standing intent, long mostNanos) {
        return intent == null
                ? servers.get() == null || nanoTime.getAsLong() - mostNanos >= 0
                : nanoTime.getAsLong() - intent.lapsedNanos() >= 0;
    }

    /** Others may be in touch with a store that this sidecar has lost: they must not use what is owed once it is known. */
    private void hold(Set<PurgeGroup> groups, CompletableFuture<Ended> ended, BooleanSupplier enough) {
        if (!owed.owes(groups)) {
            ended.complete(Ended.SETTLED);
        } else if (enough.getAsBoolean()) {
            ended.complete(Ended.OWED);
        } else {
            news.soon(() -> hold(groups, ended, enough));
        }
    }

    /**
     * Null where it is not done. What was done in part, because a server lacked a script or a slot is on its way to another, is
     * done anew with other tokens: a fill may have been stored under one of these before its change token was there.
     */
    private CompletableFuture<PurgeTrip.@Nullable Done> told(
            RedisShards on, PurgeTrip trip, TripEnd end, long deadlineNanos, int attempts) {
        if (attempts > 0 && end instanceof TripEnd.Replies replies) {
            PurgeTrip again = trip.again(replies);
            if (again != null) {
                return on.sendAgain(again.commands(), replies, deadlineNanos)
                        .thenCompose(next -> told(on, again, next, deadlineNanos, attempts - 1));
            }
        }
        return CompletableFuture.completedFuture(trip.done(end));
    }

    /**
     * Other servers are there than before, and nobody uses them yet: what was purged on those that they replace is owed to them,
     * since one that was replaced may have gone on taking purges.
     */
    void reached(RedisShards now) {
        List<PurgeGroup> lost = recent.lostTo(now);
        if (!lost.isEmpty()) {
            CompletionStage<Boolean> unused = owed.repeat(lost);
        }
    }

    /**
     * Tells the server what is owed, on a link that nobody else uses yet or in the background. At most one trip at a time; that
     * others hear of it, which can take a lease, keeps nothing from being read here, as after any purge.
     */
    void settleOwed(RedisShards on) {
        List<OwedPurges.Owed> batch = owed.next(OWED_AT_ONCE);
        if (batch.isEmpty() || !settling.compareAndSet(false, true)) {
            return;
        }
        long now = nanoTime.getAsLong();
        PurgeTrip trip = new PurgeTrip(terms, on, batch, now);
        CompletableFuture<?> ignored = on.sendFirst(trip.commands(), now + UPKEEP.toNanos())
                .thenAccept(end -> {
                    PurgeTrip.Done done = trip.done(end);
                    if (done != null) {
                        settled(on, trip, batch, done);
                    }
                    settling.set(false);
                    if (done != null) {
                        settleOwed(on);
                    }
                });
    }

    private void settled(RedisShards on, PurgeTrip trip, List<OwedPurges.Owed> batch, PurgeTrip.Done done) {
        if (done.reachedAll()) {
            CompletionStage<Boolean> unused = owed.owe(List.of(OwedPurges.EVERYTHING), null);
        }
        near.purge(trip.groups());
        // Before they can be read again: from now on another server is one that may lack them.
        recent.purged(trip.groups(), on);
        owed.told(batch);
        onPurge.run();
        CompletableFuture<?> ignored = done.heard().thenAccept(heard -> owed.applied(batch));
    }
}
