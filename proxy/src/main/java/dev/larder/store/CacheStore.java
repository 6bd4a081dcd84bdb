package dev.larder.store;

import dev.larder.http.StoredHead;
import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where responses are stored. Written for implementers: {@code CacheStoreContract} in the tests says the rest.
 *
 * <p>Any thread may call any method; none blocks. A stage may complete on any thread: the caller hops to its own event
 * loop. No stage completes exceptionally because the server is away: what cannot be done is a result that says so, with
 * one exception named at {@link Intent}. No method throws for contents of the store: what cannot be read is a miss.
 */
public interface CacheStore extends AutoCloseable {

    /**
     * The same as {@link #lookup} where it can be said at once from memory, else null. Event loops call it on every
     * request: it does not block and takes no contended lock for longer than a map access.
     */
    @Nullable
    Lookup peek(StoreKey key, List<PurgeGroup> groups);

    /**
     * What is stored under the key for this visitor's fields, checked against the current epochs of {@code groups}, in
     * one round trip. {@code groups} always begins with the route's own group. If nothing usable is there, the epochs
     * in the answer exist and were read before it completed.
     */
    CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups);

    /**
     * The epochs of groups, created where they are missing, then the change token of the route of the first group, in
     * that order. With an empty {@code groups} there is only the change token of {@code route}.
     *
     * @return null where the store cannot say
     */
    CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups);

    /**
     * Stores a response; replaces the one that the same site and the same varied fields would choose. Refused where
     * its epochs are no longer current or a hold stands.
     *
     * @param timeToLive after which it may be dropped: freshness lifetime and stale windows
     */
    CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive);

    /**
     * Asks, before a fetch that others may wait for, whether this process is to make it or another sidecar already does.
     *
     * @param flight what is fetched, asked for where there is somebody else: two requests with the same text may share a response
     * @param patience how long another one's fetch is waited for
     * @return null where there is nobody else to ask for it; else a stage that completes with who fetches: in one round trip,
     *     or when another one's fetch has ended, or patience has
     */
    default @Nullable CompletionStage<Leadership> lead(Supplier<String> flight, Duration patience) {
        return null;
    }

    /**
     * Announces a write: if this process dies before the intent is ended, the groups are purged once its lease has run
     * out. It hides nothing. The stage completes when the intent stands.
     */
    CompletionStage<Intent> intend(Collection<PurgeGroup> groups);

    /**
     * Whom writes that are under way through other sidecars may be changing, as groups without a route. Asked when a response has
     * come and before it is stored.
     *
     * @return null where the store cannot say
     */
    default CompletionStage<@Nullable Collection<PurgeGroup>> changing() {
        return CompletableFuture.completedStage(List.of());
    }

    /**
     * Who is told of what other sidecars of the store purge. Before the first request, once.
     *
     * @param listener called on any thread; does not block
     */
    void listen(PurgeListener listener);

    /**
     * Whether this process hears of every purge in time, so that it may use what it knows beside the store: copies of what
     * is stored, and who visitors are. True as well while nothing stored can be had.
     */
    boolean inTouch();

    /**
     * The rules in force here are about to be others. The stage completes when the other sidecars of the store know, or
     * there is no way to tell them; never exceptionally.
     */
    default CompletionStage<?> announceRules() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * The rules that were announced are in force here from now on.
     *
     * @param purged whether all that the rules before them store otherwise has been purged; if not, the first purge to come
     *     reaches everything
     */
    default void rulesInForce(boolean purged) {}

    /**
     * What is stored, a page at a time, in no order; what is there from the first page to the last is in one of them. Each page
     * costs a bounded amount of work, so one may hold few entries, or none.
     *
     * @param cursor of the page before, empty for the first
     * @param most entries in the page
     * @return null where this store cannot list what it holds
     */
    default @Nullable CompletionStage<StoredPage> list(String cursor, int most) {
        return null;
    }

    /**
     * A page.
     *
     * @param cursor for the next one; empty where this is the last
     * @param expired whether the cursor that was asked with is not known any more, so that one has to begin anew
     */
    record StoredPage(List<StoredEntry> entries, String cursor, boolean expired) {}

    /**
     * One stored response, without its body.
     *
     * @param key its text, or the name that stands for a long one in the store
     * @param bytes about what it takes
     * @param known where the store can say so without reading the response
     * @param keptUntil when the store drops it by itself, by its own clock, where it says so
     * @param filled who stored it, where that may have been another sidecar and the store says so
     */
    record StoredEntry(
            String key,
            String site,
            String route,
            long bytes,
            @Nullable Known known,
            @Nullable Instant keptUntil,
            @Nullable Filled filled) {}

    /**
     * Who stored a response, and when.
     *
     * @param by what the sidecar is called
     * @param at when the head arrived there, by its clock
     * @param lifetime the freshness lifetime that it had then
     */
    record Filled(String by, Instant at, Duration lifetime) {}

    /**
     * Who stored a response that was looked up under this key: asked of the store, and empty where it does not say so, or holds
     * another one by now.
     *
     * @return null where nobody but this process stores anything here
     */
    default @Nullable CompletionStage<Optional<Filled>> filled(StoreKey key, StoredResponse response) {
        return null;
    }

    /**
     * What is known of a stored response.
     *
     * @param fingerprint of the rule under which it was stored
     * @param purged whether it is dead and waits to be removed
     */
    record Known(StoredHead head, String fingerprint, boolean purged) {}

    /** What is there now, for health and {@code stats}. */
    StoreStatus status();

    /** What goes on within, for gauges. Cheap. */
    default Inside inside() {
        return Inside.NOTHING;
    }

    @Override
    void close();

    /** How storing ended. */
    enum PutResult {
        STORED,
        /** A purge came between. */
        PURGED,
        /** A hold stands on one of its groups. */
        HELD,
        /** No room: larger than what one response may take, or the store is full. */
        TOO_LARGE,
        /** The store is away, or refused. */
        UNAVAILABLE
    }

    /**
     * The state of a store.
     *
     * @param kind {@code memory} or {@code redis}
     * @param usable whether lookups can be answered
     * @param entries how many stored responses, -1 where not known
     * @param bytes what they take, -1 where not known
     * @param owedPurges purges that wait for the store to come back
     * @param owedSince since when the longest of these waits; empty where none does
     * @param sweep how what is dead leaves the store; null where nothing needs to be swept
     * @param detail for a person
     */
    record StoreStatus(
            String kind,
            boolean usable,
            long entries,
            long bytes,
            int owedPurges,
            Optional<Instant> owedSince,
            @Nullable Sweep sweep,
            String detail) {

        /** Of a store to which nothing is owed, and that is not swept. */
        public StoreStatus(String kind, boolean usable, long entries, long bytes, int owedPurges, String detail) {
            this(kind, usable, entries, bytes, owedPurges, Optional.empty(), null, detail);
        }
    }

    /**
     * How what is dead leaves a store. All sidecars of the store count together, and approximately.
     *
     * @param dead responses found whose epochs are not current any more, or whose time is over
     * @param removed of these and of {@code evicted}, how many have been removed
     * @param evicted responses chosen to make room
     * @param lastMillis when the last complete sweep began, in milliseconds since 1970 by the store's clock; 0 where there was none
     * @param tookMillis how long it took
     * @param refused responses that were not stored for want of room, by this process
     * @param commandsPerHour the most that sweeping costs
     */
    record Sweep(
            long dead,
            long removed,
            long evicted,
            long lastMillis,
            long tookMillis,
            long refused,
            long commandsPerHour) {}

    /**
     * What goes on within a store, for gauges.
     *
     * @param nearEntries copies in this process of what lies elsewhere
     * @param nearBytes what they take, estimated
     * @param members sidecars that share the store as far as is known, this one included; 0 where there is nothing to share, or while
     *     this one is no member
     * @param intents writes of this process that the store has been told of and that are not over
     * @param circuitOpen whether the store is being left alone because it failed
     * @param circuitOpened how often that has begun
     */
    record Inside(long nearEntries, long nearBytes, int members, int intents, boolean circuitOpen, long circuitOpened) {

        static final Inside NOTHING = new Inside(0, 0, 0, 0, false, 0);
    }
}
