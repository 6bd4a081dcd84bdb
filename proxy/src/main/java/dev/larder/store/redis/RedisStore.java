package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.EpochTokens;
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
import dev.larder.store.StoreGuard;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.StoredResponseCodec;
import dev.larder.store.Vary;
import io.lettuce.core.SslOptions;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
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

    private static final Lookup AWAY = new Lookup.Unavailable(TripEnd.AWAY.detail());
    private static final Lookup OWED = new Lookup.Unavailable(StoreGuard.OWED);

    private final RedisNames names;
    private final Duration timeout;
    private final Duration groupTtl;
    private final Duration lease;
    private final LongSupplier nanoTime;
    private final Supplier<String> rules;

    /** The rules by which things are stored and purged here: those of {@link #rules}, as soon as they are in force. */
    private volatile String inForce;

    private final HashedWheelTimer timer;
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
    private final VaryMemory varies = new VaryMemory();
    private final Set<RedisIntent> intents = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final VisitorChanges changes;
    private final LeftWrites leftWrites;
    private final TakenBack takenBack;
    private final RedisIntent.Owner intentOwner = new IntentOwner();

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
            String instance) {
        this.journal = journal;
        this.instance = instance;
        this.codec = codec;
        this.names = new RedisNames(settings.namespace());
        this.timeout = timeout;
        this.groupTtl = settings.groupTtl();
        this.lease = settings.intentLease();
        this.nanoTime = nanoTime;
        this.rules = rules;
        this.inForce = rules.get();
        this.timer = new HashedWheelTimer(
                new DefaultThreadFactory("larder-store-timer", true), TICK_MILLIS, TimeUnit.MILLISECONDS, 1_024);
        this.servers = servers(settings.maxInFlight(), url, tls);
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
        membership.beforeAnswering(this::tellOfWrites);
        this.takenBack = new TakenBack(names, servers::shards, nanoTime, timeout.toNanos(), lease.toNanos());
        this.leftWrites = new LeftWrites(names, servers::shards, membership.commands(), nanoTime, lease, groupTtl);
        membership.beforeCounting(() -> changes.watch()
                .thenCompose(read -> read ? leftWrites.cover() : CompletableFuture.completedStage(false)));
        this.counts = new StoredCounts(settings.maxBytes(), limits);
        this.sweeper = new RedisSweeper(names, servers, counts, nanoTime, RedisSweeper.COMMANDS_PER_HOUR);
        PurgeNews news = new PurgeNews(names, membership, () -> inForce, timer, nanoTime, settings.memberLease());
        this.purger = new RedisPurger(
                names, servers::shards, news, near, journal, sweeper::wanted, nanoTime, timeout, lease, groupTtl);
        this.secret = kept == null ? null : new RedisSecret(kept, names, purger, nanoTime);
        this.upkeep = new RedisUpkeep(
                timer, nanoTime, servers, purger, membership, sweeper, lease, this::renewIntents, this::look);
    }

    /** A store as below, of values that anybody could have made, for which no secret is kept. */
    public static RedisStore connect(
            Settings.Store settings, Duration timeout, LongSupplier nanoTime, Supplier<String> rules) {
        return connect(
                settings,
                timeout,
                nanoTime,
                rules,
                RouteLimits.NONE,
                StoredResponseCodec.plain(),
                null,
                OwedJournal.inMemory(() -> Instant.EPOCH),
                "");
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
            String instance) {
        StoreUrl url = StoreUrl.read(settings.url(), settings.tls());
        SslOptions tls = StoreUrl.tls(settings.tls());
        RedisStore store =
                new RedisStore(settings, url, tls, timeout, nanoTime, rules, limits, codec, kept, journal, instance);
        store.servers.start();
        store.upkeep.start();
        return store;
    }

    private RedisServers servers(int most, StoreUrl url, SslOptions tls) {
        RedisClients clients = new RedisClients(timer, most, tls);
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
        renewIntents(shards);
    }

    private void look(RedisShards shards) {
        if (secret != null) {
            secret.look(shards);
        }
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    /** Why nothing can be asked about these groups now, or null. */
    private @Nullable Lookup refusal(Collection<PurgeGroup> groups) {
        if (servers.shards() == null) {
            return AWAY;
        }
        return purger.owed().concerns(groups) ? OWED : null;
    }

    @Override
    public @Nullable Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        membership.used();
        Lookup refusal = refusal(groups);
        return refusal == null && membership.isLive() ? near.peek(key, groups) : refusal;
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        RedisShards shards = servers.shards();
        Lookup refusal = refusal(groups);
        if (shards == null || refusal != null) {
            return CompletableFuture.completedFuture(refusal == null ? AWAY : refusal);
        }
        NearCache.Before before = near.before(groups);
        RedisLookup lookup =
                new RedisLookup(names, shards, key, groups, inForce, groupTtl.toMillis(), varies, codec, deadline());
        lookup.trusting(this::trusts);
        return lookup.run().thenApply(found -> {
            if (lookup.hasPurged()) {
                sweeper.wanted();
            }
            if (purger.owed().concerns(groups)) {
                // It has become owed while the answer was on its way, from before it.
                return OWED;
            }
            if (found instanceof Lookup.Found stored && lookup.isQuiet()) {
                near.copy(key, stored.response(), before);
            }
            if (found instanceof Lookup.Absent absent) {
                return new Lookup.Absent(absent.why(), storable(absent.epochs(), lookup.isMixed()));
            }
            return found;
        });
    }

    /**
     * Whether what is stored under an intent may be used. Not under one from before this sidecar became a member: its owner may
     * have answered the write, owing the purge, when it could know of nobody else.
     */
    private boolean trusts(String field, long deadlineMillis, RedisLink from) {
        boolean plausible = deadlineMillis <= from.serverMillis() + lease.toMillis() + EpochReading.CLOCK_MARGIN_MILLIS;
        return (plausible && membership.wasKnown(from, deadlineMillis - lease.toMillis()))
                || leftWrites.isOwn(field)
                || intents.stream().anyMatch(own -> own.field().equals(field));
    }

    @Override
    public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        RedisShards shards = servers.shards();
        if (shards == null || owes(route, groups)) {
            return CompletableFuture.completedFuture(null);
        }
        return read(shards, route, groups, deadline())
                .thenApply(reading ->
                        reading == null || owes(route, groups) ? null : storable(reading.epochs(), reading.isMixed()));
    }

    /**
     * Where others store by other rules, a sidecar stores only what it begins to fetch as a member: then their intents reach
     * what it stores. And while its own rules are being replaced, nothing: what it read after their purge, and noted as theirs, would
     * count as stored by those that come.
     */
    private Epochs storable(Epochs epochs, boolean mixed) {
        return (mixed && !membership.isLive()) || !inForce.equals(rules.get())
                ? new Epochs(epochs.incarnation(), epochs.tokens(), epochs.change(), true)
                : epochs;
    }

    private boolean owes(String route, List<PurgeGroup> groups) {
        return purger.owed().concerns(groups) || purger.owed().concernsRoute(route);
    }

    /** A settled reading, or null where the server does not give one in time. */
    private CompletionStage<@Nullable EpochReading> read(
            RedisShards shards, String route, List<PurgeGroup> groups, long deadlineNanos) {
        EpochReading reading = new EpochReading(names, shards, groupTtl.toMillis(), route, inForce, groups);
        Trip trip = new Trip();
        reading.ask(trip);
        return shards.send(trip, deadlineNanos).thenCompose(end -> {
            if (!understood(end, reading::read)) {
                return CompletableFuture.completedFuture(null);
            }
            if (reading.settled()) {
                return CompletableFuture.completedFuture(reading);
            }
            EpochReading.Touch touch = reading.touch();
            return shards.sendFirst(touch.trip(), deadlineNanos).thenApply(touched -> {
                boolean read = understood(touched, touch::read);
                if (reading.hasPurged()) {
                    sweeper.wanted();
                }
                return read ? reading : null;
            });
        });
    }

    private interface Reader {
        boolean read(TripEnd.Replies replies);
    }

    private static boolean understood(TripEnd end, Reader reader) {
        if (!(end instanceof TripEnd.Replies replies)) {
            return false;
        }
        try {
            return reader.read(replies);
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return false;
        }
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
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        String by = inForce;
        if (!distinct.isEmpty() && reachesAll(by)) {
            distinct.add(OwedPurges.EVERYTHING);
        }
        String field = RedisNames.INTENT + EpochTokens.next();
        RedisShards shards = servers.shards();
        if (shards == null) {
            return CompletableFuture.completedFuture(intent(field, distinct, false, 0));
        }
        if (distinct.isEmpty()) {
            return CompletableFuture.completedFuture(intent(field, distinct, true, 0));
        }
        long sentNanos = nanoTime.getAsLong();
        return shards.sendFirst(intendTrip(field, distinct), deadline()).thenCompose(end -> {
            if (end instanceof TripEnd.Replies replies && !replies.anyRefused()) {
                RedisIntent intent = intent(field, distinct, true, sentNanos);
                intents.add(intent);
                // Other rules may have come meanwhile, here or elsewhere, to whom the intent was not known yet.
                return reachesAll(by) && intent.widen()
                        ? renew(shards, intent).thenApply(renewed -> intent)
                        : CompletableFuture.completedFuture(intent);
            }
            // It may arrive all the same. What is sent after it takes it away again, lest it lapses into a purge.
            CompletionStage<?> ignored = intentOwner.unmark(field, distinct);
            return CompletableFuture.completedFuture(intent(field, distinct, false, sentNanos));
        });
    }

    /**
     * Whether what an intent stands for may be stored by other rules than these, of groups that these know nothing of. A
     * sidecar that is no member is not told of others.
     */
    private boolean reachesAll(String by) {
        return membership.members().differing()
                || !by.equals(rules.get())
                || (servers.shards() != null && !membership.isLive());
    }

    /** Whoever joins, or goes by other rules, is about to store: what is under way is put where they can see it. */
    private CompletionStage<Boolean> tellOfWrites() {
        CompletionStage<Boolean> told = changes.tell();
        return membership.members().differing()
                ? told.thenCombine(widenIntents(), (changes, widened) -> changes && widened)
                : told;
    }

    /** Completes with whether all intents stand for everything. */
    private CompletionStage<Boolean> widenIntents() {
        RedisShards shards = servers.shards();
        CompletionStage<Boolean> widened = CompletableFuture.completedStage(true);
        for (RedisIntent intent : intents) {
            if (intent.widen()) {
                widened = widened.thenCombine(
                        shards == null ? CompletableFuture.completedStage(false) : renew(shards, intent),
                        (before, next) -> before && next);
            }
        }
        return widened;
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

    private RedisIntent intent(String field, Collection<PurgeGroup> groups, boolean standing, long sentNanos) {
        return new RedisIntent(field, groups, lease, timeout, standing, sentNanos, nanoTime, purger, intentOwner);
    }

    /** Called by the upkeep at a third of the lease. One that comes too late finds its purge done: no harm. */
    private void renewIntents(RedisShards shards) {
        changes.renew();
        takenBack.again(shards);
        if (membership.isLive()) {
            // Also where nobody else is left: the last one may have died in the middle of a write.
            CompletionStage<Boolean> unused = changes.watch();
        }
        for (RedisIntent intent : intents) {
            // Whoever has a write under way stays a member, lest nobody knows that its owner has died.
            membership.used();
            CompletionStage<Boolean> unused = renew(shards, intent);
        }
    }

    private CompletionStage<Boolean> renew(RedisShards shards, RedisIntent intent) {
        Collection<PurgeGroup> marked = intent.marked();
        if (marked.isEmpty()) {
            return CompletableFuture.completedStage(true);
        }
        long sentNanos = nanoTime.getAsLong();
        intent.renewing(sentNanos);
        return shards.sendFirst(intendTrip(intent.field(), marked), deadline()).thenApply(end -> {
            boolean renewed = end instanceof TripEnd.Replies replies && !replies.anyRefused();
            if (renewed) {
                intent.renewed(sentNanos);
            }
            List<PurgeGroup> left = new ArrayList<>(marked);
            left.removeAll(intent.marked());
            if (!left.isEmpty() && !intent.isLapsing()) {
                // It was narrowed or ended while this was under way.
                CompletionStage<?> unusedEnd = intentOwner.unmark(intent.field(), left);
            }
            return renewed;
        });
    }

    private final class IntentOwner implements RedisIntent.Owner {

        @Override
        public CompletionStage<Boolean> unmark(String field, Collection<PurgeGroup> groups) {
            return takenBack.take(field, groups);
        }

        @Override
        public void purgeAfter(Duration length, Collection<PurgeGroup> groups, String holdField) {
            upkeep.after(length, () -> {
                CompletableFuture<?> ignored = purger.purge(groups, holdField, null, List.of());
            });
        }

        @Override
        public CompletionStage<Boolean> changing(String field, Collection<PurgeGroup> visitors) {
            return changes.begin(field, visitors);
        }

        @Override
        public void changed(String field) {
            changes.end(field);
        }

        @Override
        public CompletionStage<?> mayChange(String field, Collection<PurgeGroup> visitors, Duration length) {
            return changes.hold(field, visitors, length);
        }

        @Override
        public void changedUnheard(String field) {
            changes.letLapse(field);
        }

        @Override
        public void renew(RedisIntent intent) {
            RedisShards shards = servers.shards();
            if (shards != null) {
                CompletionStage<Boolean> unused = RedisStore.this.renew(shards, intent);
            }
        }

        @Override
        public void ended(RedisIntent intent) {
            intents.remove(intent);
        }
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
    public CompletionStage<?> announceRules() {
        return widenIntents().thenCompose(widened -> membership.announceRules());
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
            near.purge(groups.stream().filter(RedisPurger::isStored).toList());
            sweeper.wanted();
            listener.purged(groups);
        }

        @Override
        public void held(Collection<PurgeGroup> groups, Duration length) {
            near.purge(groups.stream().filter(RedisPurger::isStored).toList());
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
        String detail = servers.detail() + ", " + intents.size() + " intents open, " + membership.describe() + ", "
                + near.entries() + " copies of " + near.bytes() + " bytes, " + sweeper.describe();
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
                intents.size(),
                false,
                0);
    }

    /** What is open fails, intents lapse on the server, and what is owed stays in the journal. */
    @Override
    public void close() {
        upkeep.close();
        membership.close(intents.isEmpty());
        servers.close();
        timer.stop();
        journal.close();
    }
}
