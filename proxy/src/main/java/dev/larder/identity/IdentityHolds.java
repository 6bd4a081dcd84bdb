package dev.larder.identity;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Of whom nothing is kept for a while, since a write of unknown outcome may change who they are, and may do so only now.
 * Bounded: beyond {@link #MOST} at once everybody is held, since to let one go would be to trust what may be wrong. A hold
 * stays until those before it have ended. Not thread-safe.
 */
final class IdentityHolds {

    static final int MOST = 10_000;

    /**
     * Until when, by what all of it must be true: a hash, or claims as {@code claim=value}; nothing is everybody. The
     * first to be added comes first.
     */
    private final Map<List<String>, Long> untilNanos = new LinkedHashMap<>();

    /** The same holds by their first mark. */
    private final Map<String, Set<List<String>>> byMark = new HashMap<>();

    /** From now on for this long. */
    void add(List<String> marks, long nowNanos, long lengthNanos) {
        dropEnded(nowNanos);
        List<String> held = untilNanos.size() < MOST || untilNanos.containsKey(marks) ? marks : List.of();
        Long before = untilNanos.remove(held);
        long until = nowNanos + lengthNanos;
        untilNanos.put(held, before != null && before - until > 0 ? before : until);
        if (!held.isEmpty()) {
            byMark.computeIfAbsent(held.get(0), unseen -> new LinkedHashSet<>(2))
                    .add(held);
        }
    }

    /** Whether a visitor with this credential and these claims is held. */
    boolean cover(String hash, List<String> claims, long nowNanos) {
        if (untilNanos.isEmpty()) {
            return false;
        }
        dropEnded(nowNanos);
        return untilNanos.containsKey(List.of())
                || untilNanos.containsKey(List.of(hash))
                || claims.stream()
                        .anyMatch(claim ->
                                byMark.getOrDefault(claim, Set.of()).stream().anyMatch(claims::containsAll));
    }

    private void dropEnded(long nowNanos) {
        Iterator<Map.Entry<List<String>, Long>> holds = untilNanos.entrySet().iterator();
        while (holds.hasNext()) {
            Map.Entry<List<String>, Long> first = holds.next();
            if (nowNanos - first.getValue() < 0) {
                return;
            }
            holds.remove();
            unmark(first.getKey());
        }
    }

    private void unmark(List<String> held) {
        Set<List<String>> same = held.isEmpty() ? null : byMark.get(held.get(0));
        if (same != null) {
            same.remove(held);
            if (same.isEmpty()) {
                byMark.remove(held.get(0));
            }
        }
    }
}
