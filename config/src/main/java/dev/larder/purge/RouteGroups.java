package dev.larder.purge;

import dev.larder.key.CacheKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The groups that the stored responses of one route belong to: the route's own, and one for each set of parameters that
 * some purge may fix. Reading and purging share it, so that a purge never names a group that no stored response is in.
 * Immutable.
 */
public final class RouteGroups {

    private final String route;
    private final PurgeGroup own;
    private final List<PurgeGroup> onlyOwn;

    /** Sets of parameters, the largest first, and alphabetically among those of one size. */
    private final String[][] patterns;

    RouteGroups(String route, Collection<? extends SortedSet<String>> patterns) {
        this.route = route;
        this.own = PurgeGroup.ofRoute(route);
        this.onlyOwn = List.of(own);
        List<SortedSet<String>> sorted = new ArrayList<>();
        for (SortedSet<String> pattern : patterns) {
            SortedSet<String> copy = new TreeSet<>(pattern);
            if (!copy.isEmpty() && !sorted.contains(copy)) {
                sorted.add(copy);
            }
        }
        sorted.sort(Comparator.<SortedSet<String>>comparingInt(SortedSet::size)
                .reversed()
                .thenComparing(pattern -> String.join(":", pattern)));
        this.patterns =
                sorted.stream().map(pattern -> pattern.toArray(new String[0])).toArray(String[][]::new);
    }

    /**
     * The groups of what is stored under a key, the route's own first. Asked for on every hit.
     *
     * @param key of this route, so that every parameter of a pattern has its value there
     */
    public List<PurgeGroup> of(CacheKey key) {
        if (patterns.length == 0) {
            return onlyOwn;
        }
        List<PurgeGroup> groups = new ArrayList<>(patterns.length + 1);
        groups.add(own);
        for (String[] pattern : patterns) {
            groups.add(named(pattern, key::value));
        }
        return groups;
    }

    /**
     * The narrowest group that holds everything whose key has these values; the route's own where none is narrower.
     *
     * @param known parameter to escaped value
     */
    PurgeGroup around(SortedMap<String, String> known) {
        for (String[] pattern : patterns) {
            if (known.keySet().containsAll(List.of(pattern))) {
                return named(pattern, known::get);
            }
        }
        return own;
    }

    /** The sets of parameters, as part of what a route's fingerprint covers. */
    public List<String> patterns() {
        return Arrays.stream(patterns).map(pattern -> String.join(":", pattern)).toList();
    }

    /** The same name as {@link PurgeGroup#ofRoute(String, SortedMap)} gives, without a map in between. */
    private PurgeGroup named(String[] pattern, Function<String, @Nullable String> values) {
        StringBuilder name = new StringBuilder(64).append(own.name());
        for (String parameter : pattern) {
            name.append(':')
                    .append(parameter)
                    .append('=')
                    .append(Objects.requireNonNull(values.apply(parameter), parameter));
        }
        return new PurgeGroup(name.toString(), route);
    }
}
