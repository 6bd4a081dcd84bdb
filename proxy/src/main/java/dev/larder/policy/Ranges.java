package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a stored whole a Range asks for (RFC 9110 section 14, RFC 9111 section 3.3). Pure. A Range that is not
 * understood, is for several parts, or whose If-Range does not hold, is answered with the whole, as a server may that
 * ignores it.
 */
public final class Ranges {

    private static final Pattern ONE_RANGE =
            Pattern.compile("bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", Pattern.CASE_INSENSITIVE);

    /** A Last-Modified this much before Date is a strong validator (RFC 9110 section 8.8.2.2). */
    private static final Duration STRONG = Duration.ofSeconds(1);

    /** Its validators, and for how long it may be kept. */
    private static final Set<String> OF_THE_STORED_200 = Set.of(
            "etag", "last-modified", "cache-control", "expires", "pragma", "cdn-cache-control", "surrogate-control");

    private Ranges() {}

    /** What is answered. */
    public sealed interface Part {

        /** All of it, with the stored status. */
        record Whole() implements Part {}

        /** 206 with these octets, counted from 0; the last one included. */
        record Octets(long first, long last) implements Part {}

        /** 416: there is no such part. */
        record Unsatisfiable() implements Part {}
    }

    private static final Part WHOLE = new Part.Whole();

    /** Whether a request asks for a part of something, and not for the whole. */
    public static boolean asksForPart(RequestHead request) {
        // RFC 9110 section 14.2: for other methods a Range means nothing.
        return request.method().equals("GET") && request.fields().contains("range");
    }

    /**
     * The part of a stored body that answers a request.
     *
     * @param length of the stored body, in bytes
     */
    public static Part of(RequestHead request, ResponseHead stored, long length) {
        if (!asksForPart(request) || stored.status() != 200) {
            return WHOLE;
        }
        List<String> lines = request.fields().all("range");
        Matcher range = ONE_RANGE.matcher(lines.get(0));
        if (lines.size() != 1 || !range.matches() || !ifRangeHolds(request.fields(), stored.fields())) {
            return WHOLE;
        }
        OptionalLong first = CacheControl.deltaSeconds(range.group(1));
        OptionalLong last = CacheControl.deltaSeconds(range.group(2));
        if (first.isEmpty() && last.isEmpty()) {
            return WHOLE;
        }
        if (first.isEmpty()) {
            long suffix = Math.min(last.getAsLong(), length);
            return suffix == 0 ? new Part.Unsatisfiable() : new Part.Octets(length - suffix, length - 1);
        }
        if (last.isPresent() && last.getAsLong() < first.getAsLong()) {
            return WHOLE;
        }
        return first.getAsLong() >= length
                ? new Part.Unsatisfiable()
                : new Part.Octets(first.getAsLong(), Math.min(last.orElse(length - 1), length - 1));
    }

    /** RFC 9110 section 13.1.5: strong comparison, and a date only where it is exactly the stored one. */
    private static boolean ifRangeHolds(Fields request, Fields stored) {
        List<String> conditions = request.all("if-range");
        if (conditions.size() != 1) {
            return conditions.isEmpty();
        }
        String condition = conditions.get(0);
        if (condition.startsWith("\"")) {
            return condition.equals(stored.get("etag"));
        }
        String lastModified = stored.get("last-modified");
        return lastModified != null && condition.equals(lastModified) && isStrong(lastModified, stored.get("date"));
    }

    private static boolean isStrong(String lastModified, @Nullable String date) {
        Optional<Instant> sent = date == null ? Optional.empty() : HttpDates.parse(date, Instant.EPOCH);
        // A year of two digits is near the time of the answer.
        return sent.isPresent()
                && HttpDates.parse(lastModified, sent.get())
                        .filter(changed -> !changed.plus(STRONG).isAfter(sent.get()))
                        .isPresent();
    }

    /** The head of a 206 with this part (RFC 9110 section 15.3.7). */
    public static ResponseHead partial(ResponseHead stored, Part.Octets octets, long length) {
        return new ResponseHead(
                206,
                "Partial Content",
                described(stored.fields(), "bytes " + octets.first() + "-" + octets.last() + "/" + length),
                stored.version());
    }

    /**
     * The head of a 416 (RFC 9110 section 15.5.17); it has no body. The stored response's lifetime is not for it: a cache
     * on the way that kept it would answer those with it who want the whole.
     */
    public static ResponseHead unsatisfiable(ResponseHead stored, long length) {
        Fields fields = stored
                .fields()
                .without((name, value) -> Validation.ofTheRepresentation(name)
                        || OF_THE_STORED_200.contains(name.toLowerCase(Locale.ROOT)))
                .toBuilder()
                .add("Cache-Control", "no-store")
                .build();
        return new ResponseHead(416, "Range Not Satisfiable", described(fields, "bytes */" + length), stored.version());
    }

    private static Fields described(Fields stored, String contentRange) {
        return stored
                .without((name, value) ->
                        name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("content-range"))
                .toBuilder()
                .add("Content-Range", contentRange)
                .build();
    }
}
