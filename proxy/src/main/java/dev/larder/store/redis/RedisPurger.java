package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.NearCache;
import dev.larder.store.OwedJournal;
import dev.larder.store.OwedPurges;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
    private final RedisNames names;
    private final Supplier<@Nullable RedisShards> servers;
    private final EndedCredentials ended;
    private final RecentPurges recent;
    private final PurgeNews news;
    private final NearCache near;
    private final Runnable onPurge;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final long leaseNanos;
    private final String ttlMillis;

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
        this.names = names;
        this.servers = servers;
        this.news = news;
        this.near = near;
        this.onPurge = onPurge;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeout.toNanos();
        this.leaseNanos = lease.toNanos();
        this.ttlMillis = Long.toString(groupTtl.toMillis());
        this.ended = new EndedCredentials(names, groupTtl);
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

    /** A field of a group's hash that carries a deadline, and for how long. */
    record Mark(String field, Duration length) {}

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
            Collection<PurgeGroup> groups, String drop, @Nullable Mark add, Collection<PurgeGroup> unmark) {
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
            @Nullable Mark add,
            Collection<PurgeGroup> unmark,
            @Nullable Standing intent) {
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        if (news.reachesAll()) {
            distinct.add(OwedPurges.EVERYTHING);
        }
        if (intent != null && distinct.contains(OwedPurges.EVERYTHING)) {
            intent.reachesAll();
        }
        Long holdUntil = add != null && isHold(add) ? (Long) (nanoTime.getAsLong() + add.length.toNanos()) : null;
        RedisShards now = servers.get();
        if (now == null) {
            return owe(distinct, holdUntil, intent);
        }
        if (distinct.isEmpty() && unmark.isEmpty()) {
            return CompletableFuture.completedFuture(Ended.DONE);
        }
        long deadlineNanos = nanoTime.getAsLong() + timeoutNanos;
        Purge purge = new Purge(List.copyOf(distinct), drop, add, List.copyOf(unmark));
        PurgeTrip trip = new PurgeTrip(now, purge, false);
        return now.sendFirst(trip.commands, deadlineNanos)
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

    /** Under the other groups nothing is stored: they are only told of. */
    static boolean isStored(PurgeGroup group) {
        return !group.route().isEmpty() || group.equals(OwedPurges.EVERYTHING);
    }

    /**
     * A purge that the servers have done.
     *
     * @param heard completes when every other sidecar has heard of it
     * @param reachedAll whether it has turned out to be a purge of everything, of which nobody has been told
     */
    private record Done(CompletableFuture<Void> heard, boolean reachedAll) {}

    /**
     * Null where it is not done. What was done in part, because a server lacked a script or a slot is on its way to another, is
     * done anew with other tokens: a fill may have been stored under one of these before its change token was there.
     */
    private CompletableFuture<@Nullable Done> told(
            RedisShards on, PurgeTrip trip, TripEnd end, long deadlineNanos, int attempts) {
        if (attempts > 0 && end instanceof TripEnd.Replies replies && trip.worthAnother(replies)) {
            trip.telling.drop();
            PurgeTrip again = new PurgeTrip(on, trip.reachedAll(replies) ? trip.purge.ofAll() : trip.purge, true);
            return on.sendAgain(again.commands, replies, deadlineNanos)
                    .thenCompose(next -> told(on, again, next, deadlineNanos, attempts - 1));
        }
        return CompletableFuture.completedFuture(trip.done(end));
    }

    /** What one trip is to do. */
    private record Purge(
            Collection<PurgeGroup> groups,
            String drop,
            @Nullable Mark add,
            Collection<PurgeGroup> unmark) {

        private Purge ofAll() {
            List<PurgeGroup> all = new ArrayList<>(groups);
            all.add(OwedPurges.EVERYTHING);
            return new Purge(all, drop, add, unmark);
        }
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
        PurgeTrip trip = new PurgeTrip(on, batch, now);
        CompletableFuture<?> ignored = on.sendFirst(trip.commands, now + UPKEEP.toNanos())
                .thenAccept(end -> {
                    Done done = trip.done(end);
                    if (done != null) {
                        settled(on, trip, batch, done);
                    }
                    settling.set(false);
                    if (done != null) {
                        settleOwed(on);
                    }
                });
    }

    private void settled(RedisShards on, PurgeTrip trip, List<OwedPurges.Owed> batch, Done done) {
        if (done.reachedAll()) {
            CompletionStage<Boolean> unused = owed.owe(List.of(OwedPurges.EVERYTHING), null);
        }
        near.purge(trip.purge.groups);
        // Before they can be read again: from now on another server is one that may lack them.
        recent.purged(trip.purge.groups, on);
        owed.told(batch);
        onPurge.run();
        CompletableFuture<?> ignored = done.heard().thenAccept(heard -> owed.applied(batch));
    }

    private static boolean isHold(Mark mark) {
        return mark.field.startsWith(RedisNames.HOLD);
    }

    /** A hold of its own name, so that two holds of one group end each at its time. */
    static Mark hold(Duration length) {
        return new Mark(RedisNames.HOLD + EpochTokens.next(), length);
    }

    /** The commands of one purge, and what each of them is to answer. Confined to one purge. */
    private final class PurgeTrip {

        private final RedisShards on;
        private final Purge purge;
        private final Trip commands;
        private final List<Map.Entry<Integer, String>> expected = new ArrayList<>();
        private final int purging;

        /** Where it is asked whether this concerns what other rules store; negative where it does not matter. */
        private final int byRules;

        private final String asked = EpochTokens.next();

        private final PurgeNews.Telling telling;

        private PurgeTrip(RedisShards on, Purge purge, boolean wholeScripts) {
            this.on = on;
            this.purge = purge;
            this.commands = wholeScripts ? new Trip().withWholeScripts() : new Trip();
            changes(purge.groups);
            for (PurgeGroup group : purge.groups) {
                add(group, purge.drop, purge.add);
            }
            for (PurgeGroup group : purge.unmark) {
                if (isStored(group)) {
                    commands.hashDelete(names.group(group), purge.drop);
                }
            }
            this.byRules = byRules();
            this.purging = commands.size();
            this.telling = tell(on, purge.add != null && isHold(purge.add) ? purge.add.length : Duration.ZERO);
        }

        /** What is owed: each group with the hold that it may still need. */
        private PurgeTrip(RedisShards on, List<OwedPurges.Owed> batch, long nowNanos) {
            this.on = on;
            this.purge = new Purge(batch.stream().map(OwedPurges.Owed::group).toList(), "", null, List.of());
            this.commands = new Trip().withWholeScripts();
            changes(purge.groups);
            Duration longest = Duration.ZERO;
            for (OwedPurges.Owed one : batch) {
                Long until = one.holdUntilNanos();
                Duration left = until == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - nowNanos));
                add(one.group(), "", left.isZero() ? null : hold(left));
                longest = left.compareTo(longest) > 0 ? left : longest;
            }
            this.byRules = byRules();
            this.purging = commands.size();
            this.telling = tell(on, longest);
        }

        /** The groups are those of the rules in force here: what others store may lie in none of them. */
        private int byRules() {
            if (purge.groups.contains(OwedPurges.EVERYTHING)
                    || purge.groups.stream().noneMatch(RedisPurger::isStored)) {
                return -1;
            }
            return commands.script(
                    RedisScript.PURGE_BY, names.group(OwedPurges.EVERYTHING), asked, ttlMillis, news.rules());
        }

        /** Whether all that is stored has been purged, because other rules may have stored some of it. */
        private boolean reachedAll(TripEnd.Replies replies) {
            return byRules >= 0 && !replies.refused(byRules) && answers(replies, "1");
        }

        private boolean answers(TripEnd.Replies replies, String whether) {
            try {
                return replies.texts(byRules).equals(List.of(asked, whether));
            } catch (TripEnd.Unexpected e) {
                return false;
            }
        }

        /** Last, so that whoever joins later reads the new epochs. */
        private PurgeNews.Telling tell(RedisShards on, Duration hold) {
            commands.then();
            // One that cannot be kept is told of all the same.
            ended.keep(commands, purge.groups);
            commands.then();
            return news.telling(on, commands, purge.groups, hold);
        }

        private void add(PurgeGroup group, String drop, @Nullable Mark mark) {
            if (isStored(group)) {
                add(names.group(group), drop, mark);
            }
        }

        /** Change tokens first, see {@link EpochReading}. */
        private void changes(Collection<PurgeGroup> groups) {
            Set<String> routes = new LinkedHashSet<>();
            groups.forEach(group -> routes.add(group.route()));
            routes.remove("");
            for (String route : routes) {
                add(names.change(route), "", null);
            }
            commands.then();
        }

        private void add(String key, String drop, @Nullable Mark mark) {
            String token = EpochTokens.next();
            int place = commands.script(
                    RedisScript.PURGE,
                    key,
                    token,
                    ttlMillis,
                    drop,
                    mark == null ? "" : mark.field,
                    mark == null
                            ? ""
                            : Long.toString(Math.max(1, TimeUnit.NANOSECONDS.toMillis(mark.length.toNanos()))));
            expected.add(Map.entry(place, token));
        }

        private boolean worthAnother(TripEnd.Replies replies) {
            return replies.scriptMissing()
                    || replies.answers().stream()
                            .anyMatch(answer -> Redirect.of(answer).isPresent());
        }

        /** Null where the servers have not done all of it: each answer is the very token of its question. */
        private @Nullable Done done(TripEnd end) {
            if (!(end instanceof TripEnd.Replies replies)) {
                telling.drop();
                return null;
            }
            for (int place = 0; place < purging; place++) {
                if (replies.refused(place)) {
                    telling.drop();
                    return null;
                }
            }
            for (Map.Entry<Integer, String> one : expected) {
                if (!answered(replies, one.getKey(), one.getValue())) {
                    telling.drop();
                    replies.distrust();
                    return null;
                }
            }
            boolean all = reachedAll(replies);
            if (byRules >= 0 && !all && !answers(replies, "0")) {
                telling.drop();
                replies.distrust();
                return null;
            }
            return new Done(telling.heard(on, replies), all);
        }

        private static boolean answered(TripEnd.Replies replies, int place, String token) {
            try {
                byte[] answer = replies.list(place, 1).get(0);
                return answer != null && new String(answer, StandardCharsets.UTF_8).equals(token);
            } catch (TripEnd.Unexpected e) {
                return false;
            }
        }
    }
}
