package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.key.CacheKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of one exchange, told once, when it is over.
 *
 * @param request the request's head; its fields hold credentials and never reach a log
 * @param route the name of the route that matched, if one did
 * @param disposition its way through the cache
 * @param status the status that the visitor got; 0 where they got none
 * @param duration from the request's head to the end of the answer
 * @param originTime from asking the origin to its head; empty where it was not asked
 * @param bodyBytes of the answer's body
 * @param key what the answer is stored or looked up under; null where it did not come to a key
 * @param purge what a write purged; null where it purged nothing
 * @param aborted whether the visitor left, or the answer was cut short
 */
public record Outcome(
        RequestHead request,
        Optional<String> route,
        Disposition disposition,
        int status,
        Duration duration,
        Optional<Duration> originTime,
        long bodyBytes,
        @Nullable CacheKey key,
        @Nullable Purge purge,
        boolean aborted) {

    /** The key in its readable form, where there is one. Made anew each time. */
    public Optional<String> keyText() {
        return Optional.ofNullable(key).map(CacheKey::text);
    }

    /**
     * What a write purged.
     *
     * @param rules names of the purge rules that applied
     * @param groups how many groups were purged
     * @param widened how many purges reached more than was meant, because something could not be read
     * @param held whether the outcome is unknown, so that storing is held for a while
     */
    public record Purge(List<String> rules, int groups, int widened, boolean held) {}
}
