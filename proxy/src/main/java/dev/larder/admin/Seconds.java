package dev.larder.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The last minutes by the second: what the counters have grown by. Fed from outside, so that requests pay nothing. Any
 * thread.
 */
final class Seconds {

    /** Ten minutes. */
    static final int MOST = 600;

    /** Counters of a moment, since the process began. */
    record Count(
            long requests, long hits, long lookups, long bypasses, long errors, long cachedMicros, long allMicros) {

        static final Count NONE = new Count(0, 0, 0, 0, 0, 0, 0);

        static Count of(RouteTraffic traffic) {
            return new Count(
                    traffic.requests(),
                    traffic.hits.sum() + traffic.stale.sum(),
                    traffic.lookups(),
                    traffic.bypasses.sum(),
                    traffic.errors.sum(),
                    traffic.cached.totalMicros(),
                    traffic.cached.totalMicros() + traffic.uncached.totalMicros());
        }

        Count plus(Count other) {
            return new Count(
                    requests + other.requests,
                    hits + other.hits,
                    lookups + other.lookups,
                    bypasses + other.bypasses,
                    errors + other.errors,
                    cachedMicros + other.cachedMicros,
                    allMicros + other.allMicros);
        }

        Count minus(Count other) {
            return new Count(
                    requests - other.requests,
                    hits - other.hits,
                    lookups - other.lookups,
                    bypasses - other.bypasses,
                    errors - other.errors,
                    cachedMicros - other.cachedMicros,
                    allMicros - other.allMicros);
        }
    }

    /**
     * One second.
     *
     * @param epochSecond when it ended
     * @param all over all routes
     * @param byRoute routes that had a request in it
     */
    record Second(long epochSecond, Count all, Map<String, Count> byRoute) {}

    /** Guarded by this, as the next. */
    private final Deque<Second> ring = new ArrayDeque<>();

    private final Map<String, Count> before = new HashMap<>();

    synchronized void tick(long epochSecond, Map<String, RouteTraffic> routes) {
        Count all = Count.NONE;
        Map<String, Count> byRoute = new HashMap<>();
        for (Map.Entry<String, RouteTraffic> route : routes.entrySet()) {
            Count now = Count.of(route.getValue());
            Count grown = now.minus(before.getOrDefault(route.getKey(), Count.NONE));
            before.put(route.getKey(), now);
            if (grown.requests > 0) {
                byRoute.put(route.getKey(), grown);
                all = all.plus(grown);
            }
        }
        ring.addLast(new Second(epochSecond, all, Map.copyOf(byRoute)));
        if (ring.size() > MOST) {
            ring.removeFirst();
        }
    }

    /** Those after a moment, the eldest first. */
    synchronized List<Second> since(long epochSecond) {
        return new ArrayList<>(ring)
                .stream().filter(second -> second.epochSecond() > epochSecond).toList();
    }
}
