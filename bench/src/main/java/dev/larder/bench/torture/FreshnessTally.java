package dev.larder.bench.torture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is counted, and what a perfect cache would have reached on the very same requests: exact invalidation, unbounded
 * memory, one for all sidecars. Written on the clients' loop, read anywhere.
 */
final class FreshnessTally {

    /**
     * Of one route, or of all.
     *
     * @param perfectHits what a cache that knows the versions would have reached, and
     * @param carefulHits what one that keeps its promises could have, see {@link CarefulCache}
     */
    record Share(long reads, long hits, long perfectHits, long carefulHits) {
        static final Share NONE = new Share(0, 0, 0, 0);

        Share plus(Share other) {
            return new Share(
                    reads + other.reads,
                    hits + other.hits,
                    perfectHits + other.perfectHits,
                    carefulHits + other.carefulHits);
        }

        double hitPercent() {
            return reads == 0 ? 0 : 100.0 * hits / reads;
        }

        double perfectPercent() {
            return reads == 0 ? 0 : 100.0 * perfectHits / reads;
        }

        double carefulPercent() {
            return reads == 0 ? 0 : 100.0 * carefulHits / reads;
        }
    }

    private final Map<String, Share> routes = new TreeMap<>();
    private final Map<String, Integer> perfect = new HashMap<>();
    private final Map<Violation.Kind, Long> violations = new EnumMap<>(Violation.Kind.class);
    private final Map<String, Long> faults = new TreeMap<>();
    private final List<Long> micros = new ArrayList<>();
    private final Misses misses = new Misses();
    private Share all = Share.NONE;
    private long writes;
    private long explained;
    private long owed;

    /** A read whose answer came to its end; {@code careful} says whether a careful cache could have answered it. */
    synchronized void read(Asked asked, Got got, Page page, int version, boolean careful, long latencyMicros) {
        boolean perfectHit = false;
        if (page.shareable()) {
            Integer stored = perfect.put(page.owner() + " " + page.read(), version);
            perfectHit = stored != null && stored == version;
        }
        String route = asked.target().split("[?/]", 3)[1] + (asked.target().startsWith("/items/") ? "/{id}" : "");
        Share one = new Share(1, got.hit() ? 1 : 0, perfectHit ? 1 : 0, careful ? 1 : 0);
        routes.merge(route, one, Share::plus);
        all = all.plus(one);
        if (!got.hit()) {
            misses.add(route, got, careful);
        }
        if (micros.size() < 5_000_000) {
            micros.add(latencyMicros);
        }
    }

    Misses misses() {
        return misses;
    }

    synchronized void write() {
        writes++;
    }

    /** A write through a sidecar that alone was cut off from the store: its purge is owed until that is over. */
    synchronized void owed() {
        owed++;
    }

    synchronized long owedWrites() {
        return owed;
    }

    /** A lost answer or an error that a fault explains. */
    synchronized void explained() {
        explained++;
    }

    synchronized void wrong(Violation.Kind kind) {
        violations.merge(kind, 1L, Long::sum);
    }

    synchronized void fault(Fault fault) {
        faults.merge(fault.title(), 1L, Long::sum);
    }

    synchronized long violations(Violation.Kind kind) {
        return violations.getOrDefault(kind, 0L);
    }

    synchronized long violations() {
        return violations.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized Share all() {
        return all;
    }

    synchronized Map<String, Share> routes() {
        return new TreeMap<>(routes);
    }

    synchronized Map<String, Long> faults() {
        return new TreeMap<>(faults);
    }

    synchronized long writes() {
        return writes;
    }

    synchronized long explainedFailures() {
        return explained;
    }

    /** Of reads, from sending to the whole answer. */
    synchronized long latencyMicros(double percentile) {
        if (micros.isEmpty()) {
            return 0;
        }
        List<Long> sorted = micros.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, percentile / 100 * sorted.size()));
    }

    synchronized String line() {
        return "%,d reads, %.1f %% hits (a perfect cache %.1f %%, a careful one %.1f %%), %,d writes (%,d through a sidecar cut off from the store), %d stale, %d otherwise wrong, %,d failed as faults explain, faults %s"
                .formatted(
                        all.reads(),
                        all.hitPercent(),
                        all.perfectPercent(),
                        all.carefulPercent(),
                        writes,
                        owed,
                        violations.getOrDefault(Violation.Kind.STALE, 0L),
                        violations.values().stream().mapToLong(Long::longValue).sum()
                                - violations.getOrDefault(Violation.Kind.STALE, 0L),
                        explained,
                        faults);
    }
}
