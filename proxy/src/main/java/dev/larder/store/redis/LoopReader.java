package dev.larder.store.redis;

import dev.larder.resp.Question;
import dev.larder.resp.RespConnection;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that an event loop has to the server of one link, for what lookups read, so that they change no thread and share
 * what they ask. Confined to that loop.
 *
 * <p>It connects when it is first wanted, and again some time after it was lost. It serves only while it is known to be connected to
 * the very run of the very master that the link greeted: that is asked first, and looked at again as the link does. What
 * it cannot carry goes over the link's own connection.
 *
 * <p>What is sent within one turn of the loop leaves at its end, in one piece; see {@link ReadTurn}.
 */
final class LoopReader implements RespConnection.Owner, SharedRead.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(LoopReader.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final int MOST_DOUBLINGS = 6;

    /** Without any answer for so long after a deadline, the connection is taken to be of no use. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private static final long SHORTEST_WAIT_NANOS = 1_000_000;

    /** Opens connections to the link's server. */
    interface Dial {
        RespConnection open(RespConnection.Owner owner);
    }

    /** Says who it is on a new connection. */
    interface Greet {
        ReaderGreeting greeting(java.util.function.Consumer<String> verdict);
    }

    private final EventLoop loop;
    private final RedisLink link;
    private final Dial dial;
    private final Greet greet;
    private final LongSupplier nanoTime;

    private @Nullable RespConnection connection;
    private boolean usable;
    private boolean ended;
    private int failures;
    private long retryAtNanos;
    private long lookedNanos;

    /** What leaves at the end of this turn. */
    private @Nullable ReadTurn turn;

    /** Trips in the order of sending; those at its beginning are not over. */
    private final Deque<ReaderTrip> open = new ArrayDeque<>();

    /** Commands of trips that have not all been answered, whether anybody waits for them or not. */
    private int inFlight;

    private @Nullable ScheduledFuture<?> sweep;
    private long sweepAtNanos;

    /** Since when trips have run into their deadlines and nothing has been answered. */
    private long silentSinceNanos;

    private boolean silent;

    LoopReader(EventLoop loop, RedisLink link, Dial dial, Greet greet, LongSupplier nanoTime) {
        this.loop = loop;
        this.link = link;
        this.dial = dial;
        this.greet = greet;
        this.nanoTime = nanoTime;
        this.retryAtNanos = nanoTime.getAsLong();
    }

    /**
     * Sends a trip at the end of this turn.
     *
     * @param most commands under way at once
     * @return null where this cannot carry it now
     */
    @Nullable
    CompletableFuture<TripEnd> send(Trip.Part part, long deadlineNanos, int most) {
        if (!usable) {
            connect();
            return null;
        }
        long now = nanoTime.getAsLong();
        if (link.isClosed() || deadlineNanos - now <= 0 || inFlight + part.size() > most) {
            return CompletableFuture.completedFuture(
                    link.isClosed() ? TripEnd.AWAY : deadlineNanos - now <= 0 ? TripEnd.TIMEOUT : TripEnd.BUSY);
        }
        ReaderTrip trip = new ReaderTrip(link, part.size(), deadlineNanos);
        inFlight += part.size();
        open.addLast(trip);
        if (turn == null) {
            turn = new ReadTurn(this);
            loop.execute(this::leave);
        }
        turn.add(trip, part);
        sweepAt(deadlineNanos, now);
        return trip.end();
    }

    /** The turn is over. */
    private void leave() {
        ReadTurn leaving = turn;
        turn = null;
        RespConnection by = connection;
        if (leaving == null) {
            return;
        }
        List<Question> questions = new ArrayList<>();
        long now = nanoTime.getAsLong();
        if (link.looks() && now - lookedNanos >= RedisLink.LOOK.toNanos()) {
            lookedNanos = now;
            questions.add(new Look());
        }
        questions.addAll(leaving.inOrder());
        if (by == null) {
            questions.forEach(question -> question.lost(false));
        } else {
            by.send(questions);
        }
    }

    // ---- the connection ----------------------------------------------------------------------------------------

    private void connect() {
        if (connection == null && !ended && nanoTime.getAsLong() - retryAtNanos >= 0) {
            RespConnection opening = dial.open(this);
            connection = opening;
            var unused = loop.schedule(
                    () -> {
                        if (connection == opening && !usable) {
                            opening.close();
                        }
                    },
                    RedisClients.GREETING.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void opened() {
        RespConnection by = connection;
        if (by != null) {
            lookedNanos = nanoTime.getAsLong();
            by.send(greet.greeting(this::greeted).questions());
        }
    }

    private void greeted(String trouble) {
        RespConnection by = connection;
        if (trouble.isEmpty()) {
            usable = true;
            failures = 0;
        } else if (by != null) {
            LOG.debug("the store is read by the link's own connection: {}", trouble);
            by.close();
        }
    }

    @Override
    public void closed() {
        connection = null;
        usable = false;
        silent = false;
        ReadTurn unsent = turn;
        turn = null;
        if (unsent != null) {
            unsent.inOrder().forEach(read -> read.lost(false));
        }
        // All that was under way has been told that it is lost.
        inFlight = 0;
        forgetOver();
        retryAtNanos = nanoTime.getAsLong() + (FIRST_PAUSE.toNanos() << Math.min(failures++, MOST_DOUBLINGS));
    }

    /** For good. */
    void end() {
        ended = true;
        RespConnection by = connection;
        if (by != null) {
            by.close();
        }
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    @Override
    public void answered(ReaderTrip trip) {
        silent = false;
        inFlight -= trip.size();
        if (trip.deadlineNanos() - nanoTime.getAsLong() <= 0) {
            // This loop, or the process, stood still, so that the sweep is late as well: what was read may be old by
            // now.
            trip.fail(TripEnd.TIMEOUT);
        } else {
            trip.answered();
        }
        forgetOver();
    }

    @Override
    public void refused(String why) {
        link.tell(why);
    }

    @Override
    public void lost(ReaderTrip trip, boolean garbled) {
        trip.fail(garbled && !link.isClosed() ? TripEnd.GARBLED : TripEnd.AWAY);
    }

    private void forgetOver() {
        for (ReaderTrip first = open.peekFirst(); first != null && first.isOver(); first = open.peekFirst()) {
            open.removeFirst();
        }
    }

    /** Whether the server is still the master that greeted. Where it is not, the link ends, and no answer behind this counts. */
    private final class Look implements Question {

        @Override
        public String[] words() {
            return new String[] {"INFO", "replication"};
        }

        @Override
        public boolean replied(@Nullable Object reply) {
            if (!(reply instanceof Refusal)) {
                link.stillMaster(reply instanceof byte[] told ? new String(told, StandardCharsets.UTF_8) : "");
            }
            return true;
        }

        @Override
        public void lost(boolean garbled) {
            // So is what is behind it.
        }
    }

    // ---- deadlines ---------------------------------------------------------------------------------------------

    private void sweepAt(long deadlineNanos, long now) {
        ScheduledFuture<?> planned = sweep;
        if (planned != null && sweepAtNanos - deadlineNanos <= 0) {
            return;
        }
        if (planned != null) {
            planned.cancel(false);
        }
        sweepAtNanos = deadlineNanos;
        sweep = loop.schedule(this::sweep, Math.max(SHORTEST_WAIT_NANOS, deadlineNanos - now), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        sweep = null;
        long now = nanoTime.getAsLong();
        boolean late = false;
        ReaderTrip next = null;
        for (ReaderTrip trip : List.copyOf(open)) {
            if (!trip.isOver() && trip.deadlineNanos() - now <= 0) {
                late = true;
                trip.fail(TripEnd.TIMEOUT);
            } else if (!trip.isOver() && (next == null || trip.deadlineNanos() - next.deadlineNanos() < 0)) {
                next = trip;
            }
        }
        forgetOver();
        if (next != null) {
            sweepAt(next.deadlineNanos(), now);
        }
        if (late) {
            fellSilent(now);
        }
    }

    private void fellSilent(long now) {
        link.suspect();
        RespConnection by = connection;
        if (!silent) {
            silent = true;
            silentSinceNanos = now;
        } else if (by != null && now - silentSinceNanos >= SILENCE.toNanos()) {
            by.close();
        }
    }
}
