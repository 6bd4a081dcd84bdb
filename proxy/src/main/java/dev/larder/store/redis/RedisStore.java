package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.EpochTokens;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.KeptSecret;
import dev.larder.store.Lookup;
import dev.larder.store.StoreGuard;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.StoredResponseCodec;
import dev.larder.store.Vary;
import io.lettuce.core.RedisURI;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
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

    private static final Lookup AWAY = new Lookup.Unavailable(TripEnd.AWAY.detail());
    private static final Lookup OWED = new Lookup.Unavailable(StoreGuard.OWED);

    private final RedisNames names;
    private final Duration timeout;
    private final Duration groupTtl;
    private final Duration lease;
    private final LongSupplier nanoTime;
    private final HashedWheelTimer timer;
    private final RedisConnector connector;
    private final RedisPurger purger;
    private final StoredResponseCodec codec;
    private final @Nullable RedisSecret secret;
    private final RedisUpkeep upkeep;
    private final VaryMemory varies = new VaryMemory();
    private final Set<RedisIntent> intents = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final RedisIntent.Owner intentOwner = new IntentOwner();

    private RedisStore(
            Settings.Store settings,
            RedisURI uri,
            Duration timeout,
            LongSupplier nanoTime,
            StoredResponseCodec codec,
            @Nullable KeptSecret kept) {
        this.codec = codec;
        this.names = new RedisNames(settings.namespace());
        this.timeout = timeout;
        this.groupTtl = settings.groupTtl();
        this.lease = settings.intentLease();
        this.nanoTime = nanoTime;
        this.timer = new HashedWheelTimer(
                new DefaultThreadFactory("larder-store-timer", true), TICK_MILLIS, TimeUnit.MILLISECONDS, 1_024);
        this.connector = new RedisConnector(uri, timer, nanoTime, settings.maxInFlight(), this::opened);
        this.purger = new RedisPurger(names, connector::link, nanoTime, timeout, groupTtl);
        this.secret = kept == null ? null : new RedisSecret(kept, names, purger, nanoTime);
        this.upkeep = new RedisUpkeep(timer, nanoTime, connector, purger, lease, this::renewIntents, this::look);
    }

    /** A store as below, of values that anybody could have made, for which no secret is kept. */
    public static RedisStore connect(Settings.Store settings, Duration timeout, LongSupplier nanoTime) {
        return connect(settings, timeout, nanoTime, StoredResponseCodec.plain(), null);
    }

    /**
     * A store that begins to connect; returns at once, whether Redis is there or not.
     *
     * @param timeout for each operation, however many trips it takes
     * @param nanoTime the monotonic clock, in nanoseconds
     * @param codec makes and checks the stored values
     * @param kept learns the secret that is kept in the namespace; null where none is wanted
     * @throws IllegalArgumentException where the URL of {@code settings} names no Redis; the message holds no password
     */
    public static RedisStore connect(
            Settings.Store settings,
            Duration timeout,
            LongSupplier nanoTime,
            StoredResponseCodec codec,
            @Nullable KeptSecret kept) {
        RedisStore store =
                new RedisStore(settings, RedisConnector.parse(settings.url()), timeout, nanoTime, codec, kept);
        store.connector.start();
        store.upkeep.start();
        return store;
    }

    /** What is owed goes first on a new link, and ahead of every lookup. */
    private void opened(RedisLink link) {
        if (secret != null) {
            secret.reached(link);
        }
        purger.settleOwed(link);
    }

    private void look(RedisLink link) {
        if (secret != null) {
            secret.look(link);
        }
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    /** Why nothing can be asked about these groups now, or null. */
    private @Nullable Lookup refusal(Collection<PurgeGroup> groups) {
        if (connector.link() == null) {
            return AWAY;
        }
        return purger.owed().concerns(groups) ? OWED : null;
    }

    @Override
    public @Nullable Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        return refusal(groups);
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        RedisLink link = connector.link();
        Lookup refusal = refusal(groups);
        if (link == null || refusal != null) {
            return CompletableFuture.completedFuture(refusal == null ? AWAY : refusal);
        }
        return new RedisLookup(names, link, key, groups, groupTtl.toMillis(), varies, codec, deadline())
                .run()
                // A purge may have become owed while the answer was on its way, from before it.
                .thenApply(found -> purger.owed().concerns(groups) ? OWED : found);
    }

    @Override
    public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        RedisLink link = connector.link();
        if (link == null || owes(route, groups)) {
            return CompletableFuture.completedFuture(null);
        }
        return read(link, route, groups, deadline())
                .thenApply(reading -> reading == null || owes(route, groups) ? null : reading.epochs());
    }

    private boolean owes(String route, List<PurgeGroup> groups) {
        return purger.owed().concerns(groups) || purger.owed().concernsRoute(route);
    }

    /** A settled reading, or null where the server does not give one in time. */
    private CompletionStage<@Nullable EpochReading> read(
            RedisLink link, String route, List<PurgeGroup> groups, long deadlineNanos) {
        EpochReading reading = new EpochReading(names, link, groupTtl.toMillis(), route, groups);
        Trip trip = new Trip();
        reading.ask(trip);
        return link.send(trip, deadlineNanos).thenCompose(end -> {
            if (!understood(link, end, reading::read)) {
                return CompletableFuture.completedFuture(null);
            }
            if (reading.settled()) {
                return CompletableFuture.completedFuture(reading);
            }
            EpochReading.Touch touch = reading.touch();
            return link.sendFirst(touch.trip(), deadlineNanos)
                    .thenApply(touched -> understood(link, touched, touch::read) ? reading : null);
        });
    }

    private interface Reader {
        boolean read(TripEnd.Replies replies);
    }

    private static boolean understood(RedisLink link, TripEnd end, Reader reader) {
        if (!(end instanceof TripEnd.Replies replies)) {
            return false;
        }
        try {
            return reader.read(replies);
        } catch (TripEnd.Unexpected e) {
            link.close();
            return false;
        }
    }

    @Override
    public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
        RedisLink link = connector.link();
        Vary vary = Vary.of(response.head().selecting());
        Epochs epochs = response.epochs();
        if (link == null
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
        return new RedisFill(names, link, groupTtl, deadline())
                .put(key, vary, response, value, timeToLive)
                .whenComplete((result, failure) -> bytesInFlight.addAndGet(-value.length));
    }

    @Override
    public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        String field = RedisNames.INTENT + EpochTokens.next();
        RedisLink link = connector.link();
        if (link == null) {
            return CompletableFuture.completedFuture(intent(field, false, List.of()));
        }
        if (distinct.isEmpty()) {
            return CompletableFuture.completedFuture(intent(field, true, List.of()));
        }
        return link.sendFirst(intendTrip(field, distinct), deadline()).thenApply(end -> {
            if (end instanceof TripEnd.Replies replies && !replies.anyRefused()) {
                RedisIntent intent = intent(field, true, distinct);
                intents.add(intent);
                return intent;
            }
            // It may arrive all the same. What is sent after it takes it away again, lest it lapses into a purge.
            CompletionStage<?> ignored = intentOwner.unmark(field, distinct);
            return intent(field, false, List.of());
        });
    }

    private Trip intendTrip(String field, Collection<PurgeGroup> groups) {
        Trip trip = new Trip();
        for (PurgeGroup group : groups) {
            trip.script(
                    RedisScript.INTEND,
                    names.group(group),
                    EpochTokens.next(),
                    Long.toString(groupTtl.toMillis()),
                    field,
                    Long.toString(lease.toMillis()));
        }
        return trip;
    }

    private RedisIntent intent(String field, boolean standing, Collection<PurgeGroup> groups) {
        return new RedisIntent(field, lease, standing, groups, purger, intentOwner);
    }

    /** Called by the upkeep at a third of the lease. One that comes too late finds its purge done: no harm. */
    private void renewIntents(RedisLink link) {
        for (RedisIntent intent : intents) {
            Collection<PurgeGroup> marked = intent.marked();
            if (!marked.isEmpty()) {
                CompletableFuture<?> ignored = link.sendFirst(intendTrip(intent.field(), marked), deadline())
                        .thenAccept(end -> {
                            List<PurgeGroup> left = new ArrayList<>(marked);
                            left.removeAll(intent.marked());
                            if (!left.isEmpty()) {
                                // It was narrowed or ended while this was under way.
                                CompletionStage<?> unusedEnd = intentOwner.unmark(intent.field(), left);
                            }
                        });
            }
        }
    }

    private final class IntentOwner implements RedisIntent.Owner {

        @Override
        public CompletionStage<Boolean> unmark(String field, Collection<PurgeGroup> groups) {
            RedisLink link = connector.link();
            if (link == null) {
                return CompletableFuture.completedFuture(false);
            }
            Trip trip = new Trip();
            for (PurgeGroup group : groups) {
                trip.hashDelete(names.group(group), field);
            }
            return link.sendFirst(trip, deadline())
                    .thenApply(end -> end instanceof TripEnd.Replies replies && !replies.anyRefused());
        }

        @Override
        public void purgeAfter(Duration length, Collection<PurgeGroup> groups, String holdField) {
            upkeep.after(length, () -> {
                CompletableFuture<?> ignored = purger.purge(groups, holdField, null, List.of());
            });
        }

        @Override
        public void ended(RedisIntent intent) {
            intents.remove(intent);
        }
    }

    @Override
    public StoreStatus status() {
        boolean connected = connector.link() != null;
        int owed = purger.owed().count();
        String version = connector.serverVersion();
        String detail = connector.address()
                + (version.isEmpty() ? "" : ", version " + version)
                + (connected ? ", connected" : ", away")
                + ", " + intents.size() + " intents open";
        return new StoreStatus("redis", connected, -1, -1, owed, detail);
    }

    /** What is open fails, intents lapse on the server, and what is owed is lost with this process. */
    @Override
    public void close() {
        upkeep.close();
        connector.close();
        timer.stop();
    }
}
