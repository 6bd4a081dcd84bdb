package dev.larder.store.redis;

import dev.larder.store.EpochTokens;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link RedisLink} open: connects in the background, greets the server, and begins anew with growing pauses
 * when a link is lost. Hands a link on once it knows which run of which master is behind it. Any thread.
 */
final class RedisConnector {

    private static final Logger LOG = LoggerFactory.getLogger(RedisConnector.class);

    private static final long FIRST_PAUSE_MILLIS = 50;

    /** After links that were opened and lost at once: the server is there, so it is not left alone for long. */
    private static final long LONGEST_PAUSE_AFTER_LINK_MILLIS = 200;

    /** A link that lives longer has been a good one. */
    private static final Duration GOOD_LINK = Duration.ofSeconds(5);

    /** Whom a connector connects to, and who wants to know. */
    interface Server {

        /** For logs, without a password. */
        String name();

        /** Where it is now; fails, or stays incomplete for a while, where that cannot be said. */
        CompletableFuture<RedisURI> where();

        /** Why a server that tells this of itself is not the right one, and what to do; null where it is. */
        @Nullable
        String objection(ServerFacts facts);

        /** Takes each new link before {@link RedisConnector#link} shows it; may send on it. */
        void opened(RedisLink link);

        /** How long connecting is left alone at most after it has failed again and again, in milliseconds. */
        long longestPauseMillis();

        /** Asks those who know whether a link's server is still the master; null where there is nobody to ask. */
        @Nullable
        Runnable witnesses();
    }

    private final Server server;
    private final RedisClients clients;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final int maxInFlight;

    private volatile @Nullable RedisLink link;
    /** Where it last connected to. */
    private volatile @Nullable RedisURI uri;

    private volatile boolean closed;
    private volatile String serverVersion = "";

    /** Why there is no link; empty while there is one, or nothing is known. */
    private volatile String trouble = "";

    private final AtomicInteger failedAttempts = new AtomicInteger();
    private final AtomicInteger lostInARow = new AtomicInteger();
    private volatile long openedNanos;

    /** Nothing happens before {@link #start}. */
    RedisConnector(Server server, RedisClients clients, Timer timer, LongSupplier nanoTime, int maxInFlight) {
        this.server = server;
        this.clients = clients;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.maxInFlight = maxInFlight;
    }

    /** The version that the server told, or an empty text. */
    String serverVersion() {
        return serverVersion;
    }

    /** Why there is no link, or what its server refuses, for a person; an empty text while all is well. */
    String trouble() {
        RedisLink now = link();
        return now == null ? trouble : now.refusal();
    }

    /** The link that can be used, or null. */
    @Nullable
    RedisLink link() {
        RedisLink now = link;
        return now == null || now.isClosed() ? null : now;
    }

    /** Begins to connect; returns at once. */
    void start() {
        if (closed) {
            return;
        }
        CompletableFuture<?> ignored = within(server.where())
                .thenCompose(this::connect)
                .whenComplete((connection, failure) -> {
                    if (connection == null) {
                        failed(cause(failure));
                    } else {
                        greet(connection);
                    }
                });
    }

    private CompletableFuture<StatefulRedisConnection<String, byte[]>> connect(RedisURI found) {
        uri = found;
        return clients.connect(found);
    }

    private <T> CompletableFuture<T> within(CompletableFuture<T> stage) {
        CompletableFuture<T> bounded = stage.copy();
        timer.newTimeout(
                late -> bounded.completeExceptionally(new IllegalStateException("nobody says where the master is")),
                RedisClients.GREETING.toMillis(),
                TimeUnit.MILLISECONDS);
        return bounded;
    }

    private void greet(StatefulRedisConnection<String, byte[]> connection) {
        RedisLink opened = new RedisLink(
                connection, timer, nanoTime, maxInFlight, clients.boundOf(connection), server.witnesses());
        RedisURI at = Objects.requireNonNull(uri);
        opened.hasFeed(() -> clients.connectToFeed(at));
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                lost(opened);
            }
        });
        Trip trip = new Trip();
        int info = trip.info("server");
        int replication = trip.info("replication");
        int time = trip.time();
        CompletableFuture<?> ignored = opened.sendHeartbeat(
                        trip, nanoTime.getAsLong() + RedisClients.GREETING.toNanos())
                .thenAccept(end -> {
                    if (closed) {
                        opened.close();
                        return;
                    }
                    String objection = "it did not answer the greeting";
                    if (end instanceof TripEnd.Replies replies) {
                        objection = greeted(opened, connection, at, replies, info, replication, time);
                    }
                    if (objection == null) {
                        announce(opened);
                    } else {
                        opened.close();
                        failed(objection);
                    }
                });
    }

    /** Why this link is not to be used, or null. */
    private @Nullable String greeted(
            RedisLink opened,
            StatefulRedisConnection<String, byte[]> connection,
            RedisURI at,
            TripEnd.Replies replies,
            int info,
            int replication,
            int time) {
        if (replies.refused(info) && failedAttempts.get() == 0) {
            LOG.warn("store {} does not say who it is: each new connection makes all a miss", server.name());
        }
        ServerFacts facts = ServerFacts.read(replies.text(info), replies.text(replication));
        serverVersion = facts.version();
        String objection = facts.isReplica()
                ? "it is a replica"
                        + (facts.masterAddress().isEmpty() ? "" : " of " + facts.masterAddress())
                        + "; only masters are used"
                : server.objection(facts);
        if (objection != null) {
            return objection;
        }
        if (replies.refused(time)) {
            return "it refuses TIME: " + replies.refusal(time);
        }
        try {
            opened.serverTime(replies, time);
        } catch (TripEnd.Unexpected e) {
            return "its answer to the greeting makes no sense";
        }
        // A server that does not tell may be another one after each gap.
        opened.greeted(facts, facts.incarnation().orElseGet(EpochTokens::next));
        clients.readFor(opened, facts, connection, at, nanoTime);
        return null;
    }

    private void announce(RedisLink opened) {
        failedAttempts.set(0);
        openedNanos = nanoTime.getAsLong();
        server.opened(opened);
        link = opened;
        trouble = "";
        if (lostInARow.get() <= 3) {
            LOG.info("store {} connected", server.name());
        }
        if (opened.isClosed()) {
            lost(opened);
        }
    }

    /** Drops a link that cannot be trusted, or was lost, and begins anew. */
    void lost(RedisLink gone) {
        gone.close();
        synchronized (this) {
            if (link != gone) {
                // Not announced yet, where its greeting fails, or known already.
                return;
            }
            link = null;
        }
        if (!closed) {
            if (nanoTime.getAsLong() - openedNanos > GOOD_LINK.toNanos()) {
                lostInARow.set(0);
            }
            int lost = lostInARow.incrementAndGet();
            // One that comes and goes is told of at first and then now and then.
            if (lost <= 3 || lost % 100 == 0) {
                LOG.warn("store {} lost; connecting again", server.name());
            }
            pause(lost, LONGEST_PAUSE_AFTER_LINK_MILLIS);
        }
    }

    private void failed(String why) {
        if (closed) {
            return;
        }
        trouble = why;
        if (failedAttempts.incrementAndGet() == 1) {
            LOG.warn("store {} cannot be used; trying on: {}", server.name(), why);
        } else {
            LOG.debug("store {} cannot be used: {}", server.name(), why);
        }
        pause(failedAttempts.get(), server.longestPauseMillis());
    }

    private static String cause(@Nullable Throwable failure) {
        Throwable deepest = failure;
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest == null ? "it did not answer" : String.valueOf(deepest.getMessage());
    }

    private void pause(int times, long longestMillis) {
        long millis = Math.min(longestMillis, FIRST_PAUSE_MILLIS << Math.min(times, 10));
        if (!closed) {
            timer.newTimeout(due -> start(), millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the link for good, while the client goes on with others. */
    void drop() {
        closed = true;
        RedisLink now = link;
        if (now != null) {
            now.close();
        }
    }

    /** Ends the link for good, together with the client. */
    void close() {
        closed = true;
        RedisLink now = link;
        if (now != null) {
            // The connection is closed together with the client.
            now.end();
        }
    }
}
