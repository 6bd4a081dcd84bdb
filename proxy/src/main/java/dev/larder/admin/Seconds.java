package dev.larder.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** Routes of one second that are told apart, the busiest: a bound on memory where a file has very many. */
    static final int MOST_ROUTES = 50;

    /** Counters of a moment, since the process began. Times are in microseconds. */
    record Count(
            long requests,
            long hits,
            long lookups,
            long bypasses,
            long writes,
            long errors,
            long failed,
            long bytes,
            long expired,
            long expiredMicros,
            long cachedMicros,
            long allMicros) {

        static final Count NONE = new Count(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        static Count of(RouteTraffic traffic) {
            return new Count(
                    traffic.requests(),
                    traffic.hits.sum() + traffic.stale.sum(),
                    traffic.lookups(),
                    traffic.bypasses.sum(),
                    traffic.writes.sum(),
                    traffic.errors.sum(),
                    traffic.failed.sum(),
                    traffic.bytes.sum(),
                    traffic.expired.sum(),
                    traffic.expiredOriginMicros.sum(),
                    traffic.cached.totalMicros(),
                    traffic.cached.totalMicros() + traffic.uncached.totalMicros());
        }

        Count plus(Count other) {
            return sum(other, 1);
        }

        Count minus(Count other) {
            return sum(other, -1);
        }

        private Count sum(Count other, int sign) {
            return new Count(
                    requests + sign * other.requests,
                    hits + sign * other.hits,
                    lookups + sign * other.lookups,
                    bypasses + sign * other.bypasses,
                    writes + sign * other.writes,
                    errors + sign * other.errors,
                    failed + sign * other.failed,
                    bytes + sign * other.bytes,
                    expired + sign * other.expired,
                    expiredMicros + sign * other.expiredMicros,
                    cachedMicros + sign * other.cachedMicros,
                    allMicros + sign * other.allMicros);
        }
    }

    /** What half, and nineteen in twenty, of the answers of a second did not exceed, from the store and otherwise; 0 where there were none. */
    record Spread(double cachedHalf, double cachedMost, double uncachedHalf, double uncachedMost) {}

    /**
     * One second.
     *
     * @param epochSecond when it ended
     * @param all over all routes
     * @param spread over all routes, in milliseconds
     * @param byRoute routes that had a request in it
     * @param spreads of these
     */
    record Second(
            long epochSecond, Count all, Spread spread, Map<String, Count> byRoute, Map<String, Spread> spreads) {}

    /** Lengths of a route's answers up to a moment. */
    private record Lengths(long[] cached, long[] uncached) {

        static final Lengths NONE = new Lengths(new long[Latencies.COUNTS], new long[Latencies.COUNTS]);

        static Lengths of(RouteTraffic traffic) {
            return new Lengths(traffic.cached.now(), traffic.uncached.now());
        }

        Lengths sum(Lengths other, int sign) {
            return new Lengths(sum(cached, other.cached, sign), sum(uncached, other.uncached, sign));
        }

        private static long[] sum(long[] one, long[] other, int sign) {
            long[] sum = new long[one.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = one[i] + sign * other[i];
            }
            return sum;
        }

        Spread spread() {
            return new Spread(
                    Latencies.percentileMillis(cached, 50),
                    Latencies.percentileMillis(cached, 95),
                    Latencies.percentileMillis(uncached, 50),
                    Latencies.percentileMillis(uncached, 95));
        }
    }

    private record Moment(Count count, Lengths lengths) {
        static final Moment START = new Moment(Count.NONE, Lengths.NONE);
    }

    private record Grown(String route, Count count, Lengths lengths) {}

    /** Guarded by this, as the next. */
    private final Deque<Second> ring = new ArrayDeque<>();

    private final Map<String, Moment> before = new HashMap<>();

    synchronized void tick(long epochSecond, Map<String, RouteTraffic> routes) {
        Count all = Count.NONE;
        Lengths lengths = Lengths.NONE;
        List<Grown> grown = new ArrayList<>();
        for (Map.Entry<String, RouteTraffic> route : routes.entrySet()) {
            Moment then = before.getOrDefault(route.getKey(), Moment.START);
            Count now = Count.of(route.getValue());
            if (now.requests > then.count.requests) {
                Moment moment = new Moment(now, Lengths.of(route.getValue()));
                before.put(route.getKey(), moment);
                Grown one = new Grown(route.getKey(), now.minus(then.count), moment.lengths.sum(then.lengths, -1));
                grown.add(one);
                all = all.plus(one.count);
                lengths = lengths.sum(one.lengths, 1);
            }
        }
        grown.sort(Comparator.comparingLong((Grown one) -> one.count.requests).reversed());
        Map<String, Count> counts = new HashMap<>();
        Map<String, Spread> spreads = new HashMap<>();
        for (Grown one : grown.subList(0, Math.min(MOST_ROUTES, grown.size()))) {
            counts.put(one.route, one.count);
            spreads.put(one.route, one.lengths.spread());
        }
        // Two ticks can fall into one second of the clock, and the clock be set back: who asks by the last one misses
        // none.
        Second last = ring.peekLast();
        long at = last == null ? epochSecond : Math.max(epochSecond, last.epochSecond + 1);
        ring.addLast(new Second(at, all, lengths.spread(), Map.copyOf(counts), Map.copyOf(spreads)));
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
