package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a stored response is what the origin answers now: names and numbers, never what either of them holds. Pure.
 * Fields that belong to one message rather than to what it represents are not compared.
 */
public sealed interface Comparison {

    /** They are the same. */
    record Same() implements Comparison {}

    /**
     * They are not.
     *
     * @param storedStatus of the stored response
     * @param originStatus of the origin's answer; where it is another one nothing else is compared
     * @param fields names of the fields that differ, in lower case, sorted
     * @param body where the bodies differ
     */
    record Different(int storedStatus, int originStatus, List<String> fields, Optional<Octets> body)
            implements Comparison {

        /** The gravest difference, as a token: status, body or fields. */
        public String kind() {
            return storedStatus != originStatus ? "status" : body.isPresent() ? "body" : "fields";
        }

        /** Whether a visitor would have seen something else. */
        public boolean isVisible() {
            return storedStatus != originStatus || body.isPresent();
        }
    }

    /** The origin's answer does not say; {@code why} is a token. */
    record Incomparable(String why) implements Comparison {}

    /**
     * How two bodies differ.
     *
     * @param offset of the first octet that differs, or is there in one of them alone
     * @param storedBytes how long the stored one is
     * @param originBytes how long the other one is, as far as it was read
     */
    record Octets(long offset, long storedBytes, long originBytes) {}

    /** What is of a message, of its way or of its moment. */
    Set<String> OF_THE_MESSAGE = Set.of(
            "age",
            "alt-svc",
            "cache-status",
            "cf-ray",
            "content-length",
            "date",
            "expires",
            "nel",
            "proxy-status",
            "report-to",
            "request-id",
            "server-timing",
            "traceparent",
            "tracestate",
            "trailer",
            "via",
            "x-amz-cf-id",
            "x-amzn-trace-id",
            "x-correlation-id",
            "x-request-id",
            "x-response-time",
            "x-runtime",
            "x-trace-id");

    /**
     * Compares.
     *
     * @param stored the stored head, as the origin sent it
     * @param origin what the origin answers now
     * @param body how the bodies differ; empty where they do not, or there is none
     */
    static Comparison of(ResponseHead stored, ResponseHead origin, Optional<Octets> body) {
        if (origin.status() == 304 && stored.status() != 304) {
            String now = origin.fields().get("etag");
            String then = stored.fields().get("etag");
            if (now == null || then == null) {
                return new Incomparable("not-modified");
            }
            return EntityTags.anyMatches(now, then)
                    ? new Same()
                    : new Different(stored.status(), stored.status(), List.of("etag"), Optional.empty());
        }
        if (origin.status() != stored.status() && (origin.status() == 206 || origin.status() == 416)) {
            return new Incomparable("part");
        }
        if (origin.status() != stored.status()) {
            return new Different(stored.status(), origin.status(), List.of(), Optional.empty());
        }
        List<String> fields =
                differing(stored.fields().withoutHopByHop(), origin.fields().withoutHopByHop());
        return fields.isEmpty() && body.isEmpty()
                ? new Same()
                : new Different(stored.status(), origin.status(), fields, body);
    }

    private static List<String> differing(Fields stored, Fields origin) {
        Set<String> names = new TreeSet<>();
        addNames(stored, names);
        addNames(origin, names);
        List<String> differing = new ArrayList<>();
        for (String name : names) {
            if (!OF_THE_MESSAGE.contains(name) && !stored.all(name).equals(origin.all(name))) {
                differing.add(name);
            }
        }
        return List.copyOf(differing);
    }

    private static void addNames(Fields fields, Set<String> names) {
        for (int i = 0; i < fields.size(); i++) {
            names.add(fields.name(i).toLowerCase(Locale.ROOT));
        }
    }
}
