package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.PurgeListener;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This sidecar's place among those that share the store. Any thread.
 *
 * <p><b>What it is for.</b> Copies of stored responses, and what is known of visitors, may be used only by a sidecar that
 * hears of every purge. A purge therefore waits until each member has heard of it or is a member no more. Membership is a
 * lease: who holds one hears, and who cannot renew it stops using what it knows <em>before</em> the lease ends for the
 * others ({@link MemberLease}).
 *
 * <p><b>Joining.</b> First the subscription stands ({@link FeedSubscription}), then the store has the lease, then every member that
 * was there has heard of the new one ({@link Introduction}), then all that was known before is dropped, what was ended meanwhile is
 * read, and only then the lease counts. So each member knows each other one whose lease counts, which matters when the store's own
 * list is lost, see {@link MemberList}.
 *
 * <p><b>Renewing.</b> That a lease is renewed on one connection says nothing about the other, on which purges are heard. So
 * each renewal is followed by a ping to oneself, and the lease is extended when the store has granted it and the ping has
 * come back, from the moment at which both were sent.
 *
 * <p><b>Losing it.</b> A connection lost, another run of the server, a lease not renewed in time or refused: one joins anew,
 * under another name. A sidecar without requests leaves, and sends nothing until the next one.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private enum Phase {
        ABSENT,
        JOINING,
        MEMBER
    }

    /** For what no request waits for. */
    static final Duration UNHURRIED = Duration.ofSeconds(2);

    /** Without requests for so long, one leaves. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final CompletableFuture<@Nullable List<PurgeGroup>> NOTHING =
            CompletableFuture.completedFuture(null);

    /** Steps of the upkeep between two attempts to join. */
    private static final int PAUSE = 2;

    private final RedisNames names;
    private final EndedCredentials ended;
    private final LongSupplier nanoTime;
    private final long leaseNanos;
    private final PurgeListener listener;
    private final MemberCommands commands;
    private final Hearings hearings;
    private final MemberList members;
    private final MemberLease lease;
    private final Introduction introduction;
    private final FeedAnswers answers;

    /** How the store is reached, as far as is known. */
    private volatile @Nullable RedisShards through;

    /** The link that membership hangs on; it ends with it. */
    private volatile @Nullable RedisLink link;

    private volatile boolean used;
    private volatile boolean closed;

    /** What whoever joins must be able to read before they are answered. */
    private volatile Supplier<CompletionStage<Boolean>> beforeAnswering = () -> CompletableFuture.completedStage(true);

    /** What this sidecar must have read before its lease counts. */
    private volatile Supplier<CompletionStage<Boolean>> beforeCounting = () -> CompletableFuture.completedStage(true);

    // All that follows is guarded by this.

    private Phase phase = Phase.ABSENT;
    private String id = "";
    private @Nullable FeedSubscription feed;
    private int attempts;
    private boolean left;
    private long beganNanos;

    /** Steps of the upkeep before the next attempt. */
    private int pause;

    private long usedNanos;
    private boolean complained;

    /** The name of an earlier membership, to be dropped from the list. */
    private String formerId = "";

    Membership(
            RedisNames names,
            EndedCredentials ended,
            SharedFlights flights,
            Timer timer,
            LongSupplier nanoTime,
            Duration lease,
            Duration intentLease,
            Supplier<String> rules,
            PurgeListener listener) {
        this.names = names;
        this.ended = ended;
        this.nanoTime = nanoTime;
        this.leaseNanos = lease.toNanos();
        this.listener = listener;
        this.commands = new MemberCommands(names, lease, intentLease, rules);
        this.hearings = new Hearings(timer, nanoTime, lease, commands, () -> link);
        this.members = new MemberList(nanoTime);
        this.lease = new MemberLease(nanoTime, lease);
        this.introduction = new Introduction(names, nanoTime, commands, hearings, this::note);
        this.answers =
                new FeedAnswers(names, nanoTime, listener, flights, hearings, members, commands::rules, () -> link);
        this.usedNanos = nanoTime.getAsLong();
    }

    /** Before the first link. */
    void beforeAnswering(Supplier<CompletionStage<Boolean>> told) {
        beforeAnswering = told;
    }

    /** Before the first link. */
    void beforeCounting(Supplier<CompletionStage<Boolean>> read) {
        beforeCounting = read;
    }

    // ---- what others ask -----------------------------------------------------------------------------------------

    /** Whether the lease counts: every purge that is over now has been heard of here. */
    boolean isLive() {
        RedisLink on = link;
        return lease.isHeld() && on != null && !on.isClosed();
    }

    /** Whether there is no other member for certain: whoever joins has to wait for this one's answer, or for its lease. */
    synchronized boolean isAlone() {
        noteLoss();
        return link == null ? members.aloneWhenLost() : lease.isListed() && members.count() == 0;
    }

    /**
     * Whether what happened on a server, at a time by its clock, happened while every other member knew of this one. Clocks of
     * two servers differ by less than a second.
     */
    boolean wasKnown(RedisLink at, long millis) {
        long marginMillis = at.equals(link) ? 0 : EpochReading.CLOCK_MARGIN_MILLIS;
        return isLive() && lease.wasKnown(millis - marginMillis);
    }

    /** A request came: somebody has use for a lease. */
    void used() {
        if (!used) {
            used = true;
        }
    }

    /** The name under which answers are heard; empty while none would be. */
    synchronized String hearsAs() {
        return phase == Phase.MEMBER ? id : "";
    }

    /** Whether the store's list of members can be reached, as far as is known. */
    synchronized boolean isLinked() {
        noteLoss();
        return link != null;
    }

    boolean isClosed() {
        return closed;
    }

    MemberList members() {
        return members;
    }

    Hearings hearings() {
        return hearings;
    }

    MemberCommands commands() {
        return commands;
    }

    /** Takes a reading that was not asked for by this class; see {@link MemberList#note}. */
    boolean note(RedisLink on, MemberReading reading, int own) {
        return note(on, reading, null, own);
    }

    private boolean note(RedisLink on, MemberReading reading, @Nullable Long sentNanos, int own) {
        String self;
        synchronized (this) {
            self = id;
        }
        return members.note(on, reading, sentNanos, isLive(), self, own, commands.rules());
    }

    // ---- joining -------------------------------------------------------------------------------------------------

    /** A link is there. What was known through an earlier one has come to its end. */
    void opened(RedisShards shards) {
        through = shards;
        RedisLink opened = shards.home(names.members());
        synchronized (this) {
            noteLoss();
            if (opened == null || opened.equals(link)) {
                return;
            }
            if (link != null) {
                // The list has gone elsewhere, and what is on it with it.
                lose();
            }
            abandon();
            link = opened;
            left = false;
            usedNanos = nanoTime.getAsLong();
        }
        begin();
    }

    /** With this lock held. Where the link is gone: who was a member may be one elsewhere, for one lease from now. */
    private void noteLoss() {
        RedisLink on = link;
        if (on != null && on.isClosed()) {
            lose();
        }
    }

    private void lose() {
        members.lost(lease.isListed());
        link = null;
        lease.suspend();
    }

    private void begin() {
        FeedSubscription subscription;
        RedisLink opened = link;
        synchronized (this) {
            if (phase != Phase.ABSENT || opened == null || !opened.equals(link) || closed) {
                return;
            }
            phase = Phase.JOINING;
            id = EpochTokens.next();
            beganNanos = nanoTime.getAsLong();
            subscription = new FeedSubscription(new Attempt(++attempts), names.feed(), names.feed(id));
            feed = subscription;
        }
        subscription.open(opened);
    }

    /** One attempt, from its subscription to its end; what it hears after that is of no concern. */
    private final class Attempt implements FeedSubscription.Subscriber {

        private final int number;

        Attempt(int number) {
            this.number = number;
        }

        @Override
        public void stands() {
            announce(number);
        }

        @Override
        public void message(@Nullable FeedMessage message) {
            received(number, message);
        }

        @Override
        public void lost(@Nullable Throwable failure) {
            failed(number, failure);
        }
    }

    private void announce(int attempt) {
        RedisLink on = link;
        String as;
        String former;
        synchronized (this) {
            if (attempt != attempts || on == null) {
                return;
            }
            lease.unlisted();
            as = id;
            former = formerId;
            formerId = id;
        }
        CompletableFuture<?> ignored = introduction.join(on, as, former).thenAccept(outcome -> {
            switch (outcome) {
                case HEARD -> catchUp(attempt);
                case REFUSED -> failed(attempt, new IllegalStateException("the server refuses"));
                case UNREACHED -> failed(attempt, null);
            }
        });
    }

    /** Whoever ends a credential from now on tells this member of it; what was ended before is read. */
    private void catchUp(int attempt) {
        RedisShards from = through;
        if (from == null) {
            failed(attempt, null);
            return;
        }
        CompletionStage<?> ignored = beforeAnswering
                .get()
                .thenCompose(told -> told ? beforeCounting.get() : CompletableFuture.completedStage(false))
                .thenCompose(read -> read ? ended.read(from, nanoTime.getAsLong() + UNHURRIED.toNanos()) : NOTHING)
                .thenAccept(credentials -> {
                    if (credentials == null) {
                        failed(attempt, null);
                    } else {
                        joined(attempt, credentials);
                    }
                });
    }

    private void joined(int attempt, Collection<PurgeGroup> endedMeanwhile) {
        synchronized (this) {
            if (attempt != attempts || phase != Phase.JOINING) {
                return;
            }
            phase = Phase.MEMBER;
            lease.joined();
            complained = false;
        }
        // Before the lease counts: what was known may be from before a purge that nobody told of.
        listener.missedSome();
        if (!endedMeanwhile.isEmpty()) {
            listener.purged(endedMeanwhile);
        }
        var unused = renew(attempt);
    }

    private void failed(int attempt, @Nullable Throwable failure) {
        synchronized (this) {
            if (attempt != attempts || phase == Phase.ABSENT) {
                return;
            }
            abandon();
            if (failure != null && !complained && !closed) {
                complained = true;
                LOG.warn(
                        "the store's messages cannot be heard, so nothing is copied and nobody is known to be who they are; "
                                + "larder needs SUBSCRIBE and PUBLISH on {}*: {}",
                        names.feed(),
                        String.valueOf(failure.getMessage()));
            }
        }
    }

    /** Membership is over, with this lock held; {@link #step} begins anew. */
    private void abandon() {
        lease.end();
        phase = Phase.ABSENT;
        attempts++;
        pause = PAUSE;
        if (feed != null) {
            feed.close();
            feed = null;
        }
    }

    // ---- renewing ------------------------------------------------------------------------------------------------

    /** Called by the upkeep ten times a second. */
    void step(@Nullable RedisShards shards, long now) {
        if (shards != null) {
            opened(shards);
        }
        int attempt;
        boolean begin = false;
        synchronized (this) {
            noteLoss();
            if (used) {
                used = false;
                usedNanos = now;
                left = false;
            }
            attempt = attempts;
            if (phase == Phase.ABSENT) {
                begin = !left && --pause <= 0;
            } else if (link == null
                    || (phase == Phase.JOINING && now - beganNanos >= leaseNanos + 2 * UNHURRIED.toNanos())
                    || lease.hasRunOut(now)) {
                abandon();
                return;
            } else if (phase == Phase.MEMBER && now - usedNanos >= IDLE.toNanos()) {
                leave();
                return;
            } else if (phase != Phase.MEMBER || !lease.isRenewalDue(now)) {
                return;
            }
        }
        if (begin) {
            begin();
        } else {
            var unused = renew(attempt);
        }
    }

    /**
     * Tells the list of members, and then the members, at once by which rules this sidecar goes. Completes when they have heard
     * of it, or the list has refused, or there is no membership: what joins later brings its rules along.
     */
    CompletionStage<?> announceRules() {
        int attempt;
        synchronized (this) {
            attempt = attempts;
        }
        return renew(attempt).thenCompose(renewed -> tellOfRules(attempt));
    }

    private CompletionStage<?> tellOfRules(int attempt) {
        RedisLink on = link;
        String as;
        synchronized (this) {
            if (attempt != attempts || phase != Phase.MEMBER || on == null) {
                return NOTHING;
            }
            as = id;
        }
        return introduction.ofRules(on, as);
    }

    private CompletionStage<?> renew(int attempt) {
        RedisLink on = link;
        MemberLease.Renewal sent;
        String as;
        synchronized (this) {
            if (attempt != attempts || phase != Phase.MEMBER || on == null) {
                return CompletableFuture.completedFuture(null);
            }
            as = id;
            sent = lease.renew();
        }
        Trip trip = new Trip();
        int place = commands.add(
                trip, on.incarnation(), "renew", as, names.feed(as), new FeedMessage.Ping(sent.number()), "");
        return on.sendHeartbeat(trip, sent.sentNanos() + UNHURRIED.toNanos()).thenAccept(end -> {
            MemberReading reading = MemberReading.of(end, place);
            if (reading != null && reading.granted()) {
                boolean unused1 = note(on, reading, sent.sentNanos(), -1);
                lease.granted(sent, reading.serverMillis());
            } else if (reading != null) {
                failed(attempt, null);
            } else {
                lease.unanswered(sent);
            }
        });
    }

    /** With this lock held. */
    private void leave() {
        RedisLink on = link;
        String as = id;
        abandon();
        lease.unlisted();
        left = true;
        if (on != null) {
            Trip trip = new Trip();
            int unused1 = commands.add(trip, on.incarnation(), "leave", as, "", null, "");
            CompletableFuture<?> ignored = on.sendHeartbeat(trip, nanoTime.getAsLong() + UNHURRIED.toNanos());
        }
    }

    // ---- hearing -------------------------------------------------------------------------------------------------

    private void received(int attempt, @Nullable FeedMessage message) {
        String as;
        synchronized (this) {
            if (attempt != attempts) {
                return;
            }
            as = id;
        }
        if (message instanceof FeedMessage.Ping ping) {
            lease.heardBack(ping.number());
        } else if (message == null || !answers.received(as, message, beforeAnswering)) {
            // It may have been a purge, in the words of another version: what was known so far is in doubt.
            failed(attempt, null);
        }
    }

    /** For a person. */
    synchronized String describe() {
        List<String> parts = new ArrayList<>();
        parts.add(isLive() ? "member of " + (members.count() + 1) : left ? "idle" : "no member");
        if (members.differing()) {
            parts.add("other rules elsewhere");
        }
        return String.join(", ", parts);
    }

    /**
     * No membership any more.
     *
     * @param orderly whether no write is under way: else it looks to others as what it is to them, a member that has died
     */
    void close(boolean orderly) {
        closed = true;
        synchronized (this) {
            if (phase != Phase.ABSENT && orderly) {
                leave();
            }
            abandon();
        }
    }
}
