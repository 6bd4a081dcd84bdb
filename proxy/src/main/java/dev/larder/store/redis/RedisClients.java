package dev.larder.store.redis;

import dev.larder.resp.RespLoops;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.PubSubEndpoint;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.Timer;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to servers and sentinels, all with the same threads and options. Any thread.
 *
 * <p>Lettuce's own reconnecting is off, and with it its queue of commands that wait for a connection: a fill sent again
 * after a gap could store what a purge removed in between.
 */
final class RedisClients {

    /** For connecting and greeting, which no request waits for. */
    static final Duration GREETING = Duration.ofSeconds(2);

    /** By the client's end of a connection, which knows its channel as little as the channel knows the connection. */
    private final Map<Object, ReplyBound> bounds = Collections.synchronizedMap(new WeakHashMap<>());

    private final ClientResources resources;
    private final RedisClient client;
    private final @Nullable RespLoops loops;
    private final LongAdder carried = new LongAdder();

    /** For the end of connections and threads, on a machine that has much else to do; a moment otherwise. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    /** Connections on their way; guarded by itself, like {@link #closed}. */
    private final Set<CompletableFuture<?>> opening = new HashSet<>();

    private boolean closed;

    /**
     * Clients that have opened nothing yet.
     *
     * @param maxInFlight commands under way at once on one connection
     * @param tls for URLs that ask for TLS
     * @param loops which read by connections of their own; null for none
     */
    RedisClients(Timer timer, int maxInFlight, SslOptions tls, @Nullable RespLoops loops) {
        this.loops = loops;
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
                        bound(channel);
                    }
                })
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(maxInFlight, tls));
    }

    /** Not for what listens, which gets one message after the other and nothing that it has asked for. */
    private void bound(Channel channel) {
        CommandHandler commands = channel.pipeline().get(CommandHandler.class);
        if (commands != null && !(commands.getEndpoint() instanceof PubSubEndpoint<?, ?>)) {
            ReplyBound bound = new ReplyBound(RedisStore.MOST_BYTES_IN_FLIGHT);
            channel.pipeline().addFirst(bound);
            bounds.put(commands.getEndpoint(), bound);
        }
    }

    /** What bounds the answers of a connection. */
    ReplyBound boundOf(StatefulRedisConnection<?, ?> connection) {
        ReplyBound bound =
                connection instanceof RedisChannelHandler<?, ?> handler ? bounds.get(handler.getChannelWriter()) : null;
        if (bound == null) {
            throw new IllegalStateException("a connection without a bound for its answers");
        }
        return bound;
    }

    /**
     * Has event loops read from the server of a link that has been greeted, each by a connection of its own. Not where that server
     * does not say which run of it this is, since another connection could not tell that it leads to the same one, and
     * not over TLS: then all goes over the link's.
     */
    void readFor(
            RedisLink link,
            ServerFacts facts,
            StatefulRedisConnection<?, ?> connection,
            RedisURI uri,
            LongSupplier nanoTime) {
        SocketAddress server = boundOf(connection).server();
        if (loops != null && server != null && facts.incarnation().isPresent() && !uri.isSsl()) {
            link.isReadBy(new LinkReaders(loops, link, server, uri, nanoTime, carried));
        }
    }

    /** How many trips event loops have carried themselves. */
    long carried() {
        return carried.sum();
    }

    private static ClientOptions options(int maxInFlight, SslOptions tls) {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Ours refuses earlier; this one bounds Lettuce's queue all the same.
                .requestQueueSize(Math.max(1_000, 4 * maxInFlight))
                // RESP2 is what every server speaks, hosted ones included, and nothing here needs more.
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .sslOptions(tls)
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

    /** A new connection to a server; fails where there is none to be had. */
    CompletableFuture<StatefulRedisConnection<String, byte[]>> connect(RedisURI uri) {
        return opening(() -> client.connectAsync(Trip.CODEC, uri));
    }

    /** A new connection to a server, for its messages; fails where there is none to be had. */
    CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connectToFeed(RedisURI uri) {
        return opening(() -> client.connectPubSubAsync(Trip.CODEC, uri));
    }

    /** A new connection to a sentinel; fails where there is none to be had. */
    CompletableFuture<StatefulRedisSentinelConnection<String, String>> connectToSentinel(RedisURI uri) {
        return opening(() -> client.connectSentinelAsync(StringCodec.UTF8, uri));
    }

    private <T> CompletableFuture<T> opening(Supplier<CompletionStage<T>> connect) {
        CompletableFuture<T> opened;
        synchronized (opening) {
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("the store is closed"));
            }
            try {
                opened = connect.get().toCompletableFuture();
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
            opening.add(opened);
        }
        return opened.whenComplete((connection, failure) -> {
            synchronized (opening) {
                opening.remove(opened);
            }
        });
    }

    /**
     * Ends all connections and threads; returns before they have ended. Who is still connecting is waited for: a connection
     * whose thread ends in the middle of it would leave its buffers behind.
     */
    void close() {
        CompletableFuture<?> connecting;
        synchronized (opening) {
            closed = true;
            connecting = CompletableFuture.allOf(opening.toArray(new CompletableFuture<?>[0]));
        }
        CompletableFuture<?> ignored = connecting
                .orTimeout(ENDING.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failed -> null)
                .thenCompose(connected -> client.shutdownAsync(0, ENDING.toMillis(), TimeUnit.MILLISECONDS))
                .whenComplete((done, failure) -> {
                    var unusedEnd = resources.shutdown(0, ENDING.toMillis(), TimeUnit.MILLISECONDS);
                });
    }
}
