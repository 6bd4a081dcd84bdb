package dev.larder.policy;

import dev.larder.http.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about caching (RFC 9111 section 5.2.1). Unknown directives mean nothing.
 *
 * @param noCache a stored response must be validated first; also {@code Pragma: no-cache} where there is no Cache-Control
 *     (RFC 9111 section 5.4)
 * @param noStore the answer must not be stored
 * @param onlyIfCached the origin must not be asked: without a usable stored response the answer is 504
 * @param maxAge the greatest age that the client takes; 0 where it is no number
 * @param minFresh how long the response must stay fresh
 * @param maxStale how stale it may be
 */
public record RequestDirectives(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        Optional<Duration> maxAge,
        Optional<Duration> minFresh,
        Optional<Duration> maxStale) {

    /** Nothing said. */
    public static final RequestDirectives NONE =
            new RequestDirectives(false, false, false, Optional.empty(), Optional.empty(), Optional.empty());

    /** What these request fields say. */
    public static RequestDirectives of(Fields fields) {
        if (!fields.contains("cache-control")) {
            return fields.contains("pragma") && hasPragmaNoCache(fields)
                    ? new RequestDirectives(true, false, false, Optional.empty(), Optional.empty(), Optional.empty())
                    : NONE;
        }
        CacheControl control = CacheControl.of(fields);
        return new RequestDirectives(
                control.has("no-cache"),
                control.has("no-store"),
                control.has("only-if-cached"),
                duration(control.leastSeconds("max-age")),
                duration(greatest(control.values("min-fresh"))),
                duration(leastStale(control.values("max-stale"))));
    }

    private static boolean hasPragmaNoCache(Fields fields) {
        return fields.members("pragma").stream().anyMatch("no-cache"::equalsIgnoreCase);
    }

    /** The greatest is the most restrictive; one that is no number says nothing. */
    private static OptionalLong greatest(List<@Nullable String> values) {
        OptionalLong greatest = OptionalLong.empty();
        for (String value : values) {
            OptionalLong seconds = value == null ? OptionalLong.empty() : CacheControl.deltaSeconds(value);
            if (seconds.isPresent()) {
                greatest = OptionalLong.of(Math.max(seconds.getAsLong(), greatest.orElse(0)));
            }
        }
        return greatest;
    }

    /** Without a value any staleness will do (RFC 9111 section 5.2.1.2); one that is no number grants nothing. */
    private static OptionalLong leastStale(List<@Nullable String> values) {
        OptionalLong least = OptionalLong.empty();
        for (String value : values) {
            long seconds = value == null
                    ? CacheControl.GREATEST_SECONDS
                    : CacheControl.deltaSeconds(value).orElse(0);
            least = OptionalLong.of(Math.min(seconds, least.orElse(seconds)));
        }
        return least;
    }

    private static Optional<Duration> duration(OptionalLong seconds) {
        return seconds.isPresent() ? Optional.of(Duration.ofSeconds(seconds.getAsLong())) : Optional.empty();
    }
}
