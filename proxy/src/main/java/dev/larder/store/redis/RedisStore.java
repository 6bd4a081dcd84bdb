package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.resp.RespLoops;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.KeptSecret;
import dev.larder.store.Leadership;
import dev.larder.store.Lookup;
import dev.larder.store.NearCache;
import dev.larder.store.OwedJournal;
import dev.larder.store.OwedPurges;
import dev.larder.store.PurgeListener;
import dev.larder.store.RouteLimits;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.StoredResponseCodec;
import dev.larder.store.Vary;
import io.lettuce.core.SslOptions;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store on Redis. Any thread; nothing blocks, and every stage completes within the store's timeout, on a thread of
 * Lettuce or of the timer.
 *
 * <p>It need not be there when the process starts, and comes back by itself. While it is away, lookups say so at once.
 * What lies where is described at {@link RedisNames}, what happens at once on the server at {@link RedisScript}.
 *
 * <p>Of the variants of a key, the longest stored go first, since reading leaves no trace in Redis.
 */
public final class RedisStore implements CacheStore {

    /** What one stored response may take, and what all that are on their way may: both are held in this process. */
    static final int MOST_BYTES_IN_FLIGHT = 32 << 20;

    /** How precise timeouts are. */
    private static final long TICK_MILLIS = 5;

    private static final PurgeListener NOBODY = new PurgeListener() {
        @Override
        public void purged(Collection<PurgeGroup> groups) {
            // Nobody listens yet.
        }

        @Override
        public void held(Collection<PurgeGroup> groups, Duration length) {
            // Nobody listens yet.
        }

        @Override
        public void missedSome() {
            // Nobody listens yet.
        }
    };

    private final RedisNames names;
    private final Duration timeout;
    private final Duration groupTtl;
    private final LongSupplier nanoTime;
    private final Supplier<String> rules;

    /** The rules by which things are stored and purged here: those of {@link #rules}, as soon as they are in force. */
    private volatile String inForce;

    private final HashedWheelTimer timer;
    private final RedisClients clients;
    private final RedisServers servers;
    private final OwedJournal journal;
    private final String instance;
    private final RedisPurger purger;
    private final StoredResponseCodec codec;
    private final @Nullable RedisSecret secret;
    private final RedisUpkeep upkeep;
    private final NearCache near;
    private final SharedFlights flights;
    private final Membership membership;
    private final StoredCounts counts;
    private final RedisSweeper sweeper;
    private final RedisListing listing;
    private volatile PurgeListener listener = NOBODY;
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final VisitorChanges changes;
    private final LeftWrites leftWrites;
    private final RedisIntents intents;
    private final RedisReads reads;

    private RedisStore(
            Settings.Store settings,
            StoreUrl url,
            SslOptions tls,
            Duration timeout,
            LongSupplier nanoTime,
            Supplier<String> rules,
            RouteLimits limits,
            StoredResponseCodec codec,
            @Nullable KeptSecret kept,
            OwedJournal journal,
            String instance,
            @Nullable RespLoops loops) {
        this.journal = journal;
        this.instance = instance;
        this.codec = codec;
        this.names = new RedisNames(settings.namespace());
        this.timeout = timeout;
        this.groupTtl = settings.groupTtl();
        Duration lease = settings.intentLease();
        this.nanoTime = nanoTime;
        this.rules = rules;
        this.inForce = rules.get();
        this.timer = new HashedWheelTimer(
                new DefaultThreadFactory("larder-store-timer", true), TICK_MILLIS, TimeUnit.MILLISECONDS, 1_024);
        this.clients = new RedisClients(timer, settings.maxInFlight(), tls, loops);
        this.servers = servers(settings.maxInFlight(), url);
        this.near = new NearCache(settings.nearMaxBytes(), lease.multipliedBy(9).dividedBy(10), nanoTime);
        this.flights = new SharedFlights(names, servers::shards, timer, nanoTime, timeout);
        this.membership = new Membership(
                names,
                new EndedCredentials(names, groupTtl),
                flights,
                timer,
                nanoTime,
                settings.memberLease(),
                lease,
                rules,
                new Neighbours());
        this.listing = new RedisListing(names, servers, this::deadline);
        this.changes = new VisitorChanges(
                names, servers::shards, membership::isAlone, new Neighbours(), timer, nanoTime, timeout, lease);
        this.leftWrites = new LeftWrites(names, servers::shards, membership.commands(), nanoTime, lease, groupTtl);
        membership.beforeCounting(() -> changes.watch()
                .thenCompose(read -> read ? leftWrites.cover() : CompletableFuture.completedStage(false)));
        this.counts = new StoredCounts(settings.maxBytes(), limits);
        this.sweeper = new RedisSweeper(names, servers, counts, nanoTime, RedisSweeper.COMMANDS_PER_HOUR);
        PurgeNews news = new PurgeNews(names, membership, () -> inForce, timer, nanoTime, settings.memberLease());
        this.purger = new RedisPurger(
                names, servers::shards, news, near, journal, sweeper::wanted, nanoTime, timeout, lease, groupTtl);
        this.secret = kept == null ? null : new RedisSecret(kept, names, purger, nanoTime);
        this.intents = new RedisIntents(
                names,
                servers,
                purger,
                membership,
                changes,
                rules,
                () -> inForce,
                this::later,
                groupTtl,
                lease,
                timeout,
                nanoTime);
        membership.beforeAnswering(intents::tellOfWrites);
        this.reads = new RedisReads(
                names,
                servers,
                purger,
                intents,
                leftWrites,
                membership,
                near,
                codec,
                rules,
                () -> inForce,
                sweeper::wanted,
                groupTtl,
                lease,
                timeout,
                nanoTime);
        this.upkeep = new RedisUpkeep(
                timer, nanoTime, servers, purger, membership, sweeper, lease, intents::renewAll, this::look);
    }

    /** A store as below, of values that anybody could have made, for which no secret is kept. */
    public static RedisStore connect(
            Settings.Store settings,
            Duration timeout,
            LongSupplier nanoTime,
            Supplier<String> rules,
            @Nullable RespLoops loops) {
        return connect(
                settings,
                timeout,
                nanoTime,
                rules,
                RouteLimits.NONE,
                StoredResponseCodec.plain(),
                null,
                OwedJournal.inMemory(() -> Instant.EPOCH),
                "",
                loops);
    }

    /**
     * A store that begins to connect; returns at once, whether Redis is there or not.
     *
     * @param timeout for each operation, however many trips it takes
     * @param nanoTime the monotonic clock, in nanoseconds
     * @param rules a fingerprint of the rules in force, without blanks: sidecars with different ones purge more widely
     * @param limits asked on each put
     * @param codec makes and checks the stored values
     * @param kept learns the secret that is kept in the namespace; null where none is wanted
     * @param journal what is owed from before, and where it is noted what is owed from now on; closed with the store
     * @param instance what this sidecar is called, noted beside what it stores; of letters, digits, dots, hyphens and underscores
     * @param loops that serve visitors, each to read by a connection of its own; null for none. They end after the store
     * @throws IllegalArgumentException where the URL of {@code settings} names no Redis, or a file for TLS cannot be read;
     *     the message holds no password
     */
    public static RedisStore connect(
            Settings.Store settings,
            Duration timeout,
            LongSupplier nanoTime,
            Supplier<String> rules,
            RouteLimits limits,
            StoredResponseCodec codec,
            @Nullable KeptSecret kept,
            OwedJournal journal,
            String instance,
            @Nullable RespLoops loops) {
        StoreUrl url = StoreUrl.read(settings.url(), settings.tls());
        SslOptions tls = StoreUrl.tls(settings.tls());
        RedisStore store = new RedisStore(
                settings, url, tls, timeout, nanoTime, rules, limits, codec, kept, journal, instance, loops);
        store.servers.start();
        store.upkeep.start();
        return store;
    }

    private RedisServers servers(int most, StoreUrl url) {
        if (url instanceof StoreUrl.Cluster cluster) {
            return new RedisCluster(
                    cluster.nodes(), clients, timer, nanoTime, most, shards -> purger().reached(shards), this::opened);
        }
        if (url instanceof StoreUrl.BySentinels named) {
            Sentinels sentinels = new Sentinels(named.uri(), clients, nanoTime);
            return OneServer.by(sentinels, named.uri(), clients, timer, nanoTime, most, this::opened);
        }
        StoreUrl.Server server = (StoreUrl.Server) url;
        return OneServer.at(server.uri(), clients, timer, nanoTime, most, this::opened);
    }

    private RedisPurger purger() {
        return purger;
    }

    /** What is owed goes first on a new link, and ahead of every lookup. */
    private void opened(RedisShards shards) {
        purger.reached(shards);
        if (secret != null) {
            secret.reached(shards);
        }
        membership.opened(shards);
        sweeper.opened();
        purger.settleOwed(shards);
        // Another server may never have seen them.
        intents.renewAll(shards);
    }

    private void look(RedisShards shards) {
        if (secret != null) {
            secret.look(shards);
        }
    }

    private void later(Duration length, Runnable task) {
        upkeep.after(length, task);
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    @Override
    public @Nullable Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        return reads.peek(key, groups);
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        return reads.lookup(key, groups);
    }

    @Override
    public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        return reads.epochs(route, groups);
    }

    @Override
    public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
        RedisShards shards = servers.shards();
        Vary vary = Vary.of(response.head().selecting());
        Epochs epochs = response.epochs();
        if (shards == null
                || vary.matchesNothing()
                || purger.owed().concernsNames(epochs.tokens().keySet())) {
            return CompletableFuture.completedFuture(PutResult.UNAVAILABLE);
        }
        if (epochs.held()) {
            return CompletableFuture.completedFuture(PutResult.HELD);
        }
        byte[] value = codec.encode(
                response,
                names.place(key.key(), key.site(), vary.variant(response.head().varied())));
        if (value.length > MOST_BYTES_IN_FLIGHT) {
            return CompletableFuture.completedFuture(PutResult.TOO_LARGE);
        }
        if (bytesInFlight.addAndGet(value.length) > MOST_BYTES_IN_FLIGHT) {
            bytesInFlight.addAndGet(-value.length);
            return CompletableFuture.completedFuture(PutResult.UNAVAILABLE);
        }
        RedisFill fill = new RedisFill(names, shards, counts, groupTtl, instance, deadline());
        return fill.put(key, vary, response, value, timeToLive).whenComplete((result, failure) -> {
            bytesInFlight.addAndGet(-value.length);
            // It has replaced what this may be a copy of.
            near.drop(key);
            if (result == PutResult.STORED || fill.isFull()) {
                sweeper.full(fill.isFull());
            }
            if (counts.isNear(key.key().route())) {
                sweeper.wanted();
            }
        });
    }

    @Override
    public @Nullable CompletionStage<Leadership> lead(Supplier<String> flight, Duration patience) {
        // Whoever does not hear when another's fetch has ended waits for nobody.
        return membership.isLive() && membership.members().count() > 0 ? flights.lead(flight.get(), patience) : null;
    }

    @Override
    public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        return intents.intend(groups);
    }

    @Override
    public CompletionStage<@Nullable Collection<PurgeGroup>> changing() {
        return changes.read();
    }

    @Override
    public void listen(PurgeListener told) {
        listener = told;
    }

    @Override
    public boolean inTouch() {
        membership.used();
        return servers.shards() == null || membership.isLive();
    }

    @Override
    public CompletionStage<StoredPage> list(String cursor, int most) {
        return listing.page(cursor, most);
    }

    @Override
    public CompletionStage<Optional<Filled>> filled(StoreKey key, StoredResponse response) {
        return listing.filled(key, response);
    }

    @Override
    public CompletionStage<?> announceRules() {
        return intents.widen().thenCompose(widened -> membership.announceRules());
    }

    @Override
    public void rulesInForce(boolean purged) {
        String before = inForce;
        String now = rules.get();
        inForce = now;
        RedisShards shards = servers.shards();
        if (purged && shards != null && !before.equals(now)) {
            // If it is lost, the next purge reaches more than it must.
            Trip trip = new Trip();
            int unused = trip.script(RedisScript.SUCCEED, names.group(OwedPurges.EVERYTHING), before, now);
            CompletableFuture<?> ignored = shards.sendFirst(trip, deadline());
        }
    }

    /** What this process knows beside the store. */
    private final class Neighbours implements PurgeListener {

        @Override
        public void purged(Collection<PurgeGroup> groups) {
            near.purge(groups.stream().filter(GroupPurge::isStored).toList());
            sweeper.wanted();
            listener.purged(groups);
        }

        @Override
        public void held(Collection<PurgeGroup> groups, Duration length) {
            near.purge(groups.stream().filter(GroupPurge::isStored).toList());
            sweeper.wanted();
            listener.held(groups, length);
        }

        @Override
        public void missedSome() {
            near.clear();
            listener.missedSome();
        }
    }

    @Override
    public StoreStatus status() {
        boolean connected = servers.shards() != null;
        int owed = purger.owed().count();
        String detail = servers.detail() + ", " + clients.carried() + " reads by event loops, " + intents.count()
                + " intents open, " + membership.describe() + ", " + near.entries() + " copies of " + near.bytes()
                + " bytes, " + sweeper.describe();
        StoredCounts.Count stored = counts.total();
        return new StoreStatus(
                "redis",
                connected,
                stored.entries(),
                stored.bytes(),
                owed,
                purger.owed().since(),
                sweeper.status(),
                detail);
    }

    @Override
    public Inside inside() {
        return new Inside(
                near.entries(),
                near.bytes(),
                membership.isLive() ? membership.members().count() + 1 : 0,
                intents.count(),
                false,
                0);
    }

    /** What is open fails, intents lapse on the server, and what is owed stays in the journal. */
    @Override
    public void close() {
        upkeep.close();
        membership.close(intents.count() == 0);
        servers.close();
        timer.stop();
        journal.close();
    }
}
