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
    private final int failuresToOpen;
    private final long retryNanos;

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean();

    /** When a probe may go, meaningful while the circuit is open; who moves it on sends the probe. */
    private final AtomicLong probeAtNanos = new AtomicLong();

    /**
     * A closed circuit.
     *
     * @param nanoTime the monotonic clock, in nanoseconds
     */
    public StoreGuard(CacheStore store, Settings.Store settings, LongSupplier nanoTime) {
        this.store = store;
        this.nanoTime = nanoTime;
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
        return store.lookup(key, groups).whenComplete((found, failure) -> {
            if (found == null) {
                failed();
            } else {
                note(found);
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
        return store.put(key, response, timeToLive);
    }

    @Override
    public @Nullable CompletionStage<Leadership> lead(String flight, Duration patience) {
        return open.get() ? null : store.lead(flight, patience);
    }

    @Override
    public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        return store.intend(groups);
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
        if (lookup instanceof Lookup.Unavailable unavailable) {
            if (!NO_FAILURES.contains(unavailable.detail())) {
                failed();
            }
            return;
        }
        if (failures.get() != 0) {
            failures.set(0);
        }
        open.set(false);
    }

    private void failed() {
        if (failures.incrementAndGet() >= failuresToOpen) {
            // Before the flag: nobody may see an open circuit with the time of an earlier probe.
            probeAtNanos.set(nanoTime.getAsLong() + retryNanos);
            open.set(true);
        }
    }
}
