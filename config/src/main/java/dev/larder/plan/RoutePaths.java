package dev.larder.plan;

import dev.larder.http.Target;
import dev.larder.purge.Variables;
import dev.larder.route.RouteTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which routes store responses of a path. Immutable. */
final class RoutePaths {

    private final RouteTable table;
    private final List<RouteRule> routes;

    RoutePaths(RouteTable table, List<RouteRule> routes) {
        this.table = table;
        this.routes = List.copyOf(routes);
    }

    /** The route of a path that is not in doubt. */
    Optional<RouteRule> only(String authority, Target target) {
        return table.match(authority, target.segments()).map(match -> routes.get(match.index()));
    }

    /**
     * Every route that stores responses of some reading of the path, with what the readings agree on of its variables.
     * Nothing is stored of a path in doubt, but what one reading of it says is stored under the plain path.
     */
    Map<RouteRule, Variables> of(String authority, Target target) {
        Map<RouteRule, Variables> found = new LinkedHashMap<>();
        List<List<String>> readings = target.readings();
        if (readings.isEmpty()) {
            for (RouteRule route : routes) {
                found.put(
                        route, new Variables(PathMatch.inDoubt(route.template()).variables()));
            }
            return found;
        }
        Map<Integer, List<Map<String, String>>> byRoute = new LinkedHashMap<>();
        for (List<String> reading : readings) {
            table.match(authority, reading)
                    .ifPresent(match -> byRoute.computeIfAbsent(match.index(), index -> new ArrayList<>())
                            .add(match.variables()));
        }
        byRoute.forEach((index, matches) -> found.put(routes.get(index), new Variables(PathMatch.merged(matches))));
        return found;
    }
}
