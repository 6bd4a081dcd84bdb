package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A circuit around any store, so that one that is down or slow costs a request its small timeout a few times and then
 * nothing. Any thread.
 *
 * <p>After {@code circuitFailures} failures in a row the circuit opens: lookups are unavailable and fills refused at
 * once. After {@code circuitRetry} one lookup is let through; if it is answered the circuit closes, else it stays open
 * for as long again. Intents and purges are never kept from the store: it owes at once what it cannot do, and what is
 * owed must be known to it.
 */
public final class StoreGuard implements CacheStore {

    /** The detail of a lookup that an open circuit answered. */
    public static final String OPEN = "store-circuit-open";

    /** The detail of a lookup that the store refused of its own will: no failure of the store. */
    public static final String OWED = "purge-owed";

    /**
     * The details of lookups that a store answered at once because it knows that what it would need is away: they cost
     * nothing, so that nothing is won by not asking. A store of several servers can lack one of them and go on with the others.
     */
    public static final String AWAY = "store-away";

    public static final String UNCONFIRMED = "store-unconfirmed";

    /** The detail of lookups for which the store had no room to make an epoch: it is full, and not in trouble. */
    public static final String FULL = "store-full";

    private static final Lookup CIRCUIT_OPEN = new Lookup.Unavailable(OPEN);

    private static final Set<String> NO_FAILURES = Set.of(OWED, AWAY, UNCONFIRMED, FULL);

    private final CacheStore store;
    private final LongSupplier nanoTime;
    private final StoreListener listener;
    private final int failuresToOpen;
    private final long retryNanos;

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean();

    /** How often it has opened. */
    private final AtomicLong opened = new AtomicLong();

    /** When a probe may go, meaningful while the circuit is open; who moves it on sends the probe. */
    private final AtomicLong probeAtNanos = new AtomicLong();

    /**
     * A closed circuit.
     *
     * @param nanoTime the monotonic clock, in nanoseconds
     * @param listener is told how long the store takes
     */
    public StoreGuard(CacheStore store, Settings.Store settings, LongSupplier nanoTime, StoreListener listener) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.failuresToOpen = settings.circuitFailures();
        this.retryNanos = settings.circuitRetry().toNanos();
    }

    /**
     * What the store has at hand is used in any case. Where the circuit is open, says so, but once in a while leaves it to
     * {@link #lookup}, which then is the probe.
     */
    @Override
    public @Nullable Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        Lookup known = store.peek(key, groups);
        if (known instanceof Lookup.Found) {
            // A copy in this process says nothing of how the server is.
            return known;
        }
        if (open.get()) {
            return nanoTime.getAsLong() - probeAtNanos.get() >= 0 ? null : CIRCUIT_OPEN;
        }
        if (known != null) {
            note(known);
        }
        return known;
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        if (!passes()) {
            return CompletableFuture.completedFuture(CIRCUIT_OPEN);
        }
        long begun = nanoTime.getAsLong();
        return store.lookup(key, groups).whenComplete((found, failure) -> {
            boolean failed = found == null || isFailure(found);
            if (failed) {
                failed();
            } else {
                note(found);
            }
            if (failed || !(found instanceof Lookup.Unavailable)) {
                listener.ended(StoreListener.Trip.LOOKUP, nanoTime.getAsLong() - begun, failed);
            }
        });
    }

    @Override
    public CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        if (open.get()) {
            return CompletableFuture.completedFuture(null);
        }
        return store.epochs(route, groups);
    }

    @Override
    public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
        if (open.get()) {
            return CompletableFuture.completedFuture(PutResult.UNAVAILABLE);
        }
        long begun = nanoTime.getAsLong();
        return store.put(key, response, timeToLive)
                .whenComplete((result, failure) -> listener.ended(
                        StoreListener.Trip.PUT,
                        nanoTime.getAsLong() - begun,
                        result == null || result == PutResult.UNAVAILABLE));
    }

    @Override
    public @Nullable CompletionStage<Leadership> lead(Supplier<String> flight, Duration patience) {
        return open.get() ? null : store.lead(flight, patience);
    }

    @Override
    public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        long begun = nanoTime.getAsLong();
        return store.intend(groups).thenApply(intent -> {
            listener.ended(StoreListener.Trip.INTEND, nanoTime.getAsLong() - begun, !intent.standing());
            return new TimedIntent(intent, listener, nanoTime);
        });
    }

    @Override
    public CompletionStage<@Nullable Collection<PurgeGroup>> changing() {
        return open.get() ? CompletableFuture.completedStage(null) : store.changing();
    }

    @Override
    public void listen(PurgeListener listener) {
        store.listen(listener);
    }

    @Override
    public boolean inTouch() {
        return store.inTouch();
    }

    @Override
    public CompletionStage<?> announceRules() {
        return store.announceRules();
    }

    @Override
    public void rulesInForce(boolean purged) {
        store.rulesInForce(purged);
    }

    @Override
    public @Nullable CompletionStage<StoredPage> list(String cursor, int most) {
        return store.list(cursor, most);
    }

    @Override
    public StoreStatus status() {
        StoreStatus status = store.status();
        if (!open.get()) {
            return status;
        }
        return new StoreStatus(
                status.kind(),
                false,
                status.entries(),
                status.bytes(),
                status.owedPurges(),
                status.owedSince(),
                status.sweep(),
                String.format(Locale.ROOT, "circuit open after %d failures; %s", failures.get(), status.detail()));
    }

    @Override
    public Inside inside() {
        Inside inside = store.inside();
        return new Inside(
                inside.nearEntries(), inside.nearBytes(), inside.members(), inside.intents(), open.get(), opened.get());
    }

    @Override
    public void close() {
        store.close();
    }

    private boolean passes() {
        if (!open.get()) {
            return true;
        }
        long probeAt = probeAtNanos.get();
        long now = nanoTime.getAsLong();
        return now - probeAt >= 0 && probeAtNanos.compareAndSet(probeAt, now + retryNanos);
    }

    private void note(Lookup lookup) {
        if (isFailure(lookup)) {
            failed();
            return;
        }
        if (lookup instanceof Lookup.Unavailable) {
            return;
        }
        if (failures.get() != 0) {
            failures.set(0);
        }
        open.set(false);
    }

    private static boolean isFailure(Lookup lookup) {
        return lookup instanceof Lookup.Unavailable unavailable && !NO_FAILURES.contains(unavailable.detail());
    }

    private void failed() {
        if (failures.incrementAndGet() >= failuresToOpen) {
            // Before the flag: nobody may see an open circuit with the time of an earlier probe.
            probeAtNanos.set(nanoTime.getAsLong() + retryNanos);
            if (!open.getAndSet(true)) {
                opened.incrementAndGet();
            }
        }
    }
}
