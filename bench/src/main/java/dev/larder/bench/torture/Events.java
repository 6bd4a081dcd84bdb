package dev.larder.bench.torture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/** What was done to whom and when, to explain lost answers and wrong ones. Thread-safe. */
final class Events {
    private static final int MOST = 400;

    private record Event(long nanos, String what) {}

    /** A sidecar that was not there, or was cut off from a store that others reach. */
    private static final class Outage {
        final int sidecar;
        final boolean partition;
        final long fromNanos;
        long untilNanos;
        boolean over;

        Outage(int sidecar, boolean partition, long fromNanos) {
            this.sidecar = sidecar;
            this.partition = partition;
            this.fromNanos = fromNanos;
        }
    }

    private final LongSupplier nanoTime;
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<Outage> outages = new ArrayList<>();

    Events(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(String what) {
        events.addLast(new Event(nanoTime.getAsLong(), what));
        if (events.size() > MOST) {
            events.removeFirst();
        }
    }

    /** From now on the sidecar answers nobody. */
    synchronized void down(int sidecar) {
        outages.add(new Outage(sidecar, false, nanoTime.getAsLong()));
    }

    /** From now on the sidecar alone does not reach the store. */
    synchronized void partitioned(int sidecar) {
        outages.add(new Outage(sidecar, true, nanoTime.getAsLong()));
    }

    /** It is back, or reaches the store again. */
    synchronized void up(int sidecar) {
        outages.stream()
                .filter(outage -> outage.sidecar == sidecar && !outage.over)
                .forEach(outage -> {
                    outage.untilNanos = nanoTime.getAsLong();
                    outage.over = true;
                });
    }

    /** Whether it was away at some moment between two. */
    synchronized boolean wasDown(int sidecar, long fromNanos, long untilNanos) {
        return was(sidecar, false, fromNanos, untilNanos);
    }

    /** Whether it alone was cut off from the store at some moment between two. */
    synchronized boolean wasPartitioned(int sidecar, long fromNanos, long untilNanos) {
        return was(sidecar, true, fromNanos, untilNanos);
    }

    private boolean was(int sidecar, boolean partition, long fromNanos, long untilNanos) {
        return outages.stream()
                .anyMatch(outage -> outage.sidecar == sidecar
                        && outage.partition == partition
                        && outage.fromNanos - untilNanos <= 0
                        && (!outage.over || outage.untilNanos - fromNanos >= 0));
    }

    /** What happened between two moments, told from a third. */
    synchronized List<String> between(long fromNanos, long untilNanos, long referenceNanos) {
        return events.stream()
                .filter(event -> event.nanos() - fromNanos >= 0 && event.nanos() - untilNanos <= 0)
                .map(event -> "%+.0f ms: %s".formatted((event.nanos() - referenceNanos) / 1e6, event.what()))
                .toList();
    }
}
