package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.StoredHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether a stored response may answer a request (RFC 9111 section 4, RFC 5861). Pure.
 *
 * <p>Where the rule sets the lifetime, request directives do not count: a browser's reload sends {@code no-cache} or
 * {@code max-age=0}, and whoever could make the origin work by that could empty the cache from outside. Nor do the
 * response's: what it forbids is weighed when it is stored. With {@code ttl: origin} both count as the RFC says. A
 * response with no-cache has no lifetime unless the rule overrides that, so it is validated on every use.
 */
public final class ReusePolicy {

    private ReusePolicy() {}

    /**
     * Judges a stored response that lies under the request's key.
     *
     * @param originLifetime whether the route says {@code ttl: origin}
     * @param now by the wall clock
     */
    public static Reuse judge(StoredHead stored, RequestHead request, boolean originLifetime, Instant now) {
        String differing = firstVaryMismatch(stored, request.fields());
        if (!differing.isEmpty()) {
            return new Reuse.Mismatch(differing);
        }
        Duration age = Freshness.currentAge(stored, now);
        return originLifetime
                ? byOriginLifetime(stored, RequestDirectives.of(request.fields()), age)
                : byRuleLifetime(stored, age, Freshness.ageSinceFetch(stored, now));
    }

    private static Reuse byRuleLifetime(StoredHead stored, Duration age, Duration ageSinceFetch) {
        Duration timeToLive = stored.lifetime().minus(ageSinceFetch);
        if (isPositive(timeToLive)) {
            return new Reuse.Fresh(age, timeToLive);
        }
        Duration staleness = timeToLive.negated();
        return stale(
                age,
                staleness.compareTo(stored.staleWhileRevalidate()) < 0,
                staleness.compareTo(stored.staleIfError()) < 0,
                staleness);
    }

    private static Reuse byOriginLifetime(StoredHead stored, RequestDirectives wanted, Duration age) {
        Duration timeToLive = stored.lifetime().minus(age);
        Duration staleness = isPositive(timeToLive) ? Duration.ZERO : timeToLive.negated();
        Fields fields = stored.response().fields();
        // What Cache-Control forbids, another field does not allow; what it says of staleness, the governing one does.
        boolean mayBeStale = !CacheControl.governing(fields).forbidsStale()
                && !CacheControl.combined(fields).has("no-cache");
        boolean ifError = mayBeStale && staleness.compareTo(stored.staleIfError()) < 0;
        if (wanted.noCache()) {
            // RFC 9111 section 5.2.1.4: not without successful validation, so not after a failed one either.
            return new Reuse.Validate(age, false);
        }
        if (wanted.maxAge().isPresent() && age.compareTo(wanted.maxAge().get()) > 0) {
            return new Reuse.Validate(age, ifError);
        }
        if (isPositive(timeToLive)) {
            boolean staysFresh = wanted.minFresh().isEmpty()
                    || timeToLive.compareTo(wanted.minFresh().get()) >= 0;
            return staysFresh ? new Reuse.Fresh(age, timeToLive) : new Reuse.Validate(age, ifError);
        }
        if (wanted.minFresh().isPresent()
                || (wanted.maxAge().isPresent() && wanted.maxStale().isEmpty())) {
            // RFC 9111 sections 5.2.1.1 and 5.2.1.3: such a client does not wish for a stale response.
            return new Reuse.Validate(age, ifError);
        }
        boolean clientTakesIt = wanted.maxStale().isPresent()
                && staleness.compareTo(wanted.maxStale().get()) <= 0;
        boolean whileRevalidate =
                mayBeStale && (clientTakesIt || staleness.compareTo(stored.staleWhileRevalidate()) < 0);
        return stale(age, whileRevalidate, ifError, staleness);
    }

    private static Reuse stale(Duration age, boolean whileRevalidate, boolean ifError, Duration staleness) {
        return whileRevalidate || ifError
                ? new Reuse.Stale(age, whileRevalidate, ifError, staleness)
                : new Reuse.Validate(age, false);
    }

    /** The first field that chooses the response and in which the requests differ (RFC 9111 section 4.1), or "". */
    private static String firstVaryMismatch(StoredHead stored, Fields request) {
        List<String> names = stored.selecting();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals("*") || !matches(names.get(i), stored.varied(), request)) {
                return names.get(i);
            }
        }
        return "";
    }

    private static boolean matches(String name, Fields stored, Fields request) {
        String before = stored.combined(name);
        String now = request.combined(name);
        if (before == null || now == null) {
            return before == null && now == null;
        }
        // Blanks around commas mean nothing, but inside quotes they may: only then every octet counts.
        return before.equals(now)
                || (before.indexOf('"') < 0
                        && now.indexOf('"') < 0
                        && stored.members(name).equals(request.members(name)));
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
