package dev.larder.store.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its opening to its end. It is never opened again: a new one is a new link, so that nothing that was
 * sent on the old one can be sent twice, and whatever was not answered on it has failed for certain. Any thread.
 *
 * <p>A trip that runs into its deadline has failed for its caller, but its commands count as under way until they are
 * answered: so a server that has stopped answering is not sent more and more.
 */
final class RedisLink {

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

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean used;
    private volatile boolean suspect;

    /** The server's clock less ours, in milliseconds; ours is the monotonic one. */
    private volatile long serverClockOffsetMillis;

    /** Written once, before anybody but the connector sees this link. */
    private volatile String incarnation = "";

    RedisLink(
            StatefulRedisConnection<String, byte[]> connection,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            ReplyBound bound) {
        this.bound = bound;
        this.connection = connection;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.maxInFlight = maxInFlight;
    }

    /** Which run of the server this is: what another one held is a miss. */
    String incarnation() {
        return incarnation;
    }

    void incarnation(String known) {
        incarnation = known;
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

    /** Whether anything but a heartbeat was sent since this was last asked. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /**
     * Whether a trip has run into its deadline since a heartbeat was last answered: the server may be slow, or this link
     * beyond repair, e.g. waiting for the rest of an answer whose length was garbled.
     */
    boolean isSuspect() {
        return suspect;
    }

    /** A heartbeat was answered. */
    void alive() {
        suspect = false;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** A trip of a lookup or a fill: refused where too much is under way. */
    CompletableFuture<TripEnd> send(Trip trip, long deadlineNanos) {
        used = true;
        return send(trip, deadlineNanos, maxInFlight);
    }

    /** A trip of a purge, an intent or of upkeep: it has as much room again. */
    CompletableFuture<TripEnd> sendFirst(Trip trip, long deadlineNanos) {
        used = true;
        return send(trip, deadlineNanos, 2 * maxInFlight);
    }

    /** The same, but does not count as use. */
    CompletableFuture<TripEnd> sendHeartbeat(Trip trip, long deadlineNanos) {
        return send(trip, deadlineNanos, Integer.MAX_VALUE / 2);
    }

    private CompletableFuture<TripEnd> send(Trip trip, long deadlineNanos, int most) {
        return sendOnce(trip, trip.scriptsWhole(), deadlineNanos, most).thenCompose(end -> {
            if (end instanceof TripEnd.Replies replies && replies.scriptMissing() && trip.repeatable()) {
                // All of it, so that the order stays.
                return sendOnce(trip, true, deadlineNanos, most);
            }
            return CompletableFuture.completedFuture(end);
        });
    }

    private CompletableFuture<TripEnd> sendOnce(Trip trip, boolean wholeScripts, long deadlineNanos, int most) {
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
        // Answers come in the order of the commands: with the last one all are there.
        commands.get(size - 1).onComplete((answer, failure) -> {
            inFlight.addAndGet(-size);
            bound.answered();
            end.complete(collect(commands));
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

    private TripEnd collect(List<AsyncCommand<String, byte[], ?>> commands) {
        List<@Nullable Object> answers = new ArrayList<>(commands.size());
        for (AsyncCommand<String, byte[], ?> command : commands) {
            Throwable failure = failure(command);
            if (failure instanceof RedisCommandExecutionException refusal) {
                answers.add(new TripEnd.Refusal(String.valueOf(refusal.getMessage())));
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
        return new TripEnd.Replies(answers);
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
        for (OpenTrip trip : open) {
            trip.end.complete(TripEnd.AWAY);
        }
        return first;
    }
}
