package dev.larder.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What freshness and reuse are judged by: the head of a stored response, when it was asked for and when it arrived
 * (RFC 9111 section 4.2.3), and the lifetimes that storage policy gave it. Immutable and safe to share between threads.
 */
public final class StoredHead {
    private final ResponseHead response;
    private final Instant requestTime;
    private final Instant responseTime;
    private final Fields varied;
    private final Duration lifetime;
    private final Duration staleWhileRevalidate;
    private final Duration staleIfError;
    private final List<String> selecting;

    /** See {@link #initialAge}; negative while it is not known. Threads that race for it write the same. */
    private long correctedNanos = -1;

    /** The same. */
    private long correctedValueNanos = -1;

    /**
     * A stored head.
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
    public StoredHead(
            ResponseHead response,
            Instant requestTime,
            Instant responseTime,
            Fields varied,
            Duration lifetime,
            Duration staleWhileRevalidate,
            Duration staleIfError,
            List<String> selecting) {
        this.response = response;
        this.requestTime = requestTime;
        this.responseTime = responseTime;
        this.varied = varied;
        this.lifetime = lifetime;
        this.staleWhileRevalidate = staleWhileRevalidate;
        this.staleIfError = staleIfError;
        this.selecting = List.copyOf(selecting);
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

    /**
     * How old a response was when it arrived, in the words of RFC 9111 section 4.2.3.
     *
     * @param correctedNanos corrected initial age, not negative
     * @param correctedValueNanos corrected age value, which leaves out the origin's clock; not negative
     */
    public record InitialAge(long correctedNanos, long correctedValueNanos) {}

    /** The response's head, without hop-by-hop fields. */
    public ResponseHead response() {
        return response;
    }

    /** When the request that fetched it was sent, by the wall clock. */
    public Instant requestTime() {
        return requestTime;
    }

    /** When its head arrived, by the wall clock. */
    public Instant responseTime() {
        return responseTime;
    }

    /** The request's field lines that {@link #selecting()} names, as they were sent. */
    public Fields varied() {
        return varied;
    }

    /** Freshness lifetime. */
    public Duration lifetime() {
        return lifetime;
    }

    /** How long after its lifetime it may be served while it is fetched anew. */
    public Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    /** How long after its lifetime it may be served when the origin fails. */
    public Duration staleIfError() {
        return staleIfError;
    }

    /** Names of the request fields that choose this response, in lower case, sorted, without duplicates. */
    public List<String> selecting() {
        return selecting;
    }

    /**
     * How old it was when it arrived. That never changes, so its Date and Age are read once, not on every hit.
     *
     * @param reading reads it from this head; the same for every caller
     */
    public InitialAge initialAge(Function<StoredHead, InitialAge> reading) {
        long corrected = correctedNanos;
        long correctedValue = correctedValueNanos;
        if (corrected >= 0 && correctedValue >= 0) {
            return new InitialAge(corrected, correctedValue);
        }
        InitialAge read = reading.apply(this);
        correctedNanos = read.correctedNanos;
        correctedValueNanos = read.correctedValueNanos;
        return read;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredHead head
                && response.equals(head.response)
                && requestTime.equals(head.requestTime)
                && responseTime.equals(head.responseTime)
                && varied.equals(head.varied)
                && lifetime.equals(head.lifetime)
                && staleWhileRevalidate.equals(head.staleWhileRevalidate)
                && staleIfError.equals(head.staleIfError)
                && selecting.equals(head.selecting);
    }

    @Override
    public int hashCode() {
        return Objects.hash(response, requestTime, responseTime, varied, lifetime, selecting);
    }

    @Override
    public String toString() {
        return "StoredHead[" + response + ", requested " + requestTime + ", received " + responseTime + ", fresh for "
                + lifetime + "]";
    }
}
