package dev.larder.store.redis;

import io.lettuce.core.RedisURI;
import io.netty.util.Timer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A store on one server: always the same one, or whichever the sentinels name. Any thread. */
final class OneServer implements RedisServers {

    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** A failover takes a sentinel little more than its {@code down-after-milliseconds}. */
    private static final long LONGEST_PAUSE_WITH_SENTINELS_MILLIS = 200;

    private final String address;
    private final RedisClients clients;
    private final @Nullable Sentinels sentinels;
    private final RedisConnector connector;

    /** What trips go by; written before the connector shows the link. */
    private volatile @Nullable RedisShards shards;

    private OneServer(
            String address,
            RedisURI uri,
            @Nullable Sentinels sentinels,
            RedisClients clients,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            Consumer<RedisShards> onOpen) {
        this.address = address;
        this.clients = clients;
        this.sentinels = sentinels;
        RedisConnector.Server server = new RedisConnector.Server() {
            @Override
            public String name() {
                return address;
            }

            @Override
            public CompletableFuture<RedisURI> where() {
                return sentinels == null ? CompletableFuture.completedFuture(uri) : sentinels.master();
            }

            @Override
            public @Nullable String objection(ServerFacts facts) {
                return switch (facts.mode()) {
                    case "cluster" ->
                        "it is a node of a cluster; write store.url as redis-cluster://HOST:PORT,HOST:PORT";
                    case "sentinel" -> "it is a sentinel; write store.url as redis-sentinel://HOST:PORT,HOST:PORT#NAME";
                    default -> null;
                };
            }

            @Override
            public void opened(RedisLink link) {
                if (sentinels != null) {
                    sentinels.watch(link);
                }
                RedisShards now = RedisShards.of(link);
                onOpen.accept(now);
                shards = now;
            }

            @Override
            public long longestPauseMillis() {
                return sentinels == null ? LONGEST_PAUSE_MILLIS : LONGEST_PAUSE_WITH_SENTINELS_MILLIS;
            }

            @Override
            public @Nullable Runnable witnesses() {
                return sentinels == null ? null : sentinels::ask;
            }
        };
        this.connector = new RedisConnector(server, clients, timer, nanoTime, maxInFlight);
    }

    /**
     * The server that a URL names.
     *
     * @param onOpen takes what each new link makes, before {@link #shards()} shows it; may send on it
     */
    static OneServer at(
            RedisURI uri,
            RedisClients clients,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            Consumer<RedisShards> onOpen) {
        return new OneServer(StoreUrl.shown(uri), uri, null, clients, timer, nanoTime, maxInFlight, onOpen);
    }

    /** The server that sentinels name, anew for each link. */
    static OneServer by(
            Sentinels sentinels,
            RedisURI uri,
            RedisClients clients,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            Consumer<RedisShards> onOpen) {
        return new OneServer(sentinels.name(), uri, sentinels, clients, timer, nanoTime, maxInFlight, onOpen);
    }

    @Override
    public void start() {
        connector.start();
    }

    @Override
    public void step(long nowNanos) {
        RedisLink now = connector.link();
        if (sentinels != null && now != null) {
            sentinels.step(now, nowNanos);
        }
    }

    @Override
    public @Nullable RedisShards shards() {
        return connector.link() == null ? null : shards;
    }

    @Override
    public Collection<RedisLink> links() {
        RedisLink now = connector.link();
        return now == null ? List.of() : List.of(now);
    }

    @Override
    public void lost(RedisLink gone) {
        connector.lost(gone);
    }

    @Override
    public String detail() {
        String version = connector.serverVersion();
        String trouble = connector.trouble();
        return address
                + (version.isEmpty() ? "" : ", version " + version)
                + (connector.link() == null ? ", away" : ", connected")
                + (trouble.isEmpty() ? "" : " (" + trouble + ")");
    }

    @Override
    public void close() {
        connector.close();
        if (sentinels != null) {
            sentinels.close();
        }
        clients.close();
    }
}
