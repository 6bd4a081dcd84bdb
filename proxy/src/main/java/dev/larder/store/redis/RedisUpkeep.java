package dev.larder.store.redis;

import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What has to be done although nobody asks: telling what is owed, renewing intents, and a heartbeat that finds a dead link
 * and follows the server's clock. Runs on the timer's thread.
 *
 * <p>What it costs a server that is billed by command: a heartbeat every {@link #HEARTBEAT}, while nothing else is sent
 * every {@link #IDLE_HEARTBEAT} (120 an hour), one where a trip has timed out, two commands more with each where the
 * store keeps a secret, and nothing else while nothing is owed or intended.
 */
final class RedisUpkeep {

    static final Duration HEARTBEAT = Duration.ofSeconds(5);
    static final Duration IDLE_HEARTBEAT = Duration.ofSeconds(30);

    /** A link on which a heartbeat takes longer is as good as lost. */
    private static final Duration HEARTBEAT_ANSWER = Duration.ofSeconds(2);

    private static final Duration STEP = Duration.ofMillis(100);

    /** A server that refuses to purge, e.g. a replica, is asked again so often. */
    private static final Duration OWED_AGAIN = Duration.ofMillis(500);

    private final Timer timer;
    private final LongSupplier nanoTime;
    private final RedisConnector connector;
    private final RedisPurger purger;
    private final Duration renewal;
    private final Consumer<RedisLink> renewIntents;
    private final Consumer<RedisLink> withHeartbeat;

    private volatile boolean closed;

    /** Times of the last of each; touched on the timer's thread alone. */
    private long heartbeatNanos;

    private long owedNanos;
    private long renewedNanos;

    RedisUpkeep(
            Timer timer,
            LongSupplier nanoTime,
            RedisConnector connector,
            RedisPurger purger,
            Duration lease,
            Consumer<RedisLink> renewIntents,
            Consumer<RedisLink> withHeartbeat) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.connector = connector;
        this.purger = purger;
        // An intent may have been put right after the last round, so that its first renewal comes at a third at most.
        this.renewal = lease.dividedBy(3);
        this.renewIntents = renewIntents;
        this.withHeartbeat = withHeartbeat;
        long now = nanoTime.getAsLong();
        this.heartbeatNanos = now;
        this.owedNanos = now;
        this.renewedNanos = now;
    }

    void start() {
        if (!closed) {
            timer.newTimeout(
                    due -> {
                        RedisLink link = connector.link();
                        if (link != null && !closed) {
                            step(link, nanoTime.getAsLong());
                        }
                        start();
                    },
                    STEP.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void step(RedisLink link, long now) {
        if (purger.owed().count() > 0 && now - owedNanos >= OWED_AGAIN.toNanos()) {
            owedNanos = now;
            purger.settleOwed(link);
        }
        if (now - renewedNanos >= renewal.toNanos()) {
            renewedNanos = now;
            renewIntents.accept(link);
        }
        long quiet = now - heartbeatNanos;
        boolean due = link.isSuspect() && quiet >= HEARTBEAT_ANSWER.toNanos();
        if (due || quiet >= IDLE_HEARTBEAT.toNanos() || (quiet >= HEARTBEAT.toNanos() && link.wasUsed())) {
            heartbeatNanos = now;
            heartbeat(link, now);
            withHeartbeat.accept(link);
        }
    }

    private void heartbeat(RedisLink link, long now) {
        Trip trip = new Trip();
        int time = trip.time();
        CompletableFuture<?> ignored = link.sendHeartbeat(trip, now + HEARTBEAT_ANSWER.toNanos())
                .thenAccept(end -> {
                    if (!(end instanceof TripEnd.Replies replies) || !timeRead(link, replies, time)) {
                        connector.lost(link);
                    }
                });
    }

    private static boolean timeRead(RedisLink link, TripEnd.Replies replies, int place) {
        try {
            link.serverTime(replies, place);
            link.alive();
            return true;
        } catch (TripEnd.Unexpected e) {
            return false;
        }
    }

    /** Once, after a while. */
    void after(Duration length, Runnable task) {
        if (!closed) {
            timer.newTimeout(
                    due -> {
                        if (!closed) {
                            task.run();
                        }
                    },
                    length.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    void close() {
        closed = true;
    }
}
