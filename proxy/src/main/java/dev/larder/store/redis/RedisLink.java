package dev.larder.store.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its opening to its end. It is never opened again: a new one is a new link, so that nothing that was
 * sent on the old one can be sent twice, and whatever was not answered on it has failed for certain. Any thread.
 *
 * <p>A trip that runs into its deadline has failed for its caller, but its commands count as under way until they are
 * answered: so a server that has stopped answering is not sent more and more.
 */
final class RedisLink {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Trip.Part LOOK_TRIP = look();

    static final Duration HEARTBEAT = Duration.ofSeconds(5);
    static final Duration IDLE_HEARTBEAT = Duration.ofSeconds(30);
    private static final Duration SUSPECT_HEARTBEAT = Duration.ofSeconds(2);

    /**
     * How long a look at the server's role is good for. The next trip after it takes a new one along, before its own
     * commands in the same pipeline.
     */
    static final Duration LOOK = Duration.ofSeconds(1);

    private final StatefulRedisConnection<String, byte[]> connection;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final int maxInFlight;
    private final ReplyBound bound;

    /** Trips that have not ended, so that {@link #close} ends them before anybody can use the next link. */
    private final Set<OpenTrip> open = ConcurrentHashMap.newKeySet();

    /** Each equal to itself alone. */
    private static final class OpenTrip {
        private final CompletableFuture<TripEnd> end = new CompletableFuture<>();
    }

    /** The last refusal that was logged, or an empty text. */
    private volatile String refusal = "";

    /** Kinds of refusals that were logged. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Whether anything but a heartbeat was sent since the last one. */
    private volatile boolean used;

    private volatile boolean suspect;

    /** The server's clock less ours, in milliseconds; ours is the monotonic one. */
    private volatile long serverClockOffsetMillis;

    /** When the last heartbeat was sent; touched on the timer's thread alone. */
    private long heartbeatNanos;

    /** Written once, before anybody but the connector sees this link. */
    private volatile String incarnation = "";

    /** The same; null where the server does not tell its role. */
    private volatile @Nullable ServerFacts facts;

    /** The same. */
    private volatile Supplier<CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>>> feed =
            () -> CompletableFuture.failedFuture(new IllegalStateException("a link without a server"));

    /** When the server's role was last asked for; who moves it on asks. */
    private final AtomicLong lookedNanos = new AtomicLong();

    /** Asks others whether this server is the master; null where there are none. */
    private final @Nullable Runnable witnesses;

    /** Until when others' word is good; meaningful where there are {@link #witnesses}. */
    private volatile long confirmedUntilNanos;

    /** The same for their word that it is not. */
    private volatile long deniedUntilNanos;

    /** Completed with their next word; replaced under {@code this}. */
    private volatile CompletableFuture<Void> word = new CompletableFuture<>();

    private volatile long lastUseNanos;

    /** Written once, before anybody but the connector sees this link; null where its own connection carries everything. */
    private volatile @Nullable LinkReaders readers;

    /** A link that only its opener knows as yet. */
    RedisLink(
            StatefulRedisConnection<String, byte[]> connection,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            ReplyBound bound,
            @Nullable Runnable witnesses) {
        this.bound = bound;
        this.witnesses = witnesses;
        long now = nanoTime.getAsLong();
        this.confirmedUntilNanos = now;
        this.deniedUntilNanos = now;
        this.lastUseNanos = now;
        this.connection = connection;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.maxInFlight = maxInFlight;
        this.heartbeatNanos = nanoTime.getAsLong();
    }

    private static Trip.Part look() {
        Trip trip = new Trip();
        int ignored = trip.info("replication");
        return trip.whole();
    }

    /** Which run of which master this is: what another one held is a miss. */
    String incarnation() {
        return incarnation;
    }

    /** What the server told of itself when this link was opened. */
    void greeted(ServerFacts told, String known) {
        incarnation = known;
        facts = told.role().isEmpty() ? null : told;
        lookedNanos.set(nanoTime.getAsLong());
    }

    /** Whether the server has been a replica: others may still take another one for the master. */
    boolean promoted() {
        ServerFacts told = facts;
        return told != null && told.promoted();
    }

    /** Whether the server's role is looked at, now and then. */
    boolean looks() {
        return facts != null;
    }

    /** Has trips that only read carried by event loops' own connections to the same server. */
    void isReadBy(LinkReaders known) {
        readers = known;
    }

    /** How to open a connection for the messages of the same server. */
    void hasFeed(Supplier<CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>>> known) {
        feed = known;
    }

    /** A new connection for the messages of the same server; fails where there is none to be had. */
    CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connectToFeed() {
        return feed.get();
    }

    /** Others say that this server is the master, and cannot be replaced before then without one of them knowing. */
    void confirmed(long untilNanos) {
        if (untilNanos - confirmedUntilNanos > 0) {
            confirmedUntilNanos = untilNanos;
        }
        deniedUntilNanos = nanoTime.getAsLong();
        spread();
    }

    /** Others say that it is not, or that it may be about to be replaced; not to be asked again before then. */
    void denied(long untilNanos) {
        confirmedUntilNanos = nanoTime.getAsLong();
        deniedUntilNanos = untilNanos;
        spread();
    }

    private void spread() {
        CompletableFuture<Void> spoken;
        synchronized (this) {
            spoken = word;
            word = new CompletableFuture<>();
        }
        spoken.complete(null);
    }

    private boolean isConfirmed() {
        return witnesses == null || confirmedUntilNanos - nanoTime.getAsLong() > 0;
    }

    /** Whether a trip other than a heartbeat was sent since then. */
    boolean usedSince(long nanos) {
        return lastUseNanos - nanos > 0;
    }

    /** What the server's clock shows by now, within the time of a trip and what two clocks drift between two heartbeats. */
    long serverMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()) + serverClockOffsetMillis;
    }

    void serverTime(TripEnd.Replies replies, int place) {
        List<byte @Nullable []> time = replies.list(place, 2);
        long millis = number(time.get(0)) * 1_000 + number(time.get(1)) / 1_000;
        serverClockOffsetMillis = millis - TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }

    private static long number(byte @Nullable [] digits) {
        if (digits == null || digits.length == 0 || digits.length > 18) {
            throw new TripEnd.Unexpected();
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                throw new TripEnd.Unexpected();
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /**
     * Whether it is time for a heartbeat, which then is to be sent. Called on the timer's thread alone.
     *
     * <p>It comes early where a trip has run into its deadline since one was last answered: the server may be slow, or
     * this link beyond repair, e.g. waiting for the rest of an answer whose length was garbled.
     */
    boolean heartbeatDue(long nowNanos) {
        long quiet = nowNanos - heartbeatNanos;
        if ((suspect && quiet >= SUSPECT_HEARTBEAT.toNanos())
                || quiet >= IDLE_HEARTBEAT.toNanos()
                || (quiet >= HEARTBEAT.toNanos() && used)) {
            heartbeatNanos = nowNanos;
            used = false;
            return true;
        }
        return false;
    }

    /** A trip has run into its deadline. */
    void suspect() {
        suspect = true;
    }

    /** A heartbeat was answered. */
    void alive() {
        suspect = false;
    }

    /** What an operator should see to, in the server's words; an empty text where there is nothing. */
    String refusal() {
        return refusal;
    }

    boolean isClosed() {
        return closed.get();
    }

    /**
     * A trip of a lookup that only reads: the event loop's own connection carries it where there is one. It is answered after
     * whatever was answered before it was sent, and in no order with what else is under way.
     */
    CompletableFuture<TripEnd> read(Trip.Part trip, long deadlineNanos) {
        return sendConfirmed(trip, deadlineNanos, maxInFlight, true);
    }

    /** A trip of a fill, or of upkeep that can wait: refused where too much is under way. */
    CompletableFuture<TripEnd> send(Trip.Part trip, long deadlineNanos) {
        return sendConfirmed(trip, deadlineNanos, maxInFlight, false);
    }

    /** A trip of a purge, an intent or of upkeep: it has as much room again. */
    CompletableFuture<TripEnd> sendFirst(Trip.Part trip, long deadlineNanos) {
        return sendConfirmed(trip, deadlineNanos, 2 * maxInFlight, false);
    }

    /** The same, but does not count as use. */
    CompletableFuture<TripEnd> sendHeartbeat(Trip trip, long deadlineNanos) {
        return sendByClient(trip.whole(), deadlineNanos, Integer.MAX_VALUE / 2);
    }

    private CompletableFuture<TripEnd> sendConfirmed(Trip.Part trip, long deadlineNanos, int most, boolean reads) {
        used = true;
        lastUseNanos = nanoTime.getAsLong();
        return isConfirmed()
                ? send(trip, deadlineNanos, most, reads)
                : sendOnceConfirmed(trip, deadlineNanos, most, reads);
    }

    /** After a while without use nobody has asked the witnesses: the first trip waits for their word. */
    private CompletableFuture<TripEnd> sendOnceConfirmed(Trip.Part trip, long deadlineNanos, int most, boolean reads) {
        CompletableFuture<Void> next = word;
        long now = nanoTime.getAsLong();
        if (deniedUntilNanos - now > 0 || deadlineNanos - now <= 0 || closed.get() || witnesses == null) {
            return CompletableFuture.completedFuture(closed.get() ? TripEnd.AWAY : TripEnd.UNCONFIRMED);
        }
        CompletableFuture<Boolean> told = next.thenApply(spoken -> true);
        Timeout timeout = timer.newTimeout(expired -> told.complete(false), deadlineNanos - now, TimeUnit.NANOSECONDS);
        witnesses.run();
        return told.thenCompose(spoken -> {
            timeout.cancel();
            if (!spoken) {
                return CompletableFuture.completedFuture(closed.get() ? TripEnd.AWAY : TripEnd.TIMEOUT);
            }
            // A word that was long under way may be good no more by now: then the next one is waited for.
            return isConfirmed()
                    ? send(trip, deadlineNanos, most, reads)
                    : sendOnceConfirmed(trip, deadlineNanos, most, reads);
        });
    }

    private CompletableFuture<TripEnd> send(Trip.Part trip, long deadlineNanos, int most, boolean reads) {
        LinkReaders reading = readers;
        return reads && reading != null && trip.isRead()
                ? reading.send(trip, deadlineNanos, most)
                : sendByClient(trip, deadlineNanos, most);
    }

    /** Sends a trip by this link's own connection, whatever it is. */
    CompletableFuture<TripEnd> sendByClient(Trip.Part trip, long deadlineNanos, int most) {
        return sendOnce(trip, trip.scriptsWhole(), deadlineNanos, most).thenCompose(end -> {
            if (end instanceof TripEnd.Replies replies && replies.scriptMissing() && trip.repeatable()) {
                // All of it, so that the order stays.
                return sendOnce(trip, true, deadlineNanos, most);
            }
            return CompletableFuture.completedFuture(end);
        });
    }

    private CompletableFuture<TripEnd> sendOnce(Trip.Part trip, boolean wholeScripts, long deadlineNanos, int most) {
        int size = trip.size();
        long waitNanos = deadlineNanos - nanoTime.getAsLong();
        if (closed.get() || waitNanos <= 0 || inFlight.get() + size > most) {
            return CompletableFuture.completedFuture(
                    closed.get() ? TripEnd.AWAY : waitNanos <= 0 ? TripEnd.TIMEOUT : TripEnd.BUSY);
        }
        inFlight.addAndGet(size);
        OpenTrip trace = new OpenTrip();
        CompletableFuture<TripEnd> end = trace.end;
        open.add(trace);
        Timeout timeout = timer.newTimeout(
                expired -> {
                    suspect = true;
                    end.complete(TripEnd.TIMEOUT);
                },
                waitNanos,
                TimeUnit.NANOSECONDS);
        CompletableFuture<TripEnd> settled = end.whenComplete((ended, never) -> {
            timeout.cancel();
            open.remove(trace);
        });
        List<AsyncCommand<String, byte[], ?>> commands = trip.commands(wholeScripts);
        boolean look = looksNow();
        if (look) {
            commands.addAll(0, LOOK_TRIP.commands(false));
        }
        // Answers come in the order of the commands: with the last one all are there.
        commands.get(commands.size() - 1).onComplete((answer, failure) -> {
            inFlight.addAndGet(-size);
            bound.answered();
            end.complete(collect(commands, look));
        });
        try {
            // One write and one flush for all of them, and in this order whoever else writes.
            connection.dispatch(commands);
        } catch (RedisException e) {
            inFlight.addAndGet(-size);
            end.complete(TripEnd.AWAY);
        }
        if (closed.get()) {
            // It may have been closed between the first look and the entry in `open`.
            end.complete(TripEnd.AWAY);
        }
        return settled;
    }

    /** Whether it is time to look at the server's role, which the caller then does. */
    private boolean looksNow() {
        if (facts == null) {
            return false;
        }
        long now = nanoTime.getAsLong();
        long before = lookedNanos.get();
        return now - before >= LOOK.toNanos() && lookedNanos.compareAndSet(before, now);
    }

    /**
     * Whether the server is still the master that greeted. Where it is not, this link ends, and with it all trips behind
     * this look: their answers come after it.
     */
    private boolean isStillMaster(AsyncCommand<String, byte[], ?> look) {
        // Refused, or lost: then the commands behind it are as well, or a heartbeat finds out.
        return failure(look) != null || stillMaster(look.getNow(null) instanceof String told ? told : "");
    }

    /**
     * The same for what the server has told of its replication; an empty text for what is none. Where this is false, the link
     * has ended.
     */
    boolean stillMaster(String told) {
        ServerFacts before = facts;
        boolean same = before == null || ServerFacts.read(null, told).isStill(before);
        if (!same) {
            LOG.warn("the store's server is not the master any more that it was; connecting anew");
            close();
        }
        return same;
    }

    private TripEnd collect(List<AsyncCommand<String, byte[], ?>> commands, boolean looked) {
        if (looked && !isStillMaster(commands.get(0))) {
            return TripEnd.AWAY;
        }
        List<@Nullable Object> answers = new ArrayList<>(commands.size());
        for (AsyncCommand<String, byte[], ?> command : looked ? commands.subList(1, commands.size()) : commands) {
            if (command.getType() == CommandType.ASKING) {
                continue;
            }
            Throwable failure = failure(command);
            if (failure instanceof RedisCommandExecutionException refusal) {
                String why = String.valueOf(refusal.getMessage());
                tell(why);
                answers.add(new TripEnd.Refusal(why));
            } else if (failure != null) {
                if (!connection.isOpen()) {
                    return TripEnd.AWAY;
                }
                close();
                return TripEnd.GARBLED;
            } else {
                answers.add(command.getNow(null));
            }
        }
        return new TripEnd.Replies(answers, Collections.nCopies(answers.size(), this));
    }

    /** What an operator can do something about, once for each link. */
    void tell(String why) {
        if (says(why, "READONLY")) {
            // It is no master any more, and the next greeting says so.
            LOG.warn("the store's server has become a replica; connecting anew");
            close();
        }
        for (String kind : List.of("NOPERM", "OOM", "MISCONF")) {
            if (says(why, kind) && told.add(kind)) {
                LOG.warn("the store refuses a command: {}", why);
                refusal = why;
            }
        }
    }

    /** An error of a command in a script stands within the script's. */
    static boolean says(String why, String kind) {
        return why.startsWith(kind) || why.contains("-" + kind + " ");
    }

    private static @Nullable Throwable failure(CompletableFuture<?> command) {
        if (!command.isDone()) {
            return new IllegalStateException("no answer before that of a later command");
        }
        return command.<@Nullable Throwable>handle((answer, thrown) -> thrown).getNow(null);
    }

    /** Ends all that is under way, and the connection. */
    void close() {
        if (end()) {
            CompletableFuture<Void> ignored = connection.closeAsync();
        }
    }

    /**
     * Ends all that is under way, and leaves the connection to the client that is closing it.
     *
     * @return whether it had not been ended before
     */
    boolean end() {
        boolean first = closed.compareAndSet(false, true);
        LinkReaders reading = readers;
        if (first && reading != null) {
            reading.end();
        }
        for (OpenTrip trip : open) {
            trip.end.complete(TripEnd.AWAY);
        }
        return first;
    }
}
