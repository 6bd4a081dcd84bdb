package dev.larder.policy;

import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a response is stored, and for how long (RFC 9111 section 3). Pure. The only place that knows the order: what
 * forbids storing, unless the rule overrides it by name; the lifetime of the status; the rule's own; the origin's.
 *
 * <p>A rule's lifetime is noted beside the head and never written into it: a client learns only what the backend said,
 * since a purge cannot reach a browser. Age is kept as it came and computed anew for every answer. A Set-Cookie that the
 * rule overrides is not stored with the response: the cookie is for the visitor whose request it answered.
 *
 * <p>With {@code ttl: origin} the field that is meant for caches like larder alone, CDN-Cache-Control or
 * Surrogate-Control, gives the lifetime in place of Cache-Control (RFC 9213), and a {@code no-cache} response is stored
 * without a lifetime, to be validated on every use. A rule's own lifetime has no validation, so it loses to {@code
 * no-cache}. A prohibition counts in whichever field it stands: RFC 9213 would have a targeted lifetime open what
 * Cache-Control calls {@code private} or {@code no-store}, but somebody who added one of them later may not have known of
 * the other. A rule that overrides {@code targeted} follows the RFC to the letter.
 *
 * <p>Stricter than RFC 9111: {@code private} and {@code no-cache} with field names count as if they had none, {@code
 * must-understand} does not lift {@code no-store}, and a response whose Vary names Cookie or Authorization is not stored,
 * unless the rule ignores that.
 */
public final class StoragePolicy {

    private static final FieldNames NEVER_STORED = FieldNames.of(List.of("set-cookie", "trailer"));

    /** Final status codes of RFC 9110, for must-understand (RFC 9111 section 5.2.2.3). */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412,
            413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505);

    private static final String ACCEPT_ENCODING = "accept-encoding";

    private StoragePolicy() {}

    /**
     * Judges the head of an answer.
     *
     * @param sent the request as it was sent to the origin
     * @param identified whether it was fetched for a visitor whom the rule knows, by key or access
     * @param requestTime when the request was sent, by the wall clock
     * @param responseTime when the head arrived, by the wall clock
     */
    public static Storage judge(
            RequestHead sent,
            ResponseHead response,
            Rules.Route rule,
            boolean identified,
            Instant requestTime,
            Instant responseTime) {
        Optional<Duration> said = lifetime(rule, response.status());
        CacheControl control = rule.overrides().contains("targeted")
                ? CacheControl.governing(response.fields())
                : CacheControl.combined(response.fields());
        Optional<SkipReason> forbidden = byExchange(sent, response, rule, identified, control, said.isPresent())
                .or(() -> byResponse(response.fields(), control, rule.overrides(), said.isEmpty()))
                .or(() -> byVary(selecting(response.fields(), rule)));
        if (forbidden.isPresent()) {
            return new Storage.Skip(forbidden.get());
        }
        if (said.isPresent() && said.get().isZero()) {
            return new Storage.Skip(SkipReason.TTL_ZERO);
        }
        StoredHead head = said.isPresent()
                ? stored(
                        sent,
                        response,
                        rule,
                        requestTime,
                        responseTime,
                        said.get(),
                        rule.staleWhileRevalidate(),
                        rule.staleIfError())
                : byOrigin(sent, response, rule, control, requestTime, responseTime);
        return head.lifetime().isZero() && !isOfUseStale(head, control)
                ? new Storage.Skip(withoutUse(response, control, responseTime))
                : new Storage.Store(head);
    }

    /** What the rule says itself: of the status, else of all; empty where the origin decides. */
    private static Optional<Duration> lifetime(Rules.Route rule, int status) {
        Optional<Duration> ofStatus = rule.storeStatus().getOrDefault(status, Optional.empty());
        return ofStatus.isEmpty() && rule.ttl() instanceof Rules.Ttl.Fixed fixed
                ? Optional.of(fixed.lifetime())
                : ofStatus;
    }

    private static Optional<SkipReason> byExchange(
            RequestHead sent,
            ResponseHead response,
            Rules.Route rule,
            boolean identified,
            CacheControl control,
            boolean forced) {
        int status = response.status();
        if (!sent.method().equals("GET")) {
            return Optional.of(SkipReason.METHOD);
        }
        // Beside 206 and 416 a Content-Range means nothing (RFC 9110 section 14.4), but who forces a lifetime had
        // better
        // not rely on the backend knowing that.
        if (status == 206 || (forced && response.fields().contains("content-range"))) {
            return Optional.of(SkipReason.PARTIAL);
        }
        if (identified && isRefusal(status)) {
            return Optional.of(SkipReason.VISITOR_REFUSED);
        }
        if (status == 304
                || !rule.storeStatus().containsKey(status)
                || (control.has("must-understand") && !UNDERSTOOD.contains(status))) {
            return Optional.of(SkipReason.STATUS);
        }
        if (RequestDirectives.of(sent.fields()).noStore()) {
            return Optional.of(SkipReason.REQUEST_NO_STORE);
        }
        if (!identified && sent.fields().contains("authorization")) {
            return Optional.of(SkipReason.AUTHORIZATION);
        }
        return Optional.empty();
    }

    /** A redirect to a login page says as little about the key as a 401 does. */
    private static boolean isRefusal(int status) {
        return (status >= 300 && status < 400 && status != 304) || status == 401 || status == 403;
    }

    private static Optional<SkipReason> byResponse(
            Fields fields, CacheControl control, Set<String> overrides, boolean validated) {
        if (control.has("no-store") && !overrides.contains("no-store")) {
            return Optional.of(SkipReason.NO_STORE);
        }
        if (control.has("private") && !overrides.contains("private")) {
            return Optional.of(SkipReason.PRIVATE);
        }
        if (!validated && control.has("no-cache") && !overrides.contains("no-cache")) {
            return Optional.of(SkipReason.NO_CACHE);
        }
        if (fields.contains("set-cookie") && !overrides.contains("set-cookie")) {
            return Optional.of(SkipReason.SET_COOKIE);
        }
        return Optional.empty();
    }

    private static Optional<SkipReason> byVary(List<String> selecting) {
        if (selecting.contains("*")) {
            return Optional.of(SkipReason.VARY_STAR);
        }
        return selecting.contains("cookie") || selecting.contains("authorization")
                ? Optional.of(SkipReason.VARY_CREDENTIAL)
                : Optional.empty();
    }

    /** What the response's Vary names, with what the rule adds and without what it ignores. */
    private static List<String> selecting(Fields response, Rules.Route route) {
        Rules.VaryRule rule = route.vary();
        List<String> own = StoredHead.selecting(response);
        if (rule.add().isEmpty() && rule.ignore().isEmpty() && !own.contains(ACCEPT_ENCODING)) {
            return own;
        }
        TreeSet<String> names = new TreeSet<>(own);
        names.addAll(rule.add());
        names.removeAll(rule.ignore());
        if (route.compress() != Rules.Compression.NONE) {
            // All were fetched with the same; what a client accepts is looked at when it is answered.
            names.remove(ACCEPT_ENCODING);
        }
        return List.copyOf(names);
    }

    private static StoredHead byOrigin(
            RequestHead sent,
            ResponseHead response,
            Rules.Route rule,
            CacheControl control,
            Instant requestTime,
            Instant responseTime) {
        CacheControl governing = CacheControl.governing(response.fields());
        boolean mayBeStale = !governing.forbidsStale() && !control.has("no-cache");
        // RFC 9111 section 5.2.2.4: without a lifetime it is never used without having been validated.
        Duration lifetime = control.has("no-cache") && !rule.overrides().contains("no-cache")
                ? Duration.ZERO
                : Freshness.freshnessLifetime(response, responseTime).orElse(Duration.ZERO);
        return stored(
                sent,
                response,
                rule,
                requestTime,
                responseTime,
                lifetime,
                mayBeStale
                        ? window(governing.leastSeconds("stale-while-revalidate"), rule.staleWhileRevalidate())
                        : Duration.ZERO,
                mayBeStale ? window(governing.leastSeconds("stale-if-error"), rule.staleIfError()) : Duration.ZERO);
    }

    /** With the origin's lifetime its own windows come first (RFC 5861), the rule's where it says nothing. */
    private static Duration window(OptionalLong said, Duration otherwise) {
        return said.isPresent() ? Duration.ofSeconds(said.getAsLong()) : otherwise;
    }

    /** Never fresh, but of use: it can be validated, or served stale (RFC 9111 section 3 on what may be stored at all). */
    private static boolean isOfUseStale(StoredHead head, CacheControl control) {
        boolean storable = Freshness.isHeuristicallyCacheable(head.response().status())
                || control.has("public")
                || control.has("max-age")
                || control.has("s-maxage")
                || head.response().fields().contains("expires");
        return storable
                && (Validation.hasValidator(head)
                        || !head.staleWhileRevalidate().isZero()
                        || !head.staleIfError().isZero());
    }

    private static SkipReason withoutUse(ResponseHead response, CacheControl control, Instant responseTime) {
        if (control.has("no-cache")) {
            return SkipReason.NO_CACHE;
        }
        return Freshness.freshnessLifetime(response, responseTime).isPresent()
                ? SkipReason.TTL_ZERO
                : SkipReason.NO_LIFETIME;
    }

    private static StoredHead stored(
            RequestHead sent,
            ResponseHead response,
            Rules.Route rule,
            Instant requestTime,
            Instant responseTime,
            Duration lifetime,
            Duration staleWhileRevalidate,
            Duration staleIfError) {
        List<String> selecting = selecting(response.fields(), rule);
        Fields fields = storedFields(response.fields());
        if (!fields.contains("date")) {
            // RFC 9110 section 6.6.1: a response that is stored has a Date, if need be ours.
            fields = fields.and(Fields.of("Date", HttpDates.format(responseTime)));
        }
        return new StoredHead(
                response.withFields(fields),
                requestTime,
                responseTime,
                varied(sent.fields(), selecting),
                lifetime,
                staleWhileRevalidate,
                // An old failure is no help against a new one (RFC 5861 section 4).
                response.status() >= 500 ? Duration.ZERO : staleIfError,
                selecting);
    }

    /** Without the fields of one connection, of a proxy, and of one visitor (RFC 9111 section 3.1). */
    private static Fields storedFields(Fields fields) {
        return fields.withoutHopByHop(NEVER_STORED, Fields.EMPTY);
    }

    private static Fields varied(Fields request, List<String> selecting) {
        return selecting.isEmpty()
                ? Fields.EMPTY
                : request.without((name, value) -> !selecting.contains(name.toLowerCase(Locale.ROOT)));
    }
}
