package dev.larder.bench.killed;

import dev.larder.bench.killed.KillTrial.Result;
import dev.larder.bench.killed.KillTrial.Struck;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What has been seen so far, and what it comes to. Thread-safe. */
final class KillTally {
    private final Map<Struck, Integer> struck = new EnumMap<>(Struck.class);
    /** From the kill to the first new version, in milliseconds, where the old one was served until its intent lapsed. */
    private final List<Long> waits = new ArrayList<>();

    private final List<String> stale = new ArrayList<>();

    private int kills;
    private int afterAnswer;
    private int afterLease;
    private int before;
    private int never;

    synchronized void add(Result result) {
        kills++;
        struck.merge(result.struck(), 1, Integer::sum);
        afterAnswer += result.staleAfterAnswer();
        afterLease += result.staleAfterLease();
        before += result.oldBefore();
        stale.addAll(result.stale());
        never += result.millisToNew() < 0 ? 1 : 0;
        if (result.struck() != Struck.ANSWERED && result.oldBefore() > 0 && result.millisToNew() >= 0) {
            waits.add(result.millisToNew());
        }
    }

    synchronized int kills() {
        return kills;
    }

    /** Whether there was nothing that must not be. */
    synchronized boolean isFresh() {
        return afterAnswer + afterLease + never == 0;
    }

    /** The verdict as it stands, in one line. */
    synchronized String line() {
        StringBuilder told =
                new StringBuilder("%d killed, %d stale (%d after the answer, %d after the lease), %d never new;"
                        .formatted(kills, afterAnswer + afterLease, afterAnswer, afterLease, never));
        String between = " ";
        for (Struck when : Struck.values()) {
            told.append(between).append(when.words()).append(' ').append(struck.getOrDefault(when, 0));
            between = ", ";
        }
        return told.toString();
    }

    /** What stale reads looked like. */
    synchronized List<String> stale() {
        return List.copyOf(stale);
    }

    /** How long right answers were old ones. */
    synchronized String waits() {
        List<Long> sorted = waits.stream().sorted().toList();
        return sorted.isEmpty()
                ? "the old version was served nowhere"
                : "old version served until the intent lapsed, which is right, %d times (%d reads): new after %d ms median, %d ms longest"
                        .formatted(sorted.size(), before, sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }
}
