package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.exchange.RulesInForce;
import dev.larder.plan.RouteRule;
import dev.larder.rules.Durations;
import dev.larder.rules.Rules;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that the live page asks for each second, in one answer that names each thing once. Any thread. */
final class LiveView {

    /** What the numbers of a second are, in their order. Times in milliseconds, 0 where there was no answer. */
    static final List<String> COLUMNS = List.of(
            "requests",
            "hits",
            "lookups",
            "bypasses",
            "writes",
            "errors",
            "failed",
            "bytes",
            "expired",
            "expiredMillis",
            "cachedP50",
            "cachedP95",
            "uncachedP50",
            "uncachedP95");

    private static final int MOST_ROUTES = 200;
    private static final int MOST_PURGES = 100;
    private static final int MOST_KEYS = 15;

    private final Supplier<RulesInForce> rules;
    private final Supplier<Map<String, @Nullable Object>> status;
    private final Traffic traffic;
    private final PurgeEvents purges;
    private final InstantSource clock;

    LiveView(
            Supplier<RulesInForce> rules,
            Supplier<Map<String, @Nullable Object>> status,
            Traffic traffic,
            PurgeEvents purges,
            InstantSource clock) {
        this.rules = rules;
        this.status = status;
        this.traffic = traffic;
        this.purges = purges;
        this.clock = clock;
    }

    /**
     * What has happened.
     *
     * @param since seconds that ended after this one are told, in seconds since 1970
     * @param purged purges after this number are told
     */
    Map<String, @Nullable Object> live(long since, long purged) {
        List<PurgeEvents.Event> events = purges.since(purged);
        return Json.object(
                member("at", clock.instant()),
                member("since", traffic.since()),
                member("status", status.get()),
                member("columns", COLUMNS),
                member("seconds", seconds(since)),
                member("routes", routes()),
                member("hottest", StatsView.keys(traffic.keys().top(MOST_KEYS))),
                member("dearest", StatsView.keys(traffic.keys().dearest(MOST_KEYS))),
                member(
                        "purges",
                        events.subList(Math.max(0, events.size() - MOST_PURGES), events.size()).stream()
                                .map(LiveView::purge)
                                .toList()));
    }

    static Map<String, @Nullable Object> purge(PurgeEvents.Event event) {
        return Json.object(
                member("number", event.number()),
                member("at", event.at()),
                member("cause", event.cause().kind()),
                member("groups", event.groups()),
                member("count", event.count()),
                member(
                        "request",
                        event.cause().request().isEmpty() ? null : event.cause().request()),
                member("rules", event.cause().rules()),
                member("again", event.cause().again()));
    }

    // ---- seconds -----------------------------------------------------------------------------------------------

    private List<Object> seconds(long since) {
        List<Object> seconds = new ArrayList<>();
        for (Seconds.Second second : traffic.seconds().since(since)) {
            Map<String, @Nullable Object> routes = new LinkedHashMap<>();
            second.byRoute().forEach((name, count) -> {
                Seconds.Spread spread = second.spreads().get(name);
                if (spread != null) {
                    routes.put(name, row(count, spread));
                }
            });
            seconds.add(List.of(second.epochSecond(), row(second.all(), second.spread()), routes));
        }
        return seconds;
    }

    private static List<Object> row(Seconds.Count count, Seconds.Spread spread) {
        return List.of(
                count.requests(),
                count.hits(),
                count.lookups(),
                count.bypasses(),
                count.writes(),
                count.errors(),
                count.failed(),
                count.bytes(),
                count.expired(),
                millis(count.expiredMicros() / 1_000.0),
                millis(spread.cachedHalf()),
                millis(spread.cachedMost()),
                millis(spread.uncachedHalf()),
                millis(spread.uncachedMost()));
    }

    /** No digits that nobody can read. */
    private static double millis(double exact) {
        return Math.round(exact * 1_000) / 1_000.0;
    }

    // ---- routes ------------------------------------------------------------------------------------------------

    /** Those of the rules in force in the order of the file, and all others that had a request; the busiest where there are many. */
    private List<Object> routes() {
        Map<String, RouteTraffic> had = traffic.routes();
        Map<String, RouteRule> known = new LinkedHashMap<>();
        rules.get().rulebook().routes().forEach(rule -> known.put(rule.name(), rule));
        List<String> names = new ArrayList<>(known.keySet());
        had.keySet().stream().filter(name -> !known.containsKey(name)).forEach(names::add);
        if (names.size() > MOST_ROUTES) {
            names.sort(Comparator.comparingLong((String name) -> {
                        RouteTraffic of = had.get(name);
                        return of == null ? 0 : of.requests();
                    })
                    .reversed());
        }
        return names.stream()
                .limit(MOST_ROUTES)
                .<Object>map(name -> route(name, known.get(name), had.getOrDefault(name, new RouteTraffic())))
                .toList();
    }

    private static Map<String, @Nullable Object> route(String name, @Nullable RouteRule rule, RouteTraffic had) {
        return Json.object(
                member("name", name),
                member("get", rule == null ? null : rule.rule().template().value()),
                member("ttl", rule == null ? null : lifetime(rule.rule())),
                member("requests", had.requests()),
                member("hits", had.hits.sum()),
                member("stale", had.stale.sum()),
                member("validated", had.validated.sum()),
                member("misses", had.misses.sum()),
                member("collapsed", had.collapsed.sum()),
                member("bypasses", had.bypasses.sum()),
                member("writes", had.writes.sum()),
                member("errors", had.errors.sum()),
                member("failed", had.failed.sum()),
                member("bytes", had.bytes.sum()),
                member("purgedGroups", had.purgedGroups.sum()),
                member("cachedMillis", mean(had.cached)),
                member("uncachedMillis", mean(had.uncached)),
                member("originMillis", mean(had.origin)),
                member("expired", had.expired.sum()),
                member("expiredMillis", millis(had.expiredOriginMicros.sum() / 1_000.0)),
                member("missCauses", had.missCauses()),
                member("bypassReasons", had.bypassReasons()),
                member("notStoredReasons", had.notStoredReasons()),
                member("errorReasons", had.errorReasons()));
    }

    private static String lifetime(Rules.Route rule) {
        return rule.ttl() instanceof Rules.Ttl.Fixed fixed ? Durations.print(fixed.lifetime()) : "origin";
    }

    private static @Nullable Double mean(Latencies of) {
        long count = of.count();
        return count == 0 ? null : millis(of.totalMicros() / 1_000.0 / count);
    }
}
