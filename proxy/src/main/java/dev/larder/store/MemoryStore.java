package dev.larder.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The embedded store: everything in this process, nothing to install. Any thread; nothing blocks, and every stage it
 * returns is complete.
 *
 * <p>Bounded in bytes: bodies, heads and keys as far as they can be counted, and an estimate for the objects around them.
 * What goes first is decided by Caffeine's W-TinyLFU, which keeps what is asked for often over what came last, so that a
 * flood of different queries does not wash out what is in use. It is told of one use a second of each response: its order is a
 * list through all that is stored, and whatever is moved in it is looked at by the next collection. Its upkeep runs a little at a
 * time on whoever uses it.
 *
 * <p>A purge replaces tokens and touches no stored response; what it made dead is dropped when a lookup meets it, by its
 * time to live, or by eviction.
 *
 * <p>{@code max-entries} of a route is held by a second, small cache of that route's names, bounded in number by the same
 * policy and told of the same hits: what it evicts is dropped here. So the bound is approximate for an instant, and what
 * goes is what is seldom used.
 */
public final class MemoryStore implements CacheStore {

    /** One response may take a quarter of the store: a larger one would wash out too much of the rest. */
    private static final int LARGEST_SHARE = 4;

    /** A bound on the route caches: rules files have far fewer routes. */
    private static final int LIMITED_ROUTES = 10_000;

    private final Cache<Name, StoredVariants> entries;

    /** Looks up what is in {@link #entries} without its taking note of that. */
    private final Policy<Name, StoredVariants> quietly;

    private final Map<String, Cache<Name, StoredVariants>> limited = new ConcurrentHashMap<>();
    private final Queue<Name> overLimit = new ConcurrentLinkedQueue<>();
    private final Queue<Evicted> evicted = new ConcurrentLinkedQueue<>();
    private final SharedTexts texts = new SharedTexts();
    private final MemoryEpochs epochs;
    private final RouteLimits limits;
    private final MemoryListing listing;
    private final LongSupplier nanoTime;
    private final long maxBytes;

    /** Under what variants lie; most names are told apart by their texts. */
    record Name(String site, String text) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Name name && text.equals(name.text) && site.equals(name.site);
        }

        @Override
        public int hashCode() {
            return 31 * site.hashCode() + text.hashCode();
        }
    }

    private record Evicted(Name name, String route) {}

    /** A store without bounds per route. */
    public MemoryStore(Settings.Store settings, LongSupplier nanoTime) {
        this(settings, nanoTime, RouteLimits.NONE);
    }

    /**
     * A store.
     *
     * @param settings of which {@code maxBytes} counts
     * @param nanoTime the monotonic clock, in nanoseconds
     * @param limits asked on each put
     */
    public MemoryStore(Settings.Store settings, LongSupplier nanoTime, RouteLimits limits) {
        this(settings.maxBytes(), nanoTime, limits);
    }

    MemoryStore(long maxBytes, LongSupplier nanoTime, RouteLimits limits) {
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.limits = limits;
        this.epochs = new MemoryEpochs(nanoTime);
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Name name, StoredVariants variants) ->
                        variants.weight(name.text().length()))
                .expireAfter(Expiry.<Name, StoredVariants>writing((name, variants) ->
                        Duration.ofNanos(Math.max(1, variants.untilNanos() - nanoTime.getAsLong()))))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .removalListener((@Nullable Name name, @Nullable StoredVariants variants, RemovalCause cause) -> {
                    if (cause.wasEvicted() && name != null && variants != null && !limited.isEmpty()) {
                        evicted.add(new Evicted(name, variants.route()));
                    }
                })
                .build();
        this.quietly = entries.policy();
        this.listing = new MemoryListing(() -> entries.asMap().entrySet().iterator(), epochs::current);
    }

    /** The epochs of groups now, made where there are none. */
    Epochs read(List<PurgeGroup> groups) {
        return epochs.read(route(groups), groups);
    }

    void purge(Collection<PurgeGroup> groups) {
        epochs.purge(groups);
    }

    void drop(StoreKey key) {
        entries.invalidate(new Name(key.site(), key.key().text()));
    }

    @Override
    public Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        Name name = new Name(key.site(), key.key().text());
        StoredVariants variants = quietly.getIfPresentQuietly(name);
        if (variants == null) {
            return absent(Lookup.Why.ABSENT, groups);
        }
        StoredVariants.Variant variant = variants.choose(key.requestFields());
        if (variant == null) {
            return absent(Lookup.Why.VARY, groups);
        }
        if (!variant.response().keyText().equals(key.key().text())) {
            return absent(Lookup.Why.UNREADABLE, groups);
        }
        long now = nanoTime.getAsLong();
        if (variant.untilNanos() - now <= 0) {
            drop(name, variant);
            return absent(Lookup.Why.ABSENT, groups);
        }
        if (!epochs.current(variant.under(), groups)) {
            drop(name, variant);
            return absent(Lookup.Why.PURGED, groups);
        }
        variant.usedAt(now);
        if (variant.isToBeNoted(now)) {
            note(name, key.key().route(), groups);
        }
        return new Lookup.Found(variant.response());
    }

    /** Asks only so that all that evicts knows what is in use. */
    private void note(Name name, String route, List<PurgeGroup> groups) {
        StoredVariants unused = entries.getIfPresent(name);
        Cache<Name, StoredVariants> ofRoute = limited.get(route);
        if (ofRoute != null) {
            unused = ofRoute.getIfPresent(name);
        }
        epochs.note(groups);
    }

    private Lookup absent(Lookup.Why why, List<PurgeGroup> groups) {
        return new Lookup.Absent(why, epochs.read(route(groups), groups));
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        return CompletableFuture.completedFuture(peek(key, groups));
    }

    @Override
    public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        return CompletableFuture.completedFuture(epochs.read(route, groups));
    }

    @Override
    public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
        return CompletableFuture.completedFuture(store(key, response, response.epochs(), timeToLive));
    }

    /**
     * Stores a response that another store holds under epochs of its own.
     *
     * @param under epochs of this store from before the other was asked
     */
    PutResult copy(StoreKey key, StoredResponse response, Epochs under, Duration timeToLive) {
        return store(key, response, under, timeToLive);
    }

    private PutResult store(StoreKey key, StoredResponse response, Epochs under, Duration timeToLive) {
        Vary vary = Vary.of(response.head().selecting());
        if (vary.matchesNothing()) {
            return PutResult.UNAVAILABLE;
        }
        if (under.held() || epochs.held(under.tokens().keySet())) {
            return PutResult.HELD;
        }
        // A purge right after this comparison is no harm: the tokens are compared again at each lookup.
        if (!epochs.current(under)) {
            return PutResult.PURGED;
        }
        long now = nanoTime.getAsLong();
        Name name = new Name(texts.of(key.site()), key.key().text());
        StoredVariants.Variant variant =
                new StoredVariants.Variant(key.key().route(), texts.of(response), under, vary, now, timeToLive);
        if (variant.bytes() > maxBytes / LARGEST_SHARE) {
            return PutResult.TOO_LARGE;
        }
        entries.asMap()
                .compute(
                        name,
                        (same, before) -> before == null ? StoredVariants.of(variant) : before.with(variant, maxBytes));
        countInRoute(key.key().route(), name);
        carryEvictionsOver();
        return PutResult.STORED;
    }

    /** Removes one variant that a lookup found dead, unless it has been replaced meanwhile. */
    private void drop(Name name, StoredVariants.Variant dead) {
        StoredVariants left = entries.asMap().computeIfPresent(name, (same, variants) -> variants.without(dead));
        if (left == null) {
            forgetInRoute(name, dead.route());
        }
    }

    private void countInRoute(String route, Name name) {
        OptionalLong limit = limits.maxEntries(route);
        if (limit.isEmpty()) {
            limited.remove(route);
            return;
        }
        StoredVariants variants = entries.getIfPresent(name);
        if (variants == null || (limited.size() >= LIMITED_ROUTES && !limited.containsKey(route))) {
            return;
        }
        Cache<Name, StoredVariants> ofRoute = limited.computeIfAbsent(route, added -> routeCache());
        // A reload may have changed the bound.
        ofRoute.policy().eviction().ifPresent(eviction -> {
            if (eviction.getMaximum() != limit.getAsLong()) {
                eviction.setMaximum(limit.getAsLong());
            }
        });
        ofRoute.put(name, variants);
    }

    private Cache<Name, StoredVariants> routeCache() {
        return Caffeine.newBuilder()
                .maximumWeight(Long.MAX_VALUE)
                .weigher((Name name, StoredVariants variants) -> variants.count())
                .executor(Runnable::run)
                .removalListener((@Nullable Name name, @Nullable StoredVariants variants, RemovalCause cause) -> {
                    if (cause == RemovalCause.SIZE && name != null) {
                        overLimit.add(name);
                    }
                })
                .build();
    }

    /**
     * Carries what one cache evicted over to the other. Both evict while they hold a lock of their own, so their
     * listeners only take a note, and none of the two is ever called from inside the other.
     */
    private void carryEvictionsOver() {
        for (Name name = overLimit.poll(); name != null; name = overLimit.poll()) {
            entries.invalidate(name);
        }
        for (Evicted gone = evicted.poll(); gone != null; gone = evicted.poll()) {
            forgetInRoute(gone.name(), gone.route());
        }
    }

    private void forgetInRoute(Name name, String route) {
        Cache<Name, StoredVariants> ofRoute = limited.get(route);
        if (ofRoute != null) {
            ofRoute.invalidate(name);
        }
    }

    /** Nobody else has this store. */
    @Override
    public void listen(PurgeListener listener) {
        // There is nothing to tell.
    }

    @Override
    public boolean inTouch() {
        return true;
    }

    /** In this process nothing of an intent needs to be kept: what would end it ends the store as well. */
    @Override
    public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        return CompletableFuture.completedFuture(new MemoryIntent(epochs));
    }

    @Override
    public CompletionStage<StoredPage> list(String cursor, int most) {
        return CompletableFuture.completedFuture(listing.page(cursor, most));
    }

    @Override
    public StoreStatus status() {
        entries.cleanUp();
        long bytes = entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(-1))
                .orElse(-1L);
        return new StoreStatus(
                "memory",
                true,
                entries.estimatedSize(),
                bytes,
                0,
                String.format(Locale.ROOT, "in this process, %d of at most %d bytes", bytes, maxBytes));
    }

    @Override
    public void close() {
        entries.invalidateAll();
        limited.clear();
    }

    private static String route(List<PurgeGroup> groups) {
        return groups.isEmpty() ? "" : groups.get(0).route();
    }
}
