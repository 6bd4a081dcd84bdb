package dev.larder.admin;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has come of the requests of one route since the process began. Additions without a lock; any thread. */
final class RouteTraffic {

    /** Reasons are constants of larder's; should one ever hold what somebody sent, it must not grow this. */
    private static final int MOST_REASONS = 64;

    private static final String OTHER = "other";

    final LongAdder hits = new LongAdder();
    final LongAdder validated = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder collapsed = new LongAdder();
    final LongAdder bypasses = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder errors = new LongAdder();
    /** Answers with a status of 500 and more, the backend's own and those made here. */
    final LongAdder failed = new LongAdder();

    final LongAdder aborted = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder bytesFromStore = new LongAdder();
    final LongAdder purgedGroups = new LongAdder();
    final Latencies cached = new Latencies();
    final Latencies uncached = new Latencies();
    final Latencies origin = new Latencies();

    /** Fetches of what had expired, and the time to their heads together. */
    final LongAdder expired = new LongAdder();

    final LongAdder expiredOriginMicros = new LongAdder();

    private final Map<String, LongAdder> missCauses = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errorReasons = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> bypassReasons = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> notStoredReasons = new ConcurrentHashMap<>();

    void ended(Outcome outcome) {
        Disposition how = outcome.disposition();
        boolean fromStore = false;
        if (how instanceof Disposition.Hit) {
            hits.increment();
            fromStore = true;
        } else if (how instanceof Disposition.Miss miss) {
            (miss.collapsed() ? collapsed : misses).increment();
            if (!miss.stored()) {
                miss.detail().ifPresent(why -> count(notStoredReasons, why));
            }
        } else if (how instanceof Disposition.Stale) {
            stale.increment();
            fromStore = true;
        } else if (how instanceof Disposition.Validated) {
            validated.increment();
        } else if (how instanceof Disposition.Bypass bypass) {
            if (how.token().equals("write")) {
                writes.increment();
            } else {
                bypasses.increment();
                count(bypassReasons, bypass.reason().token());
            }
        } else {
            errors.increment();
            how.detail().ifPresent(why -> count(errorReasons, why));
        }
        bytes.add(outcome.bodyBytes());
        if (outcome.aborted()) {
            aborted.increment();
        }
        Outcome.Purge purge = outcome.purge();
        if (purge != null) {
            purgedGroups.add(purge.groups());
        }
        if (fromStore) {
            bytesFromStore.add(outcome.bodyBytes());
            cached.record(outcome.duration());
        } else {
            uncached.record(outcome.duration());
            if (outcome.status() >= 500) {
                failed.increment();
            }
            outcome.originTime().ifPresent(origin::record);
        }
    }

    /** One of the requests told to {@link #ended} made larder fetch something, and this is why. */
    void fetched(MissCause cause, Outcome outcome) {
        count(missCauses, cause.token());
        if (cause == MissCause.EXPIRED) {
            expired.increment();
            outcome.originTime().ifPresent(took -> expiredOriginMicros.add(took.toNanos() / 1_000));
        }
    }

    private static void count(Map<String, LongAdder> reasons, String reason) {
        LongAdder counted = reasons.get(reason);
        if (counted == null) {
            counted = reasons.computeIfAbsent(reasons.size() < MOST_REASONS ? reason : OTHER, first -> new LongAdder());
        }
        counted.increment();
    }

    /** Requests that a hit could have answered: not writes, and none that the rules keep from the store. */
    long lookups() {
        return hits.sum() + stale.sum() + validated.sum() + misses.sum() + collapsed.sum();
    }

    long requests() {
        return lookups() + bypasses.sum() + writes.sum() + errors.sum();
    }

    Map<String, Long> missCauses() {
        return sums(missCauses);
    }

    Map<String, Long> errorReasons() {
        return sums(errorReasons);
    }

    Map<String, Long> bypassReasons() {
        return sums(bypassReasons);
    }

    Map<String, Long> notStoredReasons() {
        return sums(notStoredReasons);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counted) {
        Map<String, Long> sums = new TreeMap<>();
        counted.forEach((reason, count) -> sums.put(reason, count.sum()));
        return sums;
    }
}
