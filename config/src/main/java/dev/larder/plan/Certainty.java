package dev.larder.plan;

import dev.larder.purge.TextGlob;
import java.util.List;

/**
 * Whether a request is one that a rule speaks of. What cannot be read is neither yes nor no: it counts as met, so that a
 * write purges more rather than less, but it silences nothing.
 */
enum Certainty {
    NO,
    MAYBE,
    YES;

    /** What holds if both must. */
    Certainty and(Certainty other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** What holds if either is enough. */
    Certainty or(Certainty other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Whether the value that the backend takes of these matches; of several nobody knows which one that is. */
    static Certainty ofMatches(List<String> values, String glob) {
        boolean some = false;
        boolean all = !values.isEmpty();
        for (String value : values) {
            boolean matches = TextGlob.matches(glob, value);
            some |= matches;
            all &= matches;
        }
        return all ? YES : some ? MAYBE : NO;
    }
}
