package dev.larder.key;

import dev.larder.rules.Rules;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What keys a route can write: its name and its sorted, typed parameters. Immutable.
 *
 * @param route the route's name
 * @param parameters by name, sorted
 * @param open whether further query parameters join the key ({@code other: key}), as parameters {@code ?NAME}
 */
public record KeyShape(String route, SortedMap<String, Rules.KeySource> parameters, boolean open) {

    /** Copies the parameters. */
    public KeyShape {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** The shape of the keys that a route writes. */
    public static KeyShape of(Rules.Route route) {
        return new KeyShape(
                route.name().value(), new TreeMap<>(route.key()), route.query().other() == Rules.OtherQuery.KEY);
    }
}
