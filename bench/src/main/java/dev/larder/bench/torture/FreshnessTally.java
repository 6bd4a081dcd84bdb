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

    /** Of one route, or of all. */
    record Share(long reads, long hits, long perfectHits) {
        Share plus(boolean hit, boolean perfectHit) {
            return new Share(reads + 1, hits + (hit ? 1 : 0), perfectHits + (perfectHit ? 1 : 0));
        }

        double hitPercent() {
            return reads == 0 ? 0 : 100.0 * hits / reads;
        }

        double perfectPercent() {
            return reads == 0 ? 0 : 100.0 * perfectHits / reads;
        }
    }

    private final Map<String, Share> routes = new TreeMap<>();
    private final Map<String, Integer> perfect = new HashMap<>();
    private final Map<Violation.Kind, Long> violations = new EnumMap<>(Violation.Kind.class);
    private final Map<String, Long> faults = new TreeMap<>();
    private final List<Long> micros = new ArrayList<>();
    private Share all = new Share(0, 0, 0);
    private long writes;
    private long explained;
    private long owed;

    synchronized void read(Asked asked, Page page, int version, boolean hit, long latencyMicros) {
        boolean perfectHit = false;
        if (page.shareable()) {
            Integer stored = perfect.put(page.owner() + " " + page.read(), version);
            perfectHit = stored != null && stored == version;
        }
        String route = asked.target().split("[?/]", 3)[1] + (asked.target().startsWith("/items/") ? "/{id}" : "");
        routes.merge(route, new Share(0, 0, 0).plus(hit, perfectHit), FreshnessTally::sum);
        all = all.plus(hit, perfectHit);
        if (micros.size() < 5_000_000) {
            micros.add(latencyMicros);
        }
    }

    private static Share sum(Share one, Share other) {
        return new Share(
                one.reads() + other.reads(), one.hits() + other.hits(), one.perfectHits() + other.perfectHits());
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
        return "%,d reads, %.1f %% hits (a perfect cache %.1f %%), %,d writes (%,d through a sidecar cut off from the store), %d stale, %d otherwise wrong, %,d failed as faults explain, faults %s"
                .formatted(
                        all.reads(),
                        all.hitPercent(),
                        all.perfectPercent(),
                        writes,
                        owed,
                        violations.getOrDefault(Violation.Kind.STALE, 0L),
                        violations.values().stream().mapToLong(Long::longValue).sum()
                                - violations.getOrDefault(Violation.Kind.STALE, 0L),
                        explained,
                        faults);
    }
}
