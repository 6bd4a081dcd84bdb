package dev.larder.admin;

import dev.larder.exchange.Purger;
import dev.larder.purge.PurgeGroup;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** The last purges, whoever ordered them. Bounded; any thread. */
public final class PurgeEvents implements Purger.Observer {

    private static final int MOST = 512;
    private static final int MOST_NAMED = 16;

    /**
     * One purge.
     *
     * @param number counts up from 1
     * @param cause whose kind is write, elsewhere (another sidecar), reload, or who asked for it at the admin address
     * @param groups the first of its groups; one of a credential without its hash
     * @param count how many groups it has
     */
    record Event(long number, Instant at, Purger.Cause cause, List<String> groups, int count) {}

    private final InstantSource clock;

    /** Guarded by this, as the next. */
    private final Deque<Event> events = new ArrayDeque<>();

    private long last;

    /** None yet. */
    public PurgeEvents(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void purging(Purger.Cause cause, Collection<PurgeGroup> groups) {
        if (groups.isEmpty()) {
            return;
        }
        List<String> named = new ArrayList<>();
        for (PurgeGroup group : groups) {
            if (named.size() == MOST_NAMED) {
                break;
            }
            named.add(
                    group.isCredential()
                            ? group.name().substring(0, group.name().lastIndexOf(':'))
                            : group.name());
        }
        Instant now = clock.instant();
        synchronized (this) {
            events.addLast(new Event(++last, now, cause, List.copyOf(named), groups.size()));
            if (events.size() > MOST) {
                events.removeFirst();
            }
        }
    }

    /** Those after a number, the eldest first. */
    synchronized List<Event> since(long number) {
        return events.stream().filter(event -> event.number() > number).toList();
    }
}
