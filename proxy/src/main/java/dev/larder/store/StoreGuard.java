package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 * once. A while later one lookup is let through; if it is answered the circuit closes, else it stays open for twice as long, up to
 * {@code circuitRetry}: where many lookups are under way, a moment in which nothing is answered is many failures in a row. A
 * store that knows at once that all of it is away costs nothing: that closes the circuit, so that it is used as soon as it is
 * back. Intents and purges are never kept from the store: it owes at once what it cannot do, and what is owed must be known to
 * it.
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

    /** What part of {@code circuitRetry} the first probe waits for. */
    private static final int FIRST_OF_RETRY = 16;

    private static final Lookup CIRCUIT_OPEN = new Lookup.Unavailable(OPEN);

    private static final Set<String> NO_FAILURES = Set.of(OWED, AWAY, UNCONFIRMED, FULL);

    private final CacheStore store;
    private final LongSupplier nanoTime;
    private final StoreListener listener;
    private final int failuresToOpen;
    private final long firstRetryNanos;
    private final long retryNanos;

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean();

    /** How often it has opened. */
    private final AtomicLong opened = new AtomicLong();

    /** How long the next probe that fails keeps the circuit open. */
    private final AtomicLong patienceNanos = new AtomicLong();

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
        this.firstRetryNanos = retryNanos / FIRST_OF_RETRY;
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
        if (known instanceof Lookup.Unavailable unavailable
                && unavailable.detail().equals(AWAY)) {
            closeCircuit();
        } else if (known != null && !open.get() && isFailure(known)) {
            failed();
        }
        if (!open.get()) {
            return known;
        }
        return nanoTime.getAsLong() - probeAtNanos.get() >= 0 ? null : CIRCUIT_OPEN;
    }

    @Override
    public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        boolean probe = open.get();
        if (probe && !mayProbe()) {
            return CompletableFuture.completedFuture(CIRCUIT_OPEN);
        }
        long begun = nanoTime.getAsLong();
        return store.lookup(key, groups).whenComplete((found, failure) -> {
            boolean failed = found == null || isFailure(found);
            if (probe) {
                probed(failed);
            } else if (failed) {
                failed();
            }
            if (found != null && !(found instanceof Lookup.Unavailable)) {
                closeCircuit();
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
    public @Nullable CompletionStage<Optional<Filled>> filled(StoreKey key, StoredResponse response) {
        return store.filled(key, response);
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

    private boolean mayProbe() {
        long probeAt = probeAtNanos.get();
        long now = nanoTime.getAsLong();
        return now - probeAt >= 0 && probeAtNanos.compareAndSet(probeAt, now + retryNanos);
    }

    /** The circuit was open when it was sent, and is unless this was an answer. */
    private void probed(boolean failed) {
        if (failed) {
            patienceNanos.set(Math.min(retryNanos, 2 * patienceNanos.get()));
        }
        probeAtNanos.set(nanoTime.getAsLong() + patienceNanos.get());
    }

    private void closeCircuit() {
        if (failures.get() != 0) {
            failures.set(0);
        }
        open.set(false);
    }

    private static boolean isFailure(Lookup lookup) {
        return lookup instanceof Lookup.Unavailable unavailable && !NO_FAILURES.contains(unavailable.detail());
    }

    private void failed() {
        if (failures.incrementAndGet() >= failuresToOpen && !open.get()) {
            // Before the flag: nobody may see an open circuit with the time of an earlier probe.
            patienceNanos.set(firstRetryNanos);
            probeAtNanos.set(nanoTime.getAsLong() + firstRetryNanos);
            if (!open.getAndSet(true)) {
                opened.incrementAndGet();
            }
        }
    }
}
