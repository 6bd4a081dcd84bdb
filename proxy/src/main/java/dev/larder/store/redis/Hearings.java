package dev.larder.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which members have heard which message. A message gets its number before it is sent, since an answer may come before it
 * is known who has to answer. Any thread.
 */
final class Hearings {

    /** One message, until all have heard it who must. */
    private static final class Hearing {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Set<String> heard = new HashSet<>();

        private final Set<String> missing = new HashSet<>();

        /** Whether it is known who has to hear it. */
        private boolean expecting;
    }

    private final AtomicLong lastNumber = new AtomicLong();

    /** Guarded by {@code this}, and so is what is in it. */
    private final Map<Long, Hearing> open = new HashMap<>();

    /** A number for a message, of which answers are kept from now on until it is awaited or dropped. */
    long begin() {
        long number = lastNumber.incrementAndGet();
        synchronized (this) {
            open.put(number, new Hearing());
        }
        return number;
    }

    /** Nobody has to hear it. */
    synchronized void drop(long number) {
        open.remove(number);
    }

    /** Completes when all of these members have heard the message, or are {@linkplain #excuse excused}. */
    CompletableFuture<Void> await(long number, Collection<String> members) {
        synchronized (this) {
            Hearing hearing = open.computeIfAbsent(number, dropped -> new Hearing());
            hearing.missing.addAll(members);
            hearing.missing.removeAll(hearing.heard);
            hearing.expecting = true;
            if (!hearing.missing.isEmpty()) {
                return hearing.done;
            }
            open.remove(number);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A member has heard a message. */
    void heard(long number, String member) {
        Hearing complete = null;
        synchronized (this) {
            Hearing hearing = open.get(number);
            if (hearing != null) {
                hearing.heard.add(member);
                hearing.missing.remove(member);
                if (hearing.expecting && hearing.missing.isEmpty()) {
                    open.remove(number);
                    complete = hearing;
                }
            }
        }
        if (complete != null) {
            complete.done.complete(null);
        }
    }

    /** A member that is waited for with this message needs to be waited for no more. */
    void excuse(long number, String member) {
        heard(number, member);
    }

    /** Who is still waited for with this message. */
    synchronized List<String> missing(long number) {
        Hearing hearing = open.get(number);
        return hearing == null ? List.of() : new ArrayList<>(hearing.missing);
    }
}
