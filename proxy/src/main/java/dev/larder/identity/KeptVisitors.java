package dev.larder.identity;

import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.CacheKey;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom the backend said that visitors are, for the rule's ttl, and for {@code if-error} more while it cannot be asked; and
 * credentials of nobody, for a moment. Any thread may read; whatever changes it is called with the lock of {@link
 * AskedIdentities} held.
 */
final class KeptVisitors {

    /** How long it counts that a credential belongs to nobody, and that the backend could not be asked. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** How much longer a visitor is remembered, only so that a question about them is not one about a stranger. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final int FEWEST_NOBODIES = 64;
    private static final Known.Nobody NOBODY = new Known.Nobody();

    /** Somebody. Its times are moved on by any thread; a lost update costs one question more. */
    static final class Kept {
        final VisitorKey key;
        final Known.Somebody somebody;
        final List<String> claims;
        private final long sentNanos;

        /** From when on whoever uses it asks anew in the background. */
        private volatile long renewNanos;

        /** Until when it may be used beyond its ttl, because the backend could not be asked; at first never. */
        private volatile long graceNanos;

        private Kept(VisitorKey key, Identity identity, long sentNanos, long renewNanos) {
            this.key = key;
            this.somebody = new Known.Somebody(identity);
            this.claims = claimsOf(identity);
            this.sentNanos = sentNanos;
            this.renewNanos = renewNanos;
            this.graceNanos = sentNanos;
        }
    }

    private final long ttlNanos;
    private final long ifErrorNanos;
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final BoundedTable<VisitorKey, Kept> visitors;

    /** Until when: apart from the others, so that a flood of made-up credentials evicts no visitor. */
    private final BoundedTable<VisitorKey, Long> nobodies;

    /** Keys of those kept by what they can be ended or forgotten by: their hash, and each {@code claim=value}. */
    private final Map<String, Set<VisitorKey>> byMark = new HashMap<>();

    /**
     * Nobody yet.
     *
     * @param bound how many visitors are kept at most
     * @param nanoTime monotonic time in nanoseconds
     */
    KeptVisitors(Rules.Proof.Resolve rule, int bound, LongSupplier nanoTime) {
        this.ttlNanos = rule.ttl().toNanos();
        this.ifErrorNanos = rule.ifError().toNanos();
        this.pauseNanos = Math.min(ttlNanos, PAUSE.toNanos());
        this.nanoTime = nanoTime;
        this.visitors = new BoundedTable<>(bound, this::isOver, this::dropMarks);
        this.nobodies = new BoundedTable<>(
                Math.max(FEWEST_NOBODIES, bound / 4), until -> nanoTime.getAsLong() - until >= 0, until -> {});
    }

    int size() {
        return visitors.size();
    }

    // ---- looking -------------------------------------------------------------------------------------------------

    /** Who it was when the backend was asked last, usable or not; null where that is not remembered. */
    @Nullable
    Kept remembered(VisitorKey key) {
        return visitors.get(key);
    }

    boolean isUsable(Kept kept, long now) {
        long age = now - kept.sentNanos;
        return age < ttlNanos || (now - kept.graceNanos < 0 && age < ttlNanos + ifErrorNanos);
    }

    /** Whether whoever uses it should ask anew in the background. */
    boolean isDue(Kept kept, long now) {
        return now - kept.renewNanos >= 0;
    }

    /** What may be believed now; null where the backend must be asked. */
    @Nullable
    Known known(VisitorKey key, long now) {
        Kept kept = visitors.get(key);
        if (kept != null && isUsable(kept, now)) {
            return kept.somebody;
        }
        Long nobodyUntil = nobodies.get(key);
        return nobodyUntil != null && now - nobodyUntil < 0 ? NOBODY : null;
    }

    // ---- asking anew; without the lock ---------------------------------------------------------------------------

    /** Somebody is about to ask anew: others need not for a while. */
    void renewing(Kept kept, long now) {
        kept.renewNanos = now + Math.max(1, ttlNanos / 8);
    }

    /**
     * They are asked about anew: beyond the ttl the backend could not be asked a moment ago, and nobody waits while it is tried
     * again.
     */
    void renewed(Kept kept, long now, Duration timeout) {
        if (now - kept.sentNanos >= ttlNanos) {
            kept.graceNanos = now + Math.max(pauseNanos, timeout.toNanos());
        }
    }

    // ---- keeping; with the lock held -----------------------------------------------------------------------------

    /** What would be kept of somebody, if anything is. */
    Kept candidate(VisitorKey key, Identity identity, long sentNanos) {
        return new Kept(key, identity, sentNanos, sentNanos + ttlNanos / 2);
    }

    /** Whether an answer to a question of that age would be of no use. */
    boolean isTooLate(Kept candidate, long now) {
        return now - candidate.sentNanos >= ttlNanos;
    }

    Known keep(Kept known) {
        Kept former = visitors.put(known.key, known);
        if (former != null) {
            dropMarks(former);
        }
        mark(known);
        return known.somebody;
    }

    Known keepNobody(VisitorKey key) {
        remove(key);
        nobodies.put(key, nanoTime.getAsLong() + pauseNanos);
        return NOBODY;
    }

    /** The backend did not say who it is: whoever it was remains so, as far as the rule allows. */
    Known unsaid(VisitorKey key, Verdict.Unsaid unsaid) {
        Kept kept = visitors.get(key);
        long now = nanoTime.getAsLong();
        if (kept == null) {
            return new Known.Unknown(unsaid.detail());
        }
        long age = now - kept.sentNanos;
        if (age < ttlNanos) {
            return kept.somebody;
        }
        if (!unsaid.outage() || age >= ttlNanos + ifErrorNanos) {
            kept.graceNanos = kept.sentNanos;
            return new Known.Unknown(unsaid.detail());
        }
        kept.graceNanos = now + pauseNanos;
        kept.renewNanos = now + pauseNanos / 2;
        return kept.somebody;
    }

    // ---- forgetting; with the lock held --------------------------------------------------------------------------

    /** Forgets whoever has this credential. */
    void end(String hash) {
        marked(hash).forEach(this::remove);
    }

    /** Forgets whoever has all of these claims, of which there is one. */
    void forget(List<String> claims) {
        for (VisitorKey key : marked(claims.get(0))) {
            Kept known = visitors.get(key);
            if (known != null && known.claims.containsAll(claims)) {
                remove(key);
            }
        }
    }

    void clear() {
        visitors.clear();
        byMark.clear();
    }

    private void remove(VisitorKey key) {
        Kept former = visitors.remove(key);
        if (former != null) {
            dropMarks(former);
        }
    }

    private boolean isOver(Kept known) {
        return nanoTime.getAsLong() - known.sentNanos >= ttlNanos + ifErrorNanos + REMEMBERED.toNanos();
    }

    private Set<VisitorKey> marked(String mark) {
        return Set.copyOf(byMark.getOrDefault(mark, Set.of()));
    }

    private void mark(Kept known) {
        byMark.computeIfAbsent(known.key.hash(), unseen -> new HashSet<>(2)).add(known.key);
        for (String claim : known.claims) {
            byMark.computeIfAbsent(claim, unseen -> new HashSet<>(2)).add(known.key);
        }
    }

    private void dropMarks(Kept known) {
        dropMark(known.key.hash(), known.key);
        known.claims.forEach(claim -> dropMark(claim, known.key));
    }

    private void dropMark(String mark, VisitorKey key) {
        Set<VisitorKey> keys = byMark.get(mark);
        if (keys != null) {
            keys.remove(key);
            if (keys.isEmpty()) {
                byMark.remove(mark);
            }
        }
    }

    /** Each claim as the name of its group ends: {@code claim=value}; an array makes one for each element. */
    static List<String> claimsOf(Identity identity) {
        List<String> marks = new ArrayList<>();
        identity.scalars().forEach((claim, value) -> marks.add(claim + "=" + CacheKey.escape(value)));
        identity.arrays()
                .forEach((claim, values) -> values.forEach(value -> marks.add(claim + "=" + CacheKey.escape(value))));
        return List.copyOf(marks);
    }
}
