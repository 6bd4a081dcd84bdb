package dev.larder.store.redis;

import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What has to be done although nobody asks: telling what is owed, renewing intents and membership, and a heartbeat that finds
 * a dead link and follows the server's clock. Runs on the timer's thread.
 *
 * <p>What it costs a server that is billed by command: a heartbeat every {@link RedisLink#HEARTBEAT}, while nothing else is sent
 * every {@link RedisLink#IDLE_HEARTBEAT} (120 an hour), one where a trip has timed out, a command at each
 * third of a member's lease while there are requests (3,600 an hour with a lease of 3 s), two commands with each heartbeat where
 * the store keeps a secret, what {@link RedisSweeper} says of itself after purges and fills, and nothing else while nothing is
 * owed or intended.
 */
final class RedisUpkeep {

    /** A link on which a heartbeat takes longer is as good as lost. */
    private static final Duration HEARTBEAT_ANSWER = Duration.ofSeconds(2);

    private static final Duration STEP = Duration.ofMillis(100);

    /** A server that refuses to purge, e.g. a replica, is asked again so often. */
    private static final Duration OWED_AGAIN = Duration.ofMillis(500);

    private final Timer timer;
    private final LongSupplier nanoTime;
    private final RedisServers servers;
    private final RedisPurger purger;
    private final Membership membership;
    private final RedisSweeper sweeper;
    private final Duration renewal;
    private final Consumer<RedisShards> renewIntents;
    private final Consumer<RedisShards> withHeartbeat;

    private volatile boolean closed;

    /** Times of the last of each; touched on the timer's thread alone. */
    private long owedNanos;

    private long renewedNanos;

    RedisUpkeep(
            Timer timer,
            LongSupplier nanoTime,
            RedisServers servers,
            RedisPurger purger,
            Membership membership,
            RedisSweeper sweeper,
            Duration lease,
            Consumer<RedisShards> renewIntents,
            Consumer<RedisShards> withHeartbeat) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.servers = servers;
        this.purger = purger;
        this.membership = membership;
        this.sweeper = sweeper;
        // An intent may have been put right after the last round, so that its first renewal comes at a third at most.
        this.renewal = lease.dividedBy(3);
        this.renewIntents = renewIntents;
        this.withHeartbeat = withHeartbeat;
        long now = nanoTime.getAsLong();
        this.owedNanos = now;
        this.renewedNanos = now;
    }

    void start() {
        if (!closed) {
            timer.newTimeout(
                    due -> {
                        if (!closed) {
                            step(nanoTime.getAsLong());
                        }
                        start();
                    },
                    STEP.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void step(long now) {
        servers.step(now);
        boolean due = false;
        for (RedisLink link : servers.links()) {
            if (link.heartbeatDue(now)) {
                heartbeat(link, now);
                due = true;
            }
        }
        RedisShards shards = servers.shards();
        membership.step(shards, now);
        if (shards == null) {
            return;
        }
        if (due) {
            withHeartbeat.accept(shards);
        }
        if (purger.owed().untold() && now - owedNanos >= OWED_AGAIN.toNanos()) {
            owedNanos = now;
            purger.settleOwed(shards);
        }
        if (now - renewedNanos >= renewal.toNanos()) {
            renewedNanos = now;
            renewIntents.accept(shards);
        }
        sweeper.step(shards, now);
    }

    private void heartbeat(RedisLink link, long now) {
        Trip trip = new Trip();
        int time = trip.time();
        CompletableFuture<?> ignored = link.sendHeartbeat(trip, now + HEARTBEAT_ANSWER.toNanos())
                .thenAccept(end -> {
                    if (!(end instanceof TripEnd.Replies replies) || !timeRead(link, replies, time)) {
                        servers.lost(link);
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
