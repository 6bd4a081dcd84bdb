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

    /** What was not there. */
    private enum Missing {
        SIDECAR,
        /** A sidecar's way to a store that others reach. */
        LINK,
        /** For all sidecars. */
        STORE
    }

    /** A while in which something was not there. */
    private static final class Outage {
        final Missing what;
        final int sidecar;
        final long fromNanos;
        long untilNanos;
        boolean over;

        Outage(Missing what, int sidecar, long fromNanos) {
            this.what = what;
            this.sidecar = sidecar;
            this.fromNanos = fromNanos;
        }
    }

    private static final int EVERY_SIDECAR = -1;

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
        outages.add(new Outage(Missing.SIDECAR, sidecar, nanoTime.getAsLong()));
    }

    /** From now on the sidecar alone does not reach the store. */
    synchronized void partitioned(int sidecar) {
        outages.add(new Outage(Missing.LINK, sidecar, nanoTime.getAsLong()));
    }

    /** From now on nobody reaches the store. */
    synchronized void storeAway() {
        outages.add(new Outage(Missing.STORE, EVERY_SIDECAR, nanoTime.getAsLong()));
    }

    /** There is a store again. */
    synchronized void storeBack() {
        up(EVERY_SIDECAR);
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
        return was(Missing.SIDECAR, sidecar, fromNanos, untilNanos);
    }

    /** Whether it alone was cut off from the store at some moment between two. */
    synchronized boolean wasPartitioned(int sidecar, long fromNanos, long untilNanos) {
        return was(Missing.LINK, sidecar, fromNanos, untilNanos);
    }

    /** Whether nobody had a store at some moment between two. */
    synchronized boolean wasStoreAway(long fromNanos, long untilNanos) {
        return was(Missing.STORE, EVERY_SIDECAR, fromNanos, untilNanos);
    }

    /** Whether it had no store, alone or with all others, at some moment between two. */
    synchronized boolean wasWithoutStore(int sidecar, long fromNanos, long untilNanos) {
        return wasPartitioned(sidecar, fromNanos, untilNanos) || wasStoreAway(fromNanos, untilNanos);
    }

    private boolean was(Missing what, int sidecar, long fromNanos, long untilNanos) {
        // The latest are asked for, again and again.
        for (int i = outages.size() - 1; i >= 0; i--) {
            Outage outage = outages.get(i);
            if (outage.what == what
                    && outage.sidecar == sidecar
                    && outage.fromNanos - untilNanos <= 0
                    && (!outage.over || outage.untilNanos - fromNanos >= 0)) {
                return true;
            }
        }
        return false;
    }

    /** What happened between two moments, told from a third. */
    synchronized List<String> between(long fromNanos, long untilNanos, long referenceNanos) {
        return events.stream()
                .filter(event -> event.nanos() - fromNanos >= 0 && event.nanos() - untilNanos <= 0)
                .map(event -> "%+.0f ms: %s".formatted((event.nanos() - referenceNanos) / 1e6, event.what()))
                .toList();
    }
}
