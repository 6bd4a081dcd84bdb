package dev.larder.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What freshness and reuse are judged by: the head of a stored response, when it was asked for and when it arrived
 * (RFC 9111 section 4.2.3), and the lifetimes that storage policy gave it.
 *
 * @param response the response's head, without hop-by-hop fields
 * @param requestTime when the request that fetched it was sent, by the wall clock
 * @param responseTime when its head arrived, by the wall clock
 * @param varied the request's field lines that {@code selecting} names, as they were sent (RFC 9111 section 4.1)
 * @param lifetime freshness lifetime
 * @param staleWhileRevalidate how long after that it may be served while it is fetched anew (RFC 5861 section 3)
 * @param staleIfError how long after that it may be served when the origin fails (RFC 5861 section 4)
 * @param selecting names of the request fields that choose this response, in lower case, sorted, without duplicates:
 *     what its Vary names, unless the rule adds to that or takes from it; {@code *} where nothing ever matches
 */
public record StoredHead(
        ResponseHead response,
        Instant requestTime,
        Instant responseTime,
        Fields varied,
        Duration lifetime,
        Duration staleWhileRevalidate,
        Duration staleIfError,
        List<String> selecting) {

    /** Copies the names. */
    public StoredHead {
        selecting = List.copyOf(selecting);
    }

    /** Chosen by what the response's own Vary names. */
    public StoredHead(
            ResponseHead response,
            Instant requestTime,
            Instant responseTime,
            Fields varied,
            Duration lifetime,
            Duration staleWhileRevalidate,
            Duration staleIfError) {
        this(
                response,
                requestTime,
                responseTime,
                varied,
                lifetime,
                staleWhileRevalidate,
                staleIfError,
                selecting(response.fields()));
    }

    /** What the Vary lines of a response name, in the form of {@link #selecting()}. */
    public static List<String> selecting(Fields response) {
        return response.contains("vary")
                ? response.members("vary").stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .distinct()
                        .sorted()
                        .toList()
                : List.of();
    }
}
