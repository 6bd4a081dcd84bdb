package dev.larder.bench.torture;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a cache that keeps every promise could have answered at best, in no time and knowing all: the ceiling that a hit ratio
 * under faults is to be measured by. Unlike a perfect cache it must let go, when a write has been answered, of all whose fetch
 * began before; store nothing of what a write of unknown outcome may have changed until the hold is over; and do without its
 * store while that is away, and with nothing of what was stored after it has come back. Confined to the clients' loop.
 */
final class CarefulCache {
    /** Answers come some seconds after their requests at most, and purges of one thing some ten a second. */
    private static final int MOST_PURGES = 512;

    private static final int MOST_FETCHES = 8;

    private record Fetched(long beganNanos, long sinceNanos) {}

    private record Hold(long fromNanos, long untilNanos) {}

    /** When it was purged, and when nothing of it may be stored. */
    private static final class Purges {
        private final TreeSet<Long> nanos = new TreeSet<>();
        private final Deque<Hold> holds = new ArrayDeque<>();

        void at(long when) {
            nanos.add(when);
            if (nanos.size() > MOST_PURGES) {
                nanos.pollFirst();
            }
        }

        boolean between(long fromNanos, long untilNanos) {
            Long last = nanos.floor(untilNanos);
            return last != null && last > fromNanos;
        }

        boolean holds(long when) {
            holds.removeIf(hold -> hold.untilNanos < when - LATEST_ANSWER_NANOS);
            return holds.stream().anyMatch(hold -> hold.fromNanos <= when && when <= hold.untilNanos);
        }
    }

    private static final long LATEST_ANSWER_NANOS = 60_000_000_000L;

    private final Events events;
    private final long holdNanos;
    private final Map<String, Deque<Fetched>> fetched = new HashMap<>();
    private final Map<String, Purges> purges = new HashMap<>();

    /**
     * An empty one.
     *
     * @param events when the store was away, for whom
     * @param holdNanos the sidecars' {@code unknown-outcome-hold}
     */
    CarefulCache(Events events, long holdNanos) {
        this.events = events;
        this.holdNanos = holdNanos;
    }

    /** A write of these things has been answered; what was fetched before that time is of no use. */
    void purged(List<String> things, long nanos) {
        things.forEach(thing -> of(thing).at(nanos));
    }

    /** What a write of these things came to is not known since that time. */
    void unknown(List<String> things, long nanos) {
        things.forEach(thing -> {
            of(thing).holds.addLast(new Hold(nanos, nanos + holdNanos));
            of(thing).at(nanos + holdNanos);
        });
    }

    /**
     * What some request brought from the backend, whoever had it first.
     *
     * @param beganNanos when the backend was asked
     * @param gotNanos when it was seen
     */
    void fetched(Page page, long beganNanos, long gotNanos) {
        Deque<Fetched> all = fetched.computeIfAbsent(name(page), unseen -> new ArrayDeque<>());
        if (all.stream().anyMatch(one -> one.beganNanos == beganNanos)) {
            return;
        }
        all.addFirst(new Fetched(beganNanos, gotNanos));
        if (all.size() > MOST_FETCHES) {
            all.removeLast();
        }
    }

    /**
     * Whether it could have answered this read.
     *
     * @param via the sidecar that was asked
     */
    boolean has(Page page, int via, long sentNanos, long gotNanos) {
        if (!page.shareable()
                || of(page.thing()).holds(sentNanos)
                || events.wasWithoutStore(via, sentNanos, gotNanos)) {
            return false;
        }
        return fetched.getOrDefault(name(page), new ArrayDeque<>()).stream()
                .anyMatch(one -> one.sinceNanos <= sentNanos
                        && !of(page.thing()).between(one.beganNanos, sentNanos)
                        && !events.wasStoreAway(one.beganNanos, sentNanos));
    }

    private Purges of(String thing) {
        return purges.computeIfAbsent(thing, unseen -> new Purges());
    }

    private static String name(Page page) {
        return page.owner() + " " + page.read();
    }
}
