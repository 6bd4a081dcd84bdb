package dev.larder.policy;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How old a stored response is and how long it stays fresh (RFC 9111 sections 4.2.1 to 4.2.3), in the RFC's own words.
 * Pure; all times are the wall clock's.
 *
 * <p>One departure: a lifetime that a rule sets is counted by {@link #ageSinceFetch}, which leaves out the apparent age.
 * The origin is next door and its clock may be wrong by minutes; that must not make every response stale on arrival
 * where the rule, not the response, says how long it counts.
 */
public final class Freshness {

    /** Heuristic lifetimes end here, whatever Last-Modified says. */
    private static final Duration GREATEST_HEURISTIC = Duration.ofDays(1);

    private static final int HEURISTIC_FRACTION = 10;

    /** In nanoseconds it fits into a long, and so does what is added to it. */
    private static final Duration OLDEST = Duration.ofDays(100 * 365);

    /** RFC 9110 section 15.1. */
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    private Freshness() {}

    /** RFC 9111 section 4.2.3: the age as the origin's Date tells it; 0 without a valid Date. */
    static Duration apparentAge(StoredHead stored) {
        return atLeastZero(
                elapsed(dateValue(stored.response().fields(), stored.responseTime()), stored.responseTime()));
    }

    /** RFC 9111 section 4.2.3: what the Age field said; 0 without a valid one. */
    static Duration ageValue(StoredHead stored) {
        if (!stored.response().fields().contains("age")) {
            return Duration.ZERO;
        }
        // Of a list the first member counts, and what is no number is ignored (RFC 9111 section 5.1).
        List<String> members = stored.response().fields().members("age");
        return Duration.ofSeconds(
                members.isEmpty()
                        ? 0
                        : CacheControl.deltaSeconds(members.get(0)).orElse(0));
    }

    /** RFC 9111 section 4.2.3: from sending the request to receiving the head. */
    static Duration responseDelay(StoredHead stored) {
        return atLeastZero(elapsed(stored.requestTime(), stored.responseTime()));
    }

    /** RFC 9111 section 4.2.3. */
    static Duration correctedAgeValue(StoredHead stored) {
        return Duration.ofNanos(stored.initialAge(Freshness::readInitialAge).correctedValueNanos());
    }

    /** RFC 9111 section 4.2.3. */
    static Duration correctedInitialAge(StoredHead stored) {
        return Duration.ofNanos(stored.initialAge(Freshness::readInitialAge).correctedNanos());
    }

    private static StoredHead.InitialAge readInitialAge(StoredHead stored) {
        long apparentAge = nanos(apparentAge(stored));
        long correctedAgeValue = nanos(ageValue(stored).plus(responseDelay(stored)));
        return new StoredHead.InitialAge(Math.max(apparentAge, correctedAgeValue), correctedAgeValue);
    }

    /** Centuries, which a wrong Date makes, do not fit; the longest that does is stale enough. */
    private static long nanos(Duration age) {
        return age.compareTo(OLDEST) < 0 ? age.toNanos() : OLDEST.toNanos();
    }

    /** RFC 9111 section 4.2.3; never negative, since another sidecar's clock may be a little ahead. */
    static Duration residentTime(StoredHead stored, Instant now) {
        return atLeastZero(elapsed(stored.responseTime(), now));
    }

    /** RFC 9111 section 4.2.3: what the Age field of an answer from storage says, in whole seconds cut off. */
    public static Duration currentAge(StoredHead stored, Instant now) {
        return correctedInitialAge(stored).plus(residentTime(stored, now));
    }

    /** The current age without what the origin's clock says: see the class. */
    public static Duration ageSinceFetch(StoredHead stored, Instant now) {
        return correctedAgeValue(stored).plus(residentTime(stored, now));
    }

    /**
     * Whether the Age field, if there is one, leaves no doubt how much of a lifetime is over. As RFC 9111 section 5.1 has
     * it, of a list the first member counts, and what is no number at all is ignored. More strictly than it, three things
     * make a response stale on arrival: several lines, since two caches that both wrote an age did not read each other's;
     * one line in which a value is repeated, which is what becomes of such lines when somebody has combined them; and
     * what begins as a number and goes on as something else, since an age was meant.
     */
    static boolean hasReadableAge(Fields fields) {
        List<String> lines = fields.all("age");
        if (lines.isEmpty()) {
            return true;
        }
        List<String> members = fields.members("age");
        if (lines.size() > 1 || members.stream().distinct().count() < members.size()) {
            return false;
        }
        String first = members.isEmpty() ? "" : members.get(0);
        return first.isEmpty()
                || !isDigit(first.charAt(0))
                || CacheControl.deltaSeconds(first).isPresent();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * The lifetime that a response gives itself in a shared cache: s-maxage, max-age, Expires (RFC 9111 section 4.2.1),
     * else a heuristic one (section 4.2.2); what is said to larder alone before what is said to all (RFC 9213). Empty where it says nothing and nothing may be guessed.
     */
    static Optional<Duration> freshnessLifetime(ResponseHead response, Instant responseTime) {
        if (!hasReadableAge(response.fields())) {
            return Optional.of(Duration.ZERO);
        }
        CacheControl control = CacheControl.governing(response.fields());
        Optional<Duration> explicit = explicitLifetime(response.fields(), control, responseTime);
        return explicit.isPresent() ? explicit : heuristicLifetime(response, control, responseTime);
    }

    private static Optional<Duration> explicitLifetime(Fields fields, CacheControl control, Instant responseTime) {
        OptionalLong shared = control.leastSeconds("s-maxage");
        OptionalLong seconds = shared.isPresent() ? shared : control.leastSeconds("max-age");
        if (seconds.isPresent()) {
            return Optional.of(Duration.ofSeconds(seconds.getAsLong()));
        }
        List<String> expires = control.isTargeted() ? List.of() : fields.all("expires");
        if (expires.isEmpty()) {
            return Optional.empty();
        }
        // Several that differ, and values that are no date, 0 above all, mean expired (RFC 9111 sections 4.2.1, 5.3).
        if (expires.stream().distinct().count() > 1) {
            return Optional.of(Duration.ZERO);
        }
        return Optional.of(HttpDates.parse(expires.get(0), responseTime)
                .map(instant -> atLeastZero(elapsed(dateValue(fields, responseTime), instant)))
                .orElse(Duration.ZERO));
    }

    private static Optional<Duration> heuristicLifetime(
            ResponseHead response, CacheControl control, Instant responseTime) {
        if (!isHeuristicallyCacheable(response.status()) && !control.has("public")) {
            return Optional.empty();
        }
        String lastModified = response.fields().get("last-modified");
        if (lastModified == null) {
            return Optional.empty();
        }
        return HttpDates.parse(lastModified, responseTime)
                .map(instant -> atLeastZero(elapsed(instant, dateValue(response.fields(), responseTime)))
                        .dividedBy(HEURISTIC_FRACTION))
                .map(guess -> guess.compareTo(GREATEST_HEURISTIC) > 0 ? GREATEST_HEURISTIC : guess);
    }

    /** Whether a lifetime may be guessed for this status (RFC 9110 section 15.1). */
    static boolean isHeuristicallyCacheable(int status) {
        return HEURISTICALLY_CACHEABLE.contains(status);
    }

    /** What Date says, or when the response arrived where it says nothing sensible (RFC 9110 section 6.6.1). */
    private static Instant dateValue(Fields fields, Instant responseTime) {
        String date = fields.get("date");
        return date == null ? responseTime : HttpDates.parse(date, responseTime).orElse(responseTime);
    }

    /** As {@link Duration#between}, which takes a detour over nanoseconds that shows on the way of every hit. */
    private static Duration elapsed(Instant from, Instant to) {
        return Duration.ofSeconds(to.getEpochSecond() - from.getEpochSecond(), to.getNano() - from.getNano());
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
