package dev.larder.bench.speed;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Counts the saturating slices in which the load was at its limit while the proxy was not: what they show is not what the proxy can do. For
 * one thread.
 */
final class LoadBound {
    /** A proxy whose core idles that much could have done more. */
    private static final double IDLE = 0.1;
    /** A core, or a thread that sends, that has no more than this left is at its limit. */
    private static final double NOTHING_LEFT = 0.05;

    private final OptionalInt proxyCore;
    private int slices;
    private int bounded;

    /** A slice that has begun. */
    record Slice(CoreClock clock, long senderMicros) {}

    LoadBound(OptionalInt proxyCore) {
        this.proxyCore = proxyCore;
    }

    /** Begins one, with the CPU time that the sender has had so far. */
    static Slice begin(long senderMicros) {
        return new Slice(CoreClock.now(), senderMicros);
    }

    /** Ends it; where no core belongs to the proxy alone, nothing can be told and nothing is counted. */
    void end(Slice begun, long senderMicros) {
        if (proxyCore.isEmpty()) {
            return;
        }
        int own = proxyCore.getAsInt();
        CoreClock now = CoreClock.now();
        double sender = (senderMicros - begun.senderMicros())
                * 1e3
                / Math.max(1, now.atNanos() - begun.clock().atNanos());
        count(
                now.idleShare(begun.clock(), core -> core == own),
                now.idleShare(begun.clock(), core -> core != own),
                sender);
    }

    /**
     * Counts a slice.
     *
     * @param proxyIdle which part of it the proxy's core idled
     * @param loadIdle which part of it the other cores idled
     * @param sender which part of one core the sender had
     */
    void count(double proxyIdle, double loadIdle, double sender) {
        slices++;
        boolean atLimit = loadIdle < NOTHING_LEFT || sender > 1 - NOTHING_LEFT;
        if (proxyIdle > IDLE && atLimit) {
            bounded++;
        }
    }

    /** What a reader should know; empty where there is nothing to say. */
    Optional<String> note(String who) {
        return bounded == 0
                ? Optional.empty()
                : Optional.of("%s: bounded by the load, not by the proxy, in %d of %d slices; it can do more than this."
                        .formatted(who, bounded, slices));
    }
}
