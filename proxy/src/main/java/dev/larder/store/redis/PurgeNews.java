package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells the other sidecars of the store what this one purges, and knows when all have heard of it. Any thread.
 *
 * <p>The others are told behind what is purged, so that whoever becomes a member later reads the new epochs. Who does not
 * answer is waited for until its lease is over; a sidecar that is alone waits for nobody.
 */
final class PurgeNews {

    /** For what no request waits for. */
    private static final Duration UNHURRIED = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final RedisNames names;
    private final Membership membership;
    private final Supplier<String> rules;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final long leaseNanos;

    PurgeNews(
            RedisNames names,
            Membership membership,
            Supplier<String> rules,
            Timer timer,
            LongSupplier nanoTime,
            Duration lease) {
        this.names = names;
        this.membership = membership;
        this.rules = rules;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.leaseNanos = lease.toNanos();
    }

    /** Whether a purge must reach all that is stored: what others store by other rules may lie in groups unknown here. */
    boolean reachesAll() {
        return membership.members().differing();
    }

    /** The fingerprint of the rules by which is purged here. */
    String rules() {
        return rules.get();
    }

    /**
     * Adds to a trip, behind what it purges, what tells the others.
     *
     * @param hold for how long it is not known what a write makes of these groups; zero where it is
     */
    Telling telling(RedisShards on, Trip trip, Collection<PurgeGroup> groups, Duration hold) {
        membership.used();
        return new Telling(on, trip, groups, hold);
    }

    /** The end of a trip that purges: who must hear of it, and what they are told. Confined to that trip. */
    final class Telling {

        private final List<PurgeGroup> groups;

        private final Duration hold;

        /** Empty while no answer could be heard. */
        private final String as;

        private final long number;
        private final int place;

        private Telling(RedisShards on, Trip trip, Collection<PurgeGroup> groups, Duration hold) {
            this.groups = List.copyOf(groups);
            this.hold = hold;
            this.as = membership.hearsAs();
            this.number = membership.hearings().begin();
            RedisLink home = on.home(names.members());
            this.place = membership
                    .commands()
                    .add(
                            trip,
                            home == null ? "" : home.incarnation(),
                            "read",
                            as,
                            names.feed(),
                            FeedMessage.purge(MemberCommands.name(as), number, this.groups, hold),
                            "");
        }

        /** The trip failed: nobody is waited for. */
        void drop() {
            membership.hearings().drop(number);
        }

        /** Completes when every member has heard of the purge, or is none any more. Never exceptionally. */
        CompletableFuture<Void> heard(RedisShards on, TripEnd.Replies replies) {
            MemberReading reading = MemberReading.of(replies, place);
            if (reading == null) {
                drop();
                return leasesOver();
            }
            boolean complete = membership.note(replies.from().get(place), reading, as.isEmpty() ? 0 : 1);
            CompletableFuture<Void> unlisted =
                    complete ? over() : after(leaseNanos - TimeUnit.MILLISECONDS.toNanos(reading.ageMillis()));
            if (reading.others().isEmpty()) {
                drop();
                // While joining, the one who listens may be this sidecar itself, which is known when it has joined.
                return complete || !as.isEmpty() ? unlisted : unlisted.applyToEither(onceMore(on), over -> over);
            }
            if (as.isEmpty()) {
                // Answers would have reached nobody: once more, when they can.
                drop();
                return onceMore(on);
            }
            return membership.hearings().await(number, reading.ids()).thenCombine(unlisted, (one, other) -> one);
        }

        private CompletableFuture<Void> onceMore(RedisShards on) {
            return hearing().thenCompose(hears -> hears ? again(on) : leasesOver());
        }

        private CompletableFuture<Void> again(RedisShards on) {
            Trip trip = new Trip();
            Telling telling = new Telling(on, trip, groups, hold);
            return on.sendFirst(trip, nanoTime.getAsLong() + UNHURRIED.toNanos())
                    .thenCompose(end -> {
                        if (end instanceof TripEnd.Replies replies) {
                            return telling.heard(on, replies);
                        }
                        telling.drop();
                        return leasesOver();
                    });
        }
    }

    /** Whether it is certain that there is no other member; who joins from now on knows that it is new. */
    boolean isAlone() {
        return membership.isAlone();
    }

    /** Runs a task in a moment. */
    void soon(Runnable task) {
        timer.newTimeout(due -> task.run(), LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The store cannot be told of a purge: completes when the leases of those who were members then are over. */
    CompletableFuture<Void> afterLoss() {
        if (membership.isLinked()) {
            return isAlone() ? over() : leasesOver();
        }
        return after(membership.members().othersLeftNanos(leaseNanos));
    }

    /** Completes with whether this sidecar has become able to hear answers, within a while. */
    private CompletableFuture<Boolean> hearing() {
        CompletableFuture<Boolean> hears = new CompletableFuture<>();
        awaitHearing(hears, nanoTime.getAsLong() + UNHURRIED.toNanos());
        return hears;
    }

    private void awaitHearing(CompletableFuture<Boolean> hears, long untilNanos) {
        boolean now = !membership.hearsAs().isEmpty();
        if (now || nanoTime.getAsLong() - untilNanos >= 0 || membership.isClosed()) {
            hears.complete(now);
        } else {
            timer.newTimeout(due -> awaitHearing(hears, untilNanos), LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private CompletableFuture<Void> leasesOver() {
        return after(leaseNanos);
    }

    private static CompletableFuture<Void> over() {
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> after(long nanos) {
        if (nanos <= 0) {
            return over();
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        timer.newTimeout(due -> over.complete(null), nanos, TimeUnit.NANOSECONDS);
        return over;
    }
}
