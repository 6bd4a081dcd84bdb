package dev.larder.key;

import dev.larder.rules.Rules;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** What the names of query parameters mean to one route. Immutable. */
public final class QueryNames {

    /** What a query parameter is to a route. */
    public enum Role {
        /** A source of the key. */
        NAMED,
        /** Left out of the key, and of a fetch made to be stored. */
        IGNORED,
        /** Part of the key, although the key does not name it. */
        KEYED,
        /** Makes the request one that is not cached. */
        REFUSED
    }

    private final Set<String> named = new HashSet<>();
    private final Predicate<String> ignored;
    private final Role others;

    /** The names as a route's {@code key} and {@code query} have them. */
    public QueryNames(Rules.Route route) {
        for (Rules.KeySource source : route.key().values()) {
            if (source.from().value() instanceof Rules.Source.Query query) {
                named.add(query.name());
            }
        }
        ignored = ignored(route.query());
        others = switch (route.query().other()) {
            case BYPASS -> Role.REFUSED;
            case KEY -> Role.KEYED;
            case IGNORE -> Role.IGNORED;
        };
    }

    /** What the parameter of this decoded name is; what the key names is never ignored. */
    public Role roleOf(String name) {
        return named.contains(name) ? Role.NAMED : ignored.test(name) ? Role.IGNORED : others;
    }

    private static Predicate<String> ignored(Rules.QueryRule rule) {
        Set<String> exact = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        for (String name : rule.ignore()) {
            if (name.endsWith("*")) {
                prefixes.add(name.substring(0, name.length() - 1));
            } else {
                exact.add(name);
            }
        }
        return name -> exact.contains(name) || prefixes.stream().anyMatch(name::startsWith);
    }
}
