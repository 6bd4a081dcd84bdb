package dev.larder.store.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.store.StoreKey;
import dev.larder.store.Vary;
import java.util.List;

/**
 * By which fields the responses of a route and site were last seen to vary: a guess that saves a trip where it is right,
 * which it nearly always is. Bounded; any thread.
 */
final class VaryMemory {

    private static final int ROUTES_AND_SITES = 10_000;

    private record Place(String route, String site) {}

    private record Known(String text, Vary vary) {}

    private final Cache<Place, Known> seen = Caffeine.newBuilder()
            .maximumSize(ROUTES_AND_SITES)
            .executor(Runnable::run)
            .build();

    Vary likely(StoreKey key) {
        Known known = seen.getIfPresent(place(key));
        return known == null ? Vary.NONE : known.vary;
    }

    /** What a stored list of names says. */
    Vary learn(StoreKey key, String text) {
        Known known = seen.getIfPresent(place(key));
        if (known != null && known.text.equals(text)) {
            return known.vary;
        }
        Vary vary = text.isEmpty() ? Vary.NONE : Vary.of(List.of(text.split(",", -1)));
        seen.put(place(key), new Known(text, vary));
        return vary;
    }

    static String text(Vary vary) {
        return String.join(",", vary.names());
    }

    private static Place place(StoreKey key) {
        return new Place(key.key().route(), key.site());
    }
}
