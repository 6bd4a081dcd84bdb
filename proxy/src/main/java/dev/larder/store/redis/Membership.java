package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.PurgeListener;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * others, by a tenth of its length, which is more than two clocks differ in running that long.
 *
 * <p><b>Joining.</b> First the subscription stands, then the store has the lease, then every member that was there has
 * heard of the new one, then all that was known before is dropped, what was ended meanwhile is read, and only then the lease
 * counts. So each member knows
 * each other one whose lease counts, which matters when the store's own list is lost, see {@link MemberList}.
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
    private final SharedFlights flights;
    private final LongSupplier nanoTime;
    private final long leaseNanos;
    private final PurgeListener listener;
    private final MemberCommands commands;
    private final Hearings hearings;
    private final MemberList members;

    /** How the store is reached, as far as is known. */
    private volatile @Nullable RedisShards through;

    /** The link that membership hangs on; it ends with it. */
    private volatile @Nullable RedisLink link;

    /** Until when the lease counts, by {@link #nanoTime}; meaningful while {@link #counts}. */
    private volatile long countsUntilNanos;

    private volatile boolean counts;
    private volatile boolean used;
    private volatile boolean closed;

    /** What whoever joins must be able to read before they are answered. */
    private volatile Supplier<CompletionStage<Boolean>> beforeAnswering = () -> CompletableFuture.completedStage(true);

    /** What this sidecar must have read before its lease counts. */
    private volatile Supplier<CompletionStage<Boolean>> beforeCounting = () -> CompletableFuture.completedStage(true);

    // All that follows is guarded by this.

    private Phase phase = Phase.ABSENT;
    private String id = "";
    private @Nullable StatefulRedisPubSubConnection<String, byte[]> feed;
    private int attempts;
    private boolean left;
    private long beganNanos;

    /** Steps of the upkeep before the next attempt. */
    private int pause;

    private long usedNanos;
    private long lastRenewal;

    /** Renewals under way, by their numbers. */
    private final Map<Long, Renewal> renewals = new HashMap<>();

    private long renewedNanos;

    /** Until when nobody becomes a member without this sidecar's word, whether it hears or not; by {@link #nanoTime}. */
    private volatile long listedUntilNanos;

    /** A moment after which every other member had heard of this one, by the clock of the server of the list. */
    private volatile long knownSinceMillis = Long.MAX_VALUE;

    private boolean complained;

    /** The name of an earlier membership, to be dropped from the list. */
    private String formerId = "";

    /** A renewal under way: what is still to come of it. */
    private static final class Renewal {
        private final long number;
        private final long sentNanos;
        private boolean granted;
        private boolean heardBack;

        Renewal(long number, long sentNanos) {
            this.number = number;
            this.sentNanos = sentNanos;
        }
    }

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
        this.flights = flights;
        this.nanoTime = nanoTime;
        this.leaseNanos = lease.toNanos();
        this.listener = listener;
        this.commands = new MemberCommands(names, lease, intentLease, rules);
        this.hearings = new Hearings(timer, nanoTime, lease, commands, () -> link);
        this.members = new MemberList(nanoTime);
        this.usedNanos = nanoTime.getAsLong();
        this.listedUntilNanos = usedNanos;
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
        return counts && nanoTime.getAsLong() - countsUntilNanos < 0 && on != null && !on.isClosed();
    }

    /** Whether there is no other member for certain: whoever joins has to wait for this one's answer, or for its lease. */
    synchronized boolean isAlone() {
        noteLoss();
        return link == null ? members.aloneWhenLost() : isListed() && members.count() == 0;
    }

    private boolean isListed() {
        return nanoTime.getAsLong() - listedUntilNanos < 0;
    }

    /**
     * Whether what happened on a server, at a time by its clock, happened while every other member knew of this one. Clocks of
     * two servers differ by less than a second.
     */
    boolean wasKnown(RedisLink at, long millis) {
        long marginMillis = at.equals(link) ? 0 : EpochReading.CLOCK_MARGIN_MILLIS;
        return isLive() && millis - marginMillis > knownSinceMillis;
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
        members.lost(isListed());
        link = null;
        counts = false;
    }

    private void begin() {
        int attempt;
        RedisLink opened = link;
        synchronized (this) {
            if (phase != Phase.ABSENT || opened == null || !opened.equals(link) || closed) {
                return;
            }
            phase = Phase.JOINING;
            attempt = ++attempts;
            id = EpochTokens.next();
            beganNanos = nanoTime.getAsLong();
        }
        CompletableFuture<?> ignored = opened.connectToFeed().whenComplete((connection, failure) -> {
            if (connection == null) {
                failed(attempt, failure);
            } else {
                subscribe(attempt, connection);
            }
        });
    }

    private void subscribe(int attempt, StatefulRedisPubSubConnection<String, byte[]> connection) {
        String own;
        synchronized (this) {
            if (attempt != attempts || phase != Phase.JOINING) {
                CompletableFuture<Void> ignored = connection.closeAsync();
                return;
            }
            feed = connection;
            own = names.feed(id);
        }
        connection.addListener(new RedisPubSubAdapter<String, byte[]>() {
            @Override
            public void message(String channel, byte[] message) {
                received(attempt, new String(message, StandardCharsets.UTF_8));
            }
        });
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                failed(attempt, null);
            }
        });
        CompletionStage<?> ignored = connection
                .async()
                .subscribe(names.feed(), own)
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        announce(attempt);
                    } else {
                        failed(attempt, failure);
                    }
                });
    }

    private void announce(int attempt) {
        RedisLink on = link;
        String as;
        String former;
        synchronized (this) {
            if (attempt != attempts || on == null) {
                return;
            }
            listedUntilNanos = nanoTime.getAsLong();
            as = id;
            former = formerId;
            formerId = id;
        }
        long number = hearings.begin();
        long sent = nanoTime.getAsLong();
        Trip trip = new Trip();
        int place = commands.add(
                trip,
                on.incarnation(),
                "join",
                as,
                names.feed(),
                new FeedMessage.Join(as, number, commands.rules()),
                former);
        CompletableFuture<?> ignored = on.sendFirst(trip.whole(), sent + UNHURRIED.toNanos())
                .thenAccept(end -> {
                    MemberReading reading = MemberReading.of(end, place);
                    if (reading == null) {
                        hearings.drop(number);
                        failed(attempt, refusal(end));
                        return;
                    }
                    boolean unused1 = note(on, reading, sent, 1);
                    var unused = hearings.await(number, reading.ids()).thenRun(() -> catchUp(attempt));
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

    private static @Nullable Throwable refusal(TripEnd end) {
        return end instanceof TripEnd.Replies ? new IllegalStateException("the server refuses") : null;
    }

    private void joined(int attempt, Collection<PurgeGroup> endedMeanwhile) {
        synchronized (this) {
            if (attempt != attempts || phase != Phase.JOINING) {
                return;
            }
            phase = Phase.MEMBER;
            knownSinceMillis = Long.MAX_VALUE;
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
        counts = false;
        phase = Phase.ABSENT;
        attempts++;
        renewals.clear();
        pause = PAUSE;
        if (feed != null) {
            CompletableFuture<Void> ignored = feed.closeAsync();
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
                    || (counts && now - countsUntilNanos >= 0)) {
                abandon();
                return;
            } else if (phase == Phase.MEMBER && now - usedNanos >= IDLE.toNanos()) {
                leave();
                return;
            } else if (phase != Phase.MEMBER || now - renewedNanos < leaseNanos / 3) {
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
        long number = hearings.begin();
        long sent = nanoTime.getAsLong();
        Trip trip = new Trip();
        FeedMessage message = new FeedMessage.Join(as, number, commands.rules());
        int place = commands.add(trip, on.incarnation(), "read", as, names.feed(), message, "");
        return on.sendFirst(trip.whole(), sent + UNHURRIED.toNanos()).thenCompose(end -> {
            MemberReading reading = MemberReading.of(end, place);
            if (reading == null) {
                hearings.drop(number);
                return CompletableFuture.<Void>completedFuture(null);
            }
            boolean unused1 = note(on, reading, sent, 1);
            return hearings.await(number, reading.ids());
        });
    }

    private CompletionStage<?> renew(int attempt) {
        RedisLink on = link;
        Renewal sent;
        String as;
        synchronized (this) {
            if (attempt != attempts || phase != Phase.MEMBER || on == null) {
                return CompletableFuture.completedFuture(null);
            }
            as = id;
            renewedNanos = nanoTime.getAsLong();
            sent = new Renewal(++lastRenewal, renewedNanos);
            renewals.put(sent.number, sent);
        }
        Trip trip = new Trip();
        int place = commands.add(
                trip, on.incarnation(), "renew", as, names.feed(as), new FeedMessage.Ping(sent.number), "");
        return on.sendHeartbeat(trip, sent.sentNanos + UNHURRIED.toNanos()).thenAccept(end -> {
            MemberReading reading = MemberReading.of(end, place);
            if (reading != null && reading.granted()) {
                boolean unused1 = note(on, reading, sent.sentNanos, -1);
                synchronized (this) {
                    if (attempt == attempts && knownSinceMillis == Long.MAX_VALUE) {
                        knownSinceMillis = reading.serverMillis();
                    }
                    sent.granted = true;
                    extend(attempt, sent);
                }
            } else if (reading != null) {
                failed(attempt, null);
            } else {
                synchronized (this) {
                    renewals.remove(sent.number);
                }
            }
        });
    }

    /** With this lock held. */
    private void extend(int attempt, Renewal sent) {
        if (attempt == attempts && sent.granted && sent.heardBack && renewals.remove(sent.number) != null) {
            long until = sent.sentNanos + leaseNanos - leaseNanos / 10;
            if (!counts || until - countsUntilNanos > 0) {
                countsUntilNanos = until;
                listedUntilNanos = until;
                counts = true;
            }
        }
    }

    /** With this lock held. */
    private void leave() {
        RedisLink on = link;
        String as = id;
        abandon();
        listedUntilNanos = nanoTime.getAsLong();
        left = true;
        if (on != null) {
            Trip trip = new Trip();
            int unused1 = commands.add(trip, on.incarnation(), "leave", as, "", null, "");
            CompletableFuture<?> ignored = on.sendHeartbeat(trip, nanoTime.getAsLong() + UNHURRIED.toNanos());
        }
    }

    // ---- hearing -------------------------------------------------------------------------------------------------

    private void received(int attempt, String text) {
        FeedMessage message = FeedMessage.parse(text);
        String as;
        synchronized (this) {
            if (attempt != attempts) {
                return;
            }
            as = id;
        }
        if (message instanceof FeedMessage.Ping ping) {
            synchronized (this) {
                Renewal sent = renewals.get(ping.number());
                if (sent != null) {
                    sent.heardBack = true;
                    extend(attempt, sent);
                }
            }
        } else if (message instanceof FeedMessage.Heard heard) {
            hearings.heard(heard.number(), heard.member());
        } else if (message instanceof FeedMessage.Flown flown) {
            flights.heard(flown);
        } else if (message instanceof FeedMessage.Join join) {
            if (!join.member().equals(as)) {
                members.heardOf(join.member(), join.rules(), commands.rules());
                CompletionStage<?> unused = beforeAnswering.get().thenAccept(told -> {
                    // Else the one that joins waits until nothing is heard of this one any more.
                    if (told) {
                        answer(as, join.member(), join.number());
                    }
                });
            }
        } else if (message instanceof FeedMessage.Purge purge) {
            if (!purge.member().equals(as)) {
                listener.purged(purge.groups());
                answer(as, purge.member(), purge.number());
            }
        } else if (message instanceof FeedMessage.Hold hold) {
            if (!hold.member().equals(as)) {
                listener.held(hold.groups(), Duration.ofMillis(hold.millis()));
                answer(as, hold.member(), hold.number());
            }
        } else {
            // It may have been a purge, in the words of another version: what was known so far is in doubt.
            failed(attempt, null);
        }
    }

    private void answer(String as, String to, long number) {
        RedisLink on = link;
        if (on != null) {
            Trip trip = new Trip();
            trip.publish(names.feed(to), new FeedMessage.Heard(as, number).text());
            CompletableFuture<?> ignored = on.sendFirst(trip.whole(), nanoTime.getAsLong() + UNHURRIED.toNanos());
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
