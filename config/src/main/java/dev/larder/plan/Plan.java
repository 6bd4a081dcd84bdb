package dev.larder.plan;

import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import dev.larder.purge.PurgeGroup;
import java.util.List;
import java.util.Optional;

/** What the rules say about one request before anything is known of the visitor. */
public sealed interface Plan {

    /**
     * The backend answers; nothing is stored.
     *
     * @param reason why
     * @param detail what it was about, e.g. the name of the parameter; holds no value that a visitor sent
     * @param route the route that matched, if one did
     */
    record Bypass(BypassReason reason, Optional<String> detail, Optional<RouteRule> route) implements Plan {}

    /** A GET or HEAD on a route: ask {@link RouteRule#derive} once it is known who asks. */
    record Read(RouteRule route) implements Plan {}

    /**
     * A request that purges something, or ends an identity.
     *
     * @param plan what to intend, to read and to purge
     */
    record Write(WritePlan plan) implements Plan {}

    /** What {@link RouteRule#derive} says. */
    sealed interface Derived {

        /**
         * It may be looked up and stored.
         *
         * @param key under which
         * @param groups the groups it belongs to, the route's own first; known from key and rules alone
         */
        record Cacheable(CacheKey key, List<PurgeGroup> groups) implements Derived {}

        /** It may not. */
        record Not(BypassReason reason, Optional<String> detail) implements Derived {}
    }
}
