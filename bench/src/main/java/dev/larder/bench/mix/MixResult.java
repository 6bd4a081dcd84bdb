package dev.larder.bench.mix;

import dev.larder.bench.course.Statements;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came of a trace that was sent, after its warm-up. Filled by one thread, then read by another after a {@code
 * happens-before}. Latencies are in microseconds, from the time at which a call was due.
 */
public final class MixResult {
    /** How long one step of {@link #timeline} is. */
    public static final long SLICE_MILLIS = 5_000;

    private static final long LONGEST_MICROS = 60_000_000;

    /** How a call ended, for the latency tables. */
    public enum Kind {
        /** Answered from a cache, by its own word. */
        CACHED,
        /** A read that was not. */
        UNCACHED,
        WRITE
    }

    final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
    final Map<ReadRoute, PerfectCache.Share> routes = new EnumMap<>(ReadRoute.class);
    final Map<Integer, Long> statuses = new TreeMap<>();
    PerfectCache.Share reads = new PerfectCache.Share(0, 0);
    final List<PerfectCache.Share> timeline = new ArrayList<>();
    /** How often calls failed, by why. */
    final Map<String, Long> failures = new TreeMap<>();

    long unsent;
    long refusedWrites;
    Optional<Statements.Count> statements = Optional.empty();

    MixResult() {
        for (Kind kind : Kind.values()) {
            latencies.put(kind, new Histogram(LONGEST_MICROS, 3));
        }
    }

    void add(Call call, LoadClient.Reply reply, long micros) {
        statuses.merge(reply.status(), 1L, Long::sum);
        if (reply.status() == 0 || reply.status() >= 400) {
            failures.merge(reply.status() == 0 ? reply.body() : "status " + reply.status(), 1L, Long::sum);
            return;
        }
        Kind kind = Kind.WRITE;
        if (call instanceof Call.Read read) {
            kind = reply.hit() ? Kind.CACHED : Kind.UNCACHED;
            reads = reads.plus(reply.hit());
            routes.put(
                    read.route(),
                    routes.getOrDefault(read.route(), new PerfectCache.Share(0, 0))
                            .plus(reply.hit()));
        } else if (!reply.body().contains("\"success\":true") && !reply.body().contains("\"data\":")) {
            refusedWrites++;
        }
        latency(kind).recordValue(Math.min(micros, LONGEST_MICROS));
    }

    /** Notes what became of a read, whether it counts or is of the warm-up; by the trace's own time. */
    void note(Call call, LoadClient.Reply reply) {
        if (!(call instanceof Call.Read) || reply.status() == 0) {
            return;
        }
        int slice = (int) (call.atMillis() / SLICE_MILLIS);
        while (timeline.size() <= slice) {
            timeline.add(new PerfectCache.Share(0, 0));
        }
        timeline.set(slice, timeline.get(slice).plus(reply.hit()));
    }

    /** Reads and hits of each {@link #SLICE_MILLIS} of the trace's own time from its begin on, the warm-up among them. */
    public List<PerfectCache.Share> timeline() {
        return List.copyOf(timeline);
    }

    /** Latencies of one kind. */
    public Histogram latency(Kind kind) {
        Histogram latency = latencies.get(kind);
        if (latency == null) {
            throw new IllegalStateException("no histogram for " + kind);
        }
        return latency;
    }

    /** All reads that were answered, and how many of them by a cache. */
    public PerfectCache.Share reads() {
        return reads;
    }

    /** The same by route. */
    public Map<ReadRoute, PerfectCache.Share> routes() {
        return Map.copyOf(routes);
    }

    /** How many calls got each status; 0 is no answer. */
    public Map<Integer, Long> statuses() {
        return new TreeMap<>(statuses);
    }

    /** Calls without an answer, or with one of 400 and above. */
    public long failures() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What is said of calls that failed or were not sent: how many, and why. Empty where there are none. */
    public Optional<String> troubles() {
        List<String> troubles = new ArrayList<>();
        failures.forEach((why, count) -> troubles.add("%,d %s".formatted(count, why)));
        if (unsent > 0) {
            troubles.add("%,d could not be sent, since too many were under way".formatted(unsent));
        }
        return troubles.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", troubles));
    }

    /** Calls that were due but not sent, since too many were under way. */
    public long unsent() {
        return unsent;
    }

    /** Writes that the backend answered but did not do. */
    public long refusedWrites() {
        return refusedWrites;
    }

    /** SQL statements of the backend from the end of the warm-up on, where they were asked for. */
    public Optional<Statements.Count> statements() {
        return statements;
    }
}
