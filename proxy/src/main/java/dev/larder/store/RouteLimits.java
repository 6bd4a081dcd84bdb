package dev.larder.store;

import java.util.OptionalLong;

/** How many stored responses a route may have ({@code max-entries}). Asked on each put, from any thread. */
@FunctionalInterface
public interface RouteLimits {

    /** No route is limited. */
    RouteLimits NONE = route -> OptionalLong.empty();

    /** The bound of the route of this name; empty where it has none. */
    OptionalLong maxEntries(String route);
}
