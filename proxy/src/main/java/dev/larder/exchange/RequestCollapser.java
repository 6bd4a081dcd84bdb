package dev.larder.exchange;

import dev.larder.purge.PurgeGroup;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes concurrent misses for one key one origin fetch, and remembers for a while which keys turned out not to be
 * storable, so that their requests do not wait for each other. Any thread.
 *
 * <p>A purge dooms the flights of its groups before the write is answered: a reader that comes after the write finds no
 * flight that began before it. Those who joined earlier asked earlier, and may have its answer.
 */
public final class RequestCollapser {

    /** How long a key stays remembered as not storable. */
    private static final long NOT_STORABLE_NANOS = 2_000_000_000L;

    /** How many keys are remembered; beyond that, all are forgotten, which costs one fetch each. */
    private static final int NOT_STORABLE_KEYS = 10_000;

    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<FlightKey, Flight> flights = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Sought, Long> notStorable = new ConcurrentHashMap<>();

    /** Nothing under way yet. */
    public RequestCollapser(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * What a response would be an answer to, also between two rulebooks. Of texts that are there anyway and know their hashes, since
     * each miss looks for it more than once.
     *
     * @param fingerprint of the route; holds no blank
     * @param site holds no blank
     * @param key in its readable form
     */
    record Sought(String fingerprint, String site, String key) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Sought sought
                    && key.equals(sought.key)
                    && site.equals(sought.site)
                    && fingerprint.equals(sought.fingerprint);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * key.hashCode() + site.hashCode()) + fingerprint.hashCode();
        }
    }

    /**
     * What makes two requests share a flight.
     *
     * @param variant the varied fields where these are known
     * @param incarnation of the store's server, and
     * @param tokens the epochs that both have read: whoever has seen a purge never joins a fetch that began before it, not
     *     even one that was purged by another sidecar
     */
    record FlightKey(Sought sought, String variant, String incarnation, Map<String, String> tokens) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FlightKey key
                    && sought.equals(key.sought)
                    && variant.equals(key.variant)
                    && incarnation.equals(key.incarnation)
                    && tokens.equals(key.tokens);
        }

        /** By what is sought: with other epochs it is sought at the same time only around a purge. */
        @Override
        public int hashCode() {
            return 31 * sought.hashCode() + variant.hashCode();
        }

        /** The same as one text, for other sidecars. */
        String shared() {
            StringBuilder all = new StringBuilder(sought.fingerprint)
                    .append(' ')
                    .append(sought.site)
                    .append(' ')
                    .append(sought.key)
                    .append(variant)
                    .append("\n\n")
                    .append(sought.fingerprint)
                    .append('\n')
                    .append(incarnation);
            new TreeMap<>(tokens)
                    .forEach((group, token) ->
                            all.append('\n').append(group).append(' ').append(token));
            return all.toString();
        }
    }

    /**
     * The flight of a key, begun if there is none.
     *
     * @param leads whether the caller has begun it, and must end and {@linkplain #land land} it
     */
    record Joined(Flight flight, boolean leads) {}

    Joined join(FlightKey key, List<PurgeGroup> groups) {
        Flight begun = new Flight(key, groups);
        Flight present = flights.putIfAbsent(key, begun);
        return present == null ? new Joined(begun, true) : new Joined(present, false);
    }

    /** What the flight fetched can be found in the store now, or never will be: the next reader begins anew. */
    void land(Flight flight) {
        flights.remove(flight.key(), flight);
    }

    /** No later reader joins a flight of these groups. */
    void doom(Collection<PurgeGroup> purged) {
        if (flights.isEmpty() || purged.isEmpty()) {
            return;
        }
        Set<String> names = purged.stream().map(PurgeGroup::name).collect(Collectors.toSet());
        flights.values().removeIf(flight -> flight.isIn(names));
    }

    /** No later reader joins any flight that is under way. */
    void doomAll() {
        flights.clear();
    }

    void rememberNotStorable(Sought what) {
        if (notStorable.size() >= NOT_STORABLE_KEYS) {
            notStorable.clear();
        }
        notStorable.put(what, nanoTime.getAsLong());
    }

    boolean isNotStorable(Sought what) {
        Long since = notStorable.get(what);
        if (since == null) {
            return false;
        }
        if (nanoTime.getAsLong() - since < NOT_STORABLE_NANOS) {
            return true;
        }
        notStorable.remove(what, since);
        return false;
    }

    /** Requests that wait for another one's fetch. */
    public int followers() {
        return flights.values().stream().mapToInt(Flight::followers).sum();
    }

    /** Fetches under way. */
    public int flights() {
        return flights.size();
    }
}
