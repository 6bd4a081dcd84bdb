package dev.larder.key;

import dev.larder.rules.Rules;
import java.util.SortedMap;

/**
 * What keys a route can write: its name and its sorted, typed parameters.
 *
 * @param route the route's name
 * @param parameters by name, sorted
 * @param open whether further query parameters join the key ({@code other: key})
 */
public record KeyShape(String route, SortedMap<String, Rules.KeySource> parameters, boolean open) {}
