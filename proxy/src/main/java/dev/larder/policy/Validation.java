package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Validation in both directions (RFC 9111 section 4.3): asking the origin whether a stored response still holds, taking
 * over what its 304 says, and answering a client's own condition from storage. Pure.
 */
public final class Validation {

    private static final Set<String> CONDITIONAL =
            Set.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range");

    /**
     * What describes the stored octets themselves: a 304 says nothing about these, and a wrong one would make the stored
     * body unreadable (RFC 9111 section 3.2).
     */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-encoding",
            "content-length",
            "content-range",
            "content-md5",
            "content-digest",
            "transfer-encoding");

    /** Representation metadata that a 304 leaves out (RFC 9110 section 15.4.5). */
    private static final Set<String> NOT_IN_304 = Set.of(
            "content-encoding",
            "content-language",
            "content-length",
            "content-range",
            "content-type",
            "content-md5",
            "content-digest",
            "repr-digest",
            "digest",
            "transfer-encoding",
            "trailer");

    private Validation() {}

    /** Whether a field describes the representation, and so has no place beside another body or none. */
    static boolean ofTheRepresentation(String name) {
        return NOT_IN_304.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * What a 304 to a validation of ours came to.
     *
     * @param response the head that answers the request which asked, beside the stored body; a Set-Cookie of the 304 is
     *     in it and is for that one visitor
     * @param storage the stored response's new head, or why it must not stay in storage
     */
    public record Freshened(ResponseHead response, Storage storage) {}

    /** The request for the whole, whatever the client holds: without its conditions and ranges. */
    public static RequestHead unconditional(RequestHead request) {
        return request.withFields(
                request.fields().without((name, value) -> CONDITIONAL.contains(name.toLowerCase(Locale.ROOT))));
    }

    /** Whether {@link #conditional} can ask the origin anything. */
    public static boolean hasValidator(StoredHead stored) {
        Fields fields = stored.response().fields();
        return fields.contains("etag") || lastModified(stored).isPresent();
    }

    /**
     * The request with the stored response's validators in place of whatever conditions it had (RFC 9111 section 4.3.1).
     * Without a validator it has no condition.
     */
    public static RequestHead conditional(RequestHead request, StoredHead stored) {
        Fields.Builder fields =
                request
                        .fields()
                        .without((name, value) -> CONDITIONAL.contains(name.toLowerCase(Locale.ROOT)))
                        .toBuilder();
        String etag = stored.response().fields().get("etag");
        if (etag != null) {
            fields.add("If-None-Match", etag);
        }
        String lastModified = stored.response().fields().get("last-modified");
        if (lastModified != null && lastModified(stored).isPresent()) {
            fields.add("If-Modified-Since", lastModified);
        }
        return request.withFields(fields.build());
    }

    /**
     * Whether a 304 to {@link #conditional} is about this stored response (RFC 9111 section 4.3.4): a validator that it
     * names must be the stored one. One that names none is taken to be about the response that was asked about: section
     * 4.3.4 has it so only where that has none either, but origins leave them out, and there was but one in the question.
     */
    public static boolean selects(StoredHead stored, ResponseHead notModified) {
        String etag = notModified.fields().get("etag");
        String storedEtag = stored.response().fields().get("etag");
        if (etag != null && storedEtag != null) {
            return EntityTags.anyMatches(etag, storedEtag);
        }
        String lastModified = notModified.fields().get("last-modified");
        String storedLastModified = stored.response().fields().get("last-modified");
        if (etag != null && storedEtag == null) {
            // It is of another representation, unless the date says that it is the one that is stored.
            return lastModified != null && lastModified.equals(storedLastModified);
        }
        return lastModified == null || storedLastModified == null || lastModified.equals(storedLastModified);
    }

    /**
     * Takes over the fields of a 304 (RFC 9111 sections 3.2, 4.3.4) and judges the outcome as {@link
     * StoragePolicy#judge} judges a new response: a 304 may say {@code no-store}, or set a cookie. Which request fields
     * chose the response is taken from {@code sent} anew.
     *
     * @param sent the conditional request
     * @param requestTime when it was sent
     * @param responseTime when the 304 arrived
     */
    public static Freshened freshen(
            StoredHead stored,
            ResponseHead notModified,
            RequestHead sent,
            Rules.Route rule,
            boolean identified,
            Instant requestTime,
            Instant responseTime) {
        ResponseHead response = stored.response()
                .withFields(
                        updated(stored.response().fields(), notModified.fields().withoutHopByHop()));
        return new Freshened(
                response, StoragePolicy.judge(sent, response, rule, identified, requestTime, responseTime));
    }

    private static Fields updated(Fields stored, Fields said) {
        Set<String> replaced = new HashSet<>();
        Fields taken = said.without((name, value) -> OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT)));
        for (int i = 0; i < taken.size(); i++) {
            replaced.add(taken.name(i).toLowerCase(Locale.ROOT));
        }
        // The stored Age and Date told of the former answer; a 304 without them is as old as its arrival.
        replaced.add("age");
        replaced.add("date");
        Fields.Builder fields =
                stored.without((name, value) -> replaced.contains(name.toLowerCase(Locale.ROOT))).toBuilder();
        for (int i = 0; i < taken.size(); i++) {
            fields.add(taken.name(i), taken.value(i));
        }
        return fields.build();
    }

    /**
     * Whether a stored response answers a client's condition with 304 (RFC 9110 section 13.2.2, RFC 9111 section 4.3.2).
     * Only a GET or HEAD that would be answered with 2xx has a condition worth asking.
     */
    public static boolean answersNotModified(RequestHead clientRequest, StoredHead stored) {
        int status = stored.response().status();
        if (!(clientRequest.method().equals("GET") || clientRequest.method().equals("HEAD"))
                || status < 200
                || status > 299) {
            return false;
        }
        String ifNoneMatch = clientRequest.fields().combined("if-none-match");
        if (ifNoneMatch != null) {
            // If-Modified-Since does not count beside it, whatever the outcome (RFC 9110 section 13.1.3).
            String etag = stored.response().fields().get("etag");
            return ifNoneMatch.strip().equals("*") || (etag != null && EntityTags.anyMatches(ifNoneMatch, etag));
        }
        List<String> since = clientRequest.fields().all("if-modified-since");
        if (since.size() != 1) {
            return false;
        }
        return HttpDates.parse(since.get(0), stored.responseTime())
                .map(instant -> !lastChanged(stored).isAfter(instant))
                .orElse(false);
    }

    /** Last-Modified, else Date, else when it was received (RFC 9111 section 4.3.2). */
    private static Instant lastChanged(StoredHead stored) {
        Optional<Instant> lastModified = lastModified(stored);
        if (lastModified.isPresent()) {
            return lastModified.get();
        }
        String date = stored.response().fields().get("date");
        return Optional.ofNullable(date)
                .flatMap(value -> HttpDates.parse(value, stored.responseTime()))
                .orElse(stored.responseTime());
    }

    private static Optional<Instant> lastModified(StoredHead stored) {
        String lastModified = stored.response().fields().get("last-modified");
        return lastModified == null ? Optional.empty() : HttpDates.parse(lastModified, stored.responseTime());
    }

    /**
     * The 304 that stands for a stored response (RFC 9110 section 15.4.5): without what describes the representation, but
     * for what a client's cache updates its own copy by. Last-Modified goes where there is an ETag.
     */
    public static ResponseHead notModified(ResponseHead stored) {
        boolean tagged = stored.fields().contains("etag");
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < stored.fields().size(); i++) {
            String lower = stored.fields().name(i).toLowerCase(Locale.ROOT);
            if (!NOT_IN_304.contains(lower) && !(tagged && lower.equals("last-modified"))) {
                kept.add(stored.fields().name(i));
                kept.add(stored.fields().value(i));
            }
        }
        return new ResponseHead(304, "Not Modified", Fields.of(kept.toArray(new String[0])), stored.version());
    }
}
