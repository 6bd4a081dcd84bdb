package dev.larder.purge;

import dev.larder.key.CacheKey;
import java.util.Map;
import java.util.SortedMap;

/**
 * The unit of invalidation: all stored responses of a route, those of a route with some key parameters fixed, or what is
 * known of visitors. A stored response belongs to a handful of groups, known from its key alone; a purge names groups.
 * The cost of a purge is the number of groups it names.
 *
 * <p>Names are injective: parts are escaped as in keys, so no two groups share one. {@code route:NAME}, {@code
 * route:NAME:p=v:q=w} with the parameters sorted; {@code identity:NAME}, {@code identity:NAME:claim=v}; {@code
 * credential:NAME:HASH}. A route's name holds no equals sign, so a parameter is never taken for a part of it.
 *
 * @param name the group's name
 * @param route the route it lies in, empty for what is known of visitors: any purge of a group of a route renews that
 *     route's change token
 */
public record PurgeGroup(String name, String route) {

    private static final String CREDENTIAL = "credential:";

    /** All stored responses of a route. */
    public static PurgeGroup ofRoute(String route) {
        return new PurgeGroup("route:" + route, route);
    }

    /**
     * The stored responses of a route whose key holds these values.
     *
     * @param fixed parameter to its value as keys hold it, escaped; without any it is the route's own group
     */
    public static PurgeGroup ofRoute(String route, SortedMap<String, String> fixed) {
        StringBuilder name = new StringBuilder("route:").append(route);
        for (Map.Entry<String, String> parameter : fixed.entrySet()) {
            name.append(':').append(parameter.getKey()).append('=').append(parameter.getValue());
        }
        return new PurgeGroup(name.toString(), route);
    }

    /**
     * What is known of whoever has one credential.
     *
     * @param identity of the rules file
     * @param hash of the credential
     */
    public static PurgeGroup ofCredential(String identity, String hash) {
        return new PurgeGroup(CREDENTIAL + identity + ":" + hash, "");
    }

    /** Whether it is what is known of whoever has one credential. */
    public boolean isCredential() {
        return route.isEmpty() && name.startsWith(CREDENTIAL);
    }

    /** What is known of all visitors by one identity of the rules file. */
    public static PurgeGroup ofIdentity(String identity) {
        return new PurgeGroup("identity:" + identity, "");
    }

    /**
     * What is known of visitors by one identity who have this claim.
     *
     * @param value the claim's text, not escaped
     */
    public static PurgeGroup ofIdentity(String identity, String claim, String value) {
        return new PurgeGroup("identity:" + identity + ":" + CacheKey.escape(claim) + "=" + CacheKey.escape(value), "");
    }
}
