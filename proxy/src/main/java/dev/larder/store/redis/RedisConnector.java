package dev.larder.store.redis;

import dev.larder.store.EpochTokens;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link RedisLink} open: connects in the background, greets the server, and begins anew with growing pauses
 * when a link is lost. Hands a link on once it knows which run of the server is behind it. Any thread.
 *
 * <p>Lettuce's own reconnecting is off, and with it its queue of commands that wait for a connection: a fill sent again
 * after a gap could store what a purge removed in between.
 */
final class RedisConnector {

    private static final Logger LOG = LoggerFactory.getLogger(RedisConnector.class);
    private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:([0-9A-Za-z_-]{8,})\\r?$");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:([0-9.]+)\\r?$");

    /** For connecting and greeting, which no request waits for. */
    private static final Duration GREETING = Duration.ofSeconds(2);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** After links that were opened and lost at once: the server is there, so it is not left alone for long. */
    private static final long LONGEST_PAUSE_AFTER_LINK_MILLIS = 200;

    /** A link that lives longer has been a good one. */
    private static final Duration GOOD_LINK = Duration.ofSeconds(5);

    private final RedisURI uri;
    private final String address;
    private final ClientResources resources;
    private final RedisClient client;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final int maxInFlight;
    private final Consumer<RedisLink> onOpen;

    private volatile @Nullable RedisLink link;
    private volatile boolean closed;

    /** Of the connection that was made last; at most one is being made at a time. */
    private volatile ReplyBound latestBound = new ReplyBound(RedisStore.MOST_BYTES_IN_FLIGHT);

    private volatile String serverVersion = "";

    private final AtomicInteger failedAttempts = new AtomicInteger();
    private final AtomicInteger lostInARow = new AtomicInteger();
    private volatile long openedNanos;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param onOpen takes each new link, before {@link #link()} shows it; may send on it
     */
    RedisConnector(RedisURI uri, Timer timer, LongSupplier nanoTime, int maxInFlight, Consumer<RedisLink> onOpen) {
        this.uri = uri;
        this.address = (uri.isSsl() ? "rediss://" : "redis://")
                + uri.getHost()
                + ':'
                + uri.getPort()
                + '/'
                + uri.getDatabase();
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.maxInFlight = maxInFlight;
        this.onOpen = onOpen;
        this.resources = ClientResources.builder()
                .timer(timer)
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        // Trips that many event loops send at about the same time leave in one system call.
                        channel.pipeline().addFirst(new FlushConsolidationHandler(64, true));
                        ReplyBound bound = new ReplyBound(RedisStore.MOST_BYTES_IN_FLIGHT);
                        channel.pipeline().addFirst(bound);
                        latestBound = bound;
                    }
                })
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options());
    }

    private ClientOptions options() {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Ours refuses earlier; this one bounds Lettuce's queue all the same.
                .requestQueueSize(Math.max(1_000, 4 * maxInFlight))
                // RESP2 is what every server speaks, hosted ones included, and nothing here needs more.
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(GREETING)
                        .keepAlive(true)
                        .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(Duration.ofSeconds(10))
                                .build())
                        .build())
                .build();
    }

    /**
     * Where a URL points to.
     *
     * @throws IllegalArgumentException where it names no Redis; the message holds no password
     */
    static RedisURI parse(String url) {
        if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
            throw new IllegalArgumentException("store.url has the scheme \""
                    + url.substring(0, Math.max(0, url.indexOf(':')))
                    + "\"; expected memory, redis://HOST:PORT or rediss://USER:PASSWORD@HOST:PORT");
        }
        RedisURI parsed;
        try {
            parsed = RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // Its message quotes the URL, which may hold a password.
            throw new IllegalArgumentException(
                    "store.url cannot be read; expected redis://HOST:PORT/DATABASE or rediss://USER:PASSWORD@HOST:PORT, "
                            + "with special characters of the password percent-encoded");
        }
        parsed.setTimeout(GREETING);
        return parsed;
    }

    /** Where it connects to, without a password. */
    String address() {
        return address;
    }

    /** The version that the server told, or an empty text. */
    String serverVersion() {
        return serverVersion;
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
        try {
            CompletableFuture<?> ignored = client.connectAsync(Trip.CODEC, uri)
                    .toCompletableFuture()
                    .whenComplete((connection, failure) -> {
                        if (connection == null) {
                            failed(failure);
                        } else {
                            greet(connection);
                        }
                    });
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void greet(StatefulRedisConnection<String, byte[]> connection) {
        RedisLink opened = new RedisLink(connection, timer, nanoTime, maxInFlight, latestBound);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                lost(opened);
            }
        });
        Trip trip = new Trip();
        int info = trip.serverInfo();
        int time = trip.time();
        CompletableFuture<?> ignored = opened.sendHeartbeat(trip, nanoTime.getAsLong() + GREETING.toNanos())
                .thenAccept(end -> {
                    if (closed) {
                        opened.close();
                    } else if (end instanceof TripEnd.Replies replies && greeted(opened, replies, info, time)) {
                        announce(opened);
                    } else {
                        opened.close();
                        failed(null);
                    }
                });
    }

    private boolean greeted(RedisLink opened, TripEnd.Replies replies, int info, int time) {
        try {
            opened.serverTime(replies, time);
        } catch (TripEnd.Unexpected e) {
            return false;
        }
        String told = replies.text(info);
        Matcher runId = RUN_ID.matcher(told == null ? "" : told);
        Matcher version = VERSION.matcher(told == null ? "" : told);
        serverVersion = version.find() ? version.group(1) : "";
        // A server that does not tell may be another one after each gap.
        opened.incarnation(runId.find() ? runId.group(1) : EpochTokens.next());
        return true;
    }

    private void announce(RedisLink opened) {
        failedAttempts.set(0);
        openedNanos = nanoTime.getAsLong();
        onOpen.accept(opened);
        link = opened;
        if (lostInARow.get() <= 3) {
            LOG.info("store {} connected", address);
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
                LOG.warn("store {} lost; connecting again", address);
            }
            pause(lost, LONGEST_PAUSE_AFTER_LINK_MILLIS);
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (failedAttempts.incrementAndGet() == 1) {
            LOG.warn("store {} cannot be reached; trying on: {}", address, cause(failure));
        } else {
            LOG.debug("store {} cannot be reached", address, failure);
        }
        pause(failedAttempts.get(), LONGEST_PAUSE_MILLIS);
    }

    private static String cause(@Nullable Throwable failure) {
        Throwable deepest = failure;
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest == null ? "it did not answer the greeting" : String.valueOf(deepest.getMessage());
    }

    private void pause(int times, long longestMillis) {
        long millis = Math.min(longestMillis, FIRST_PAUSE_MILLIS << Math.min(times, 10));
        timer.newTimeout(due -> start(), millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the link and its threads; returns before they have ended. */
    void close() {
        closed = true;
        RedisLink now = link;
        if (now != null) {
            now.end();
        }
        CompletableFuture<?> ignored = client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> {
                    var unusedEnd = resources.shutdown(0, 1, TimeUnit.SECONDS);
                });
    }
}
