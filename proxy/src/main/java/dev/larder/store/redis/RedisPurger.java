package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Telling what is owed is upkeep, which no request waits for, and may take longer than a request's trip. */
    private static final Duration UPKEEP = Duration.ofSeconds(2);

    private final OwedPurges owed = new OwedPurges(MOST_OWED);
    private final AtomicBoolean settling = new AtomicBoolean();
    private final RedisNames names;
    private final Supplier<@Nullable RedisLink> link;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final String ttlMillis;

    RedisPurger(
            RedisNames names,
            Supplier<@Nullable RedisLink> link,
            LongSupplier nanoTime,
            Duration timeout,
            Duration groupTtl) {
        this.names = names;
        this.link = link;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeout.toNanos();
        this.ttlMillis = Long.toString(groupTtl.toMillis());
    }

    OwedPurges owed() {
        return owed;
    }

    /** A field of a group's hash that carries a deadline, and for how long. */
    record Mark(String field, Duration length) {}

    /**
     * Replaces the epochs of these groups and the change tokens of their routes, in one trip.
     *
     * @param drop a field that goes with the old epochs, or empty
     * @param add a field that comes with the new ones, or null
     * @param unmark groups of which field {@code drop} goes although they are not purged
     * @return whether it is done; if not, it is owed
     */
    CompletableFuture<Boolean> purge(
            Collection<PurgeGroup> groups, String drop, @Nullable Mark add, Collection<PurgeGroup> unmark) {
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        Long holdUntil = add != null && add.field.startsWith(RedisNames.HOLD)
                ? (Long) (nanoTime.getAsLong() + add.length.toNanos())
                : null;
        RedisLink now = link.get();
        if (now == null) {
            owed.owe(distinct, holdUntil);
            return CompletableFuture.completedFuture(false);
        }
        if (distinct.isEmpty() && unmark.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        long deadlineNanos = nanoTime.getAsLong() + timeoutNanos;
        return send(new PurgeTrip(false), now, distinct, drop, add, unmark, deadlineNanos)
                .thenCompose(first -> first == Told.SCRIPT_MISSING
                        ? send(new PurgeTrip(true), now, distinct, drop, add, unmark, deadlineNanos)
                        : CompletableFuture.completedFuture(first))
                .thenApply(told -> {
                    if (told == Told.DONE) {
                        return true;
                    }
                    owed.owe(distinct, holdUntil);
                    return false;
                });
    }

    private CompletableFuture<Told> send(
            PurgeTrip trip,
            RedisLink on,
            Set<PurgeGroup> groups,
            String drop,
            @Nullable Mark add,
            Collection<PurgeGroup> unmark,
            long deadlineNanos) {
        trip.changes(groups);
        for (PurgeGroup group : groups) {
            trip.purge(group, drop, add);
        }
        for (PurgeGroup group : unmark) {
            trip.commands.hashDelete(names.group(group), drop);
        }
        return on.sendFirst(trip.commands, deadlineNanos).thenApply(end -> trip.told(end, on));
    }

    private enum Told {
        DONE,
        NOT_DONE,
        SCRIPT_MISSING
    }

    /** Tells the server what is owed, on a link that nobody else uses yet or in the background. At most one at a time. */
    void settleOwed(RedisLink on) {
        List<OwedPurges.Owed> batch = owed.next(OWED_AT_ONCE);
        if (batch.isEmpty() || !settling.compareAndSet(false, true)) {
            return;
        }
        PurgeTrip trip = new PurgeTrip(true);
        trip.changes(batch.stream().map(OwedPurges.Owed::group).toList());
        long now = nanoTime.getAsLong();
        for (OwedPurges.Owed one : batch) {
            Long until = one.holdUntilNanos();
            trip.purge(one.group(), "", until != null && until - now > 0 ? hold(Duration.ofNanos(until - now)) : null);
        }
        CompletableFuture<?> ignored = on.sendFirst(trip.commands, now + UPKEEP.toNanos())
                .thenAccept(end -> {
                    boolean done = trip.told(end, on) == Told.DONE;
                    if (done) {
                        owed.applied(batch);
                    }
                    settling.set(false);
                    if (done) {
                        settleOwed(on);
                    }
                });
    }

    /** A hold of its own name, so that two holds of one group end each at its time. */
    static Mark hold(Duration length) {
        return new Mark(RedisNames.HOLD + EpochTokens.next(), length);
    }

    /** The commands of one purge, and what each of them is to answer. Confined to one purge. */
    private final class PurgeTrip {

        private final Trip commands;
        private final List<Map.Entry<Integer, String>> expected = new ArrayList<>();

        private PurgeTrip(boolean wholeScripts) {
            commands = wholeScripts ? new Trip().withWholeScripts() : new Trip();
        }

        /** Change tokens first, see {@link EpochReading}. */
        private void changes(Collection<PurgeGroup> groups) {
            Set<String> routes = new LinkedHashSet<>();
            groups.forEach(group -> routes.add(group.route()));
            routes.remove("");
            for (String route : routes) {
                add(names.change(route), "", null);
            }
        }

        private void purge(PurgeGroup group, String drop, @Nullable Mark mark) {
            add(names.group(group), drop, mark);
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

        /** Whether the server has done all of it: each answer is the very token of its question. */
        private Told told(TripEnd end, RedisLink on) {
            if (!(end instanceof TripEnd.Replies replies)) {
                return Told.NOT_DONE;
            }
            if (replies.anyRefused()) {
                return replies.scriptMissing() ? Told.SCRIPT_MISSING : Told.NOT_DONE;
            }
            for (Map.Entry<Integer, String> one : expected) {
                if (!answered(replies, one.getKey(), one.getValue())) {
                    on.close();
                    return Told.NOT_DONE;
                }
            }
            return Told.DONE;
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
