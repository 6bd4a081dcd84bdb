package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.key.CacheKey;
import java.time.Duration;
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
 * @param purgedGroups how many groups a write purged
 * @param key under which it is looked up, where it is; holds what visitors sent, and is not for logs
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
        int purgedGroups,
        @Nullable CacheKey key,
        boolean aborted) {}
