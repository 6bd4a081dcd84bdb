package dev.larder.bench.torture;

import dev.larder.bench.torture.Violation.Kind;
import java.util.EnumMap;
import java.util.Map;

/** What is counted. Written on the clients' loop, read anywhere. */
final class Tally {
    private long requests;
    private long reads;
    private long hits;
    private long writes;
    private long signOuts;
    private long roleChanges;
    private long mishaps;
    private long unanswered;
    private final Map<Kind, Long> violations = new EnumMap<>(Kind.class);

    synchronized void count(Asked asked, Got got) {
        requests++;
        if (asked.isWrite()) {
            writes++;
            signOuts +=
                    asked.target().equals("/session/sign-out") || asked.target().equals("/session/switch") ? 1 : 0;
            roleChanges += asked.target().equals("/admin/roles") ? 1 : 0;
        } else {
            reads++;
            hits += got.hit() ? 1 : 0;
        }
    }

    /** An error or a lost answer that the backend is to blame for. */
    synchronized void countMishap() {
        mishaps++;
    }

    /** Sent ahead, and the connection was closed after an earlier answer that said so. */
    synchronized void countUnanswered() {
        unanswered++;
    }

    synchronized void count(Kind kind) {
        violations.merge(kind, 1L, Long::sum);
    }

    synchronized long requests() {
        return requests;
    }

    synchronized long hits() {
        return hits;
    }

    synchronized long writes() {
        return writes;
    }

    synchronized long violations() {
        return violations.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized long violations(Kind kind) {
        return violations.getOrDefault(kind, 0L);
    }

    /** Of reads, per cent. */
    synchronized double hitPercent() {
        return reads == 0 ? 0 : 100.0 * hits / reads;
    }

    /** For a person, in one line. */
    synchronized String line() {
        return "%,d requests, %.1f %% of the reads hits, %,d writes (%,d ended or switched sessions, %,d changed roles), %,d errors that the backend explains, %,d sent ahead and not taken, %d wrong answers"
                .formatted(
                        requests,
                        hitPercent(),
                        writes,
                        signOuts,
                        roleChanges,
                        mishaps,
                        unanswered,
                        violations.values().stream().mapToLong(Long::longValue).sum());
    }
}
