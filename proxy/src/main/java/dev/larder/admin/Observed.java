package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.Observation;
import dev.larder.exchange.Observation.Finding;
import dev.larder.exchange.Outcome;
import dev.larder.key.BypassReason;
import dev.larder.policy.Comparison;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What trying the cache has brought to light: by route what would have been hits, how many answers were compared and
 * differed, and the last differences, one for each key. Bounded; any thread.
 */
public final class Observed implements Observation.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    private static final int MOST_ROUTES = 1_000;
    private static final int MOST_DIFFERENCES = 256;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    /** Of one route and one reason for comparing. */
    private static final class Compared {

        final LongAdder same = new LongAdder();
        final LongAdder status = new LongAdder();
        final LongAdder body = new LongAdder();
        final LongAdder fields = new LongAdder();
        final LongAdder changedMeanwhile = new LongAdder();
        final LongAdder notCompared = new LongAdder();
        final LongAdder ageMillis = new LongAdder();

        void count(Observation observation) {
            Finding finding = observation.finding();
            if (finding instanceof Finding.Different different) {
                (switch (different.how().kind()) {
                            case "status" -> status;
                            case "body" -> body;
                            default -> fields;
                        })
                        .increment();
                if (different.how().isVisible()) {
                    ageMillis.add(observation.age().toMillis());
                }
            } else if (finding instanceof Finding.Same) {
                same.increment();
            } else if (finding instanceof Finding.ChangedMeanwhile) {
                changedMeanwhile.increment();
            } else {
                notCompared.increment();
            }
        }

        Map<String, @Nullable Object> json() {
            long stale = status.sum() + body.sum();
            long all = stale + same.sum() + fields.sum();
            return Json.object(
                    member("same", same.sum()),
                    member("status", status.sum()),
                    member("body", body.sum()),
                    member("fields", fields.sum()),
                    member("changedMeanwhile", changedMeanwhile.sum()),
                    member("notCompared", notCompared.sum()),
                    member("staleShare", all == 0 ? null : (double) stale / all),
                    member("staleMeanAgeSeconds", stale == 0 ? null : ageMillis.sum() / 1_000.0 / stale));
        }
    }

    private static final class OfRoute {

        final LongAdder hits = new LongAdder();
        final LongAdder misses = new LongAdder();
        final LongAdder savedMicros = new LongAdder();
        final Compared observed = new Compared();
        final Compared sampled = new Compared();
    }

    /** The last one of a key, and how many there have been. */
    private record Difference(Observation last, Comparison.Different how, Instant at, long count) {}

    private final InstantSource clock;
    private final Map<String, OfRoute> routes = new ConcurrentHashMap<>();

    /** By route, source and key; guarded by this, as the next two. */
    private final Map<String, Difference> differences = new LinkedHashMap<>();

    private Instant nextLine = Instant.MIN;
    private long unsaid;

    /** Nothing yet. */
    public Observed(InstantSource clock) {
        this.clock = clock;
    }

    private OfRoute of(String name) {
        OfRoute route = routes.get(name);
        if (route == null) {
            route = routes.computeIfAbsent(routes.size() < MOST_ROUTES ? name : "-", first -> new OfRoute());
        }
        return route;
    }

    /** Whether this would have been a hit, had it not been forwarded. */
    public static boolean wouldHaveHit(Outcome outcome) {
        return outcome.disposition() instanceof Disposition.Bypass bypass
                && bypass.reason() == BypassReason.OBSERVING
                && bypass.about().filter("hit"::equals).isPresent();
    }

    /** An exchange is over, while everything is forwarded. */
    public void ended(Outcome outcome) {
        boolean hit = wouldHaveHit(outcome);
        boolean miss = outcome.disposition() instanceof Disposition.Miss
                || (outcome.disposition() instanceof Disposition.Bypass bypass
                        && bypass.reason() == BypassReason.OBSERVING
                        && !hit);
        if (outcome.route().isEmpty() || !(hit || miss)) {
            return;
        }
        OfRoute route = of(outcome.route().get());
        if (hit) {
            route.hits.increment();
            outcome.originTime().ifPresent(saved -> route.savedMicros.add(saved.toNanos() / 1_000));
        } else {
            route.misses.increment();
        }
    }

    @Override
    public void compared(Observation observation) {
        OfRoute route = of(observation.route());
        (observation.source() == Observation.Source.OBSERVE ? route.observed : route.sampled).count(observation);
        if (observation.finding() instanceof Finding.Different different) {
            differs(observation, different.how());
        }
    }

    private void differs(Observation observation, Comparison.Different how) {
        Instant now = clock.instant();
        String name = observation.route()
                + ' '
                + observation.source()
                + ' '
                + observation.key().text();
        long unsaidBefore;
        synchronized (this) {
            Difference before = differences.remove(name);
            differences.put(name, new Difference(observation, how, now, before == null ? 1 : before.count() + 1));
            if (differences.size() > MOST_DIFFERENCES) {
                differences.remove(differences.keySet().iterator().next());
            }
            if (now.isBefore(nextLine)) {
                unsaid++;
                return;
            }
            nextLine = now.plus(BETWEEN_LINES);
            unsaidBefore = unsaid;
            unsaid = 0;
        }
        LOG.warn(
                "route {} {} a response of {} s that is not what the backend answers now: {}{}",
                observation.route(),
                observation.source() == Observation.Source.OBSERVE ? "would have served" : "served",
                observation.age().toSeconds(),
                words(how),
                unsaidBefore == 0 ? "" : "; " + unsaidBefore + " more since the last such line");
    }

    /** Names and numbers, nothing of what is in either. */
    private static String words(Comparison.Different how) {
        if (how.storedStatus() != how.originStatus()) {
            return "status " + how.storedStatus() + ", now " + how.originStatus();
        }
        String body = how.body()
                .map(octets -> "bodies of " + octets.storedBytes() + " and " + octets.originBytes()
                        + " bytes differ at " + octets.offset())
                .orElse("");
        String fields = how.fields().isEmpty() ? "" : "fields " + String.join(", ", how.fields());
        return body + (body.isEmpty() || fields.isEmpty() ? "" : "; ") + fields;
    }

    /** By route, in the order of their names. */
    Map<String, @Nullable Object> routes() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        new TreeMap<>(routes)
                .forEach((name, route) -> json.put(
                        name,
                        Json.object(
                                member("wouldHit", route.hits.sum()),
                                member("wouldMiss", route.misses.sum()),
                                member("originSecondsSaved", route.savedMicros.sum() / 1_000_000.0),
                                member("observed", route.observed.json()),
                                member("sampled", route.sampled.json()))));
        return json;
    }

    /** The last one first. */
    List<Map<String, @Nullable Object>> differences() {
        List<Map<String, @Nullable Object>> json = new ArrayList<>();
        synchronized (this) {
            differences.values().forEach(one -> json.add(0, json(one)));
        }
        return json;
    }

    private static Map<String, @Nullable Object> json(Difference of) {
        Comparison.Different how = of.how();
        return Json.object(
                member("route", of.last().route()),
                member("key", of.last().key().text()),
                member("source", of.last().source() == Observation.Source.OBSERVE ? "observe" : "sample"),
                member("at", of.at()),
                member("count", of.count()),
                member("ageSeconds", of.last().age().toMillis() / 1_000.0),
                member("kind", how.kind()),
                member("storedStatus", how.storedStatus()),
                member("originStatus", how.originStatus()),
                member("fields", how.fields()),
                member(
                        "body",
                        how.body()
                                .map(octets -> Json.object(
                                        member("offset", octets.offset()),
                                        member("storedBytes", octets.storedBytes()),
                                        member("originBytes", octets.originBytes())))
                                .orElse(null)));
    }
}
