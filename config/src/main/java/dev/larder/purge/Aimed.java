package dev.larder.purge;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one aim of a purge reaches in one place, compiled. Immutable. */
sealed interface Aimed {

    /** The variables that say how narrow it is. */
    Set<String> variables();

    /**
     * Stored responses of a route.
     *
     * @param fixed key parameters with their one value; without any it is the whole route
     */
    record OfRoute(String route, SortedMap<String, FixedValue> fixed) implements Aimed {

        public OfRoute {
            fixed = new TreeMap<>(fixed);
        }

        @Override
        public Set<String> variables() {
            return variablesOf(fixed.values());
        }
    }

    /**
     * What is known of visitors.
     *
     * @param claims claim to its text; without any it is everybody
     */
    record OfIdentity(String identity, SortedMap<String, ValueTemplate> claims) implements Aimed {

        public OfIdentity {
            claims = new TreeMap<>(claims);
        }

        @Override
        public Set<String> variables() {
            SortedSet<String> names = new TreeSet<>();
            for (ValueTemplate claim : claims.values()) {
                names.addAll(claim.variables());
            }
            return names;
        }
    }

    private static Set<String> variablesOf(Iterable<FixedValue> values) {
        SortedSet<String> names = new TreeSet<>();
        for (FixedValue value : values) {
            names.addAll(value.variables());
        }
        return names;
    }

    /** The same without what depends on one of these variables. */
    static SortedSet<String> without(Map<String, FixedValue> fixed, Set<String> unreadable) {
        SortedSet<String> left = new TreeSet<>();
        fixed.forEach((parameter, value) -> {
            if (value.variables().stream().noneMatch(unreadable::contains)) {
                left.add(parameter);
            }
        });
        return left;
    }
}
