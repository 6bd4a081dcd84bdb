package dev.larder.exchange;

import dev.larder.key.CacheKey;
import dev.larder.policy.Comparison;
import java.time.Duration;

/**
 * What came of comparing a stored response with what the origin answered to the same request.
 *
 * @param route its name
 * @param key of the stored response
 * @param source why they were compared
 * @param age of the stored response when its visitor asked
 * @param finding what came of it
 */
public record Observation(String route, CacheKey key, Source source, Duration age, Finding finding) {

    /** Why they were compared. */
    public enum Source {
        /** Everything is forwarded, and this would have been a hit. */
        OBSERVE,
        /** It was a hit, and the origin was asked after it. */
        SAMPLE
    }

    /** What came of it. */
    public sealed interface Finding {

        /** They are the same. */
        record Same() implements Finding {}

        /** They differ, and nothing was purged that explains it. */
        record Different(Comparison.Different how) implements Finding {}

        /** They differ, and a purge that came since the visitor asked has ended the stored response. */
        record ChangedMeanwhile() implements Finding {}

        /** It cannot be said; why is a token. */
        record NotCompared(String why) implements Finding {}
    }

    /** Is told of each, on the event loop of its request; does not block. */
    @FunctionalInterface
    public interface Listener {

        /** Two were compared. */
        void compared(Observation observation);
    }
}
