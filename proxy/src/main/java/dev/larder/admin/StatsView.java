package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.exchange.Trial;
import dev.larder.store.CacheStore;
import dev.larder.store.CacheStore.StoredPage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What has been going on, as JSON. Any thread. */
final class StatsView {

    private static final int SAMPLES = 10;

    private final CacheStore store;
    private final Traffic traffic;
    private final Trial trial;
    private final InstantSource clock;

    StatsView(CacheStore store, Traffic traffic, Trial trial, InstantSource clock) {
        this.store = store;
        this.traffic = traffic;
        this.trial = trial;
        this.clock = clock;
    }

    CompletionStage<Map<String, @Nullable Object>> stats() {
        CompletionStage<StoredPage> listed = store.list("", SAMPLES);
        CompletionStage<List<String>> samples = listed == null
                ? CompletableFuture.completedFuture(traffic.keys().top(SAMPLES).stream()
                        .map(TopKeys.Top::key)
                        .toList())
                : listed.thenApply(page -> page.entries().stream()
                        .map(CacheStore.StoredEntry::key)
                        .distinct()
                        .toList());
        return samples.thenApply(this::stats);
    }

    private Map<String, @Nullable Object> stats(List<String> sampleKeys) {
        CacheStore.StoreStatus of = store.status();
        Map<String, @Nullable Object> routes = new LinkedHashMap<>();
        traffic.routes().forEach((name, route) -> routes.put(name, route(route)));
        return Json.object(
                member("timestamp", clock.instant()),
                member("since", traffic.since()),
                member("totalKeys", of.entries()),
                member("estimatedMemoryBytes", of.bytes()),
                member("sampleKeys", sampleKeys),
                member(
                        "store",
                        Json.object(
                                member("kind", of.kind()),
                                member("usable", of.usable()),
                                member("detail", of.detail()))),
                member("bypass", TrialDesk.json(trial.bypass())),
                member("routes", routes));
    }

    private static Map<String, @Nullable Object> route(RouteTraffic route) {
        long fromStore = route.hits.sum() + route.stale.sum();
        long lookups = route.lookups();
        long fetches = route.origin.count();
        double originMillis = fetches == 0 ? 0 : route.origin.totalMicros() / 1_000.0 / fetches;
        return Json.object(
                member("requests", route.requests()),
                member("hits", route.hits.sum()),
                member("stale", route.stale.sum()),
                member("validated", route.validated.sum()),
                member("misses", route.misses.sum()),
                member("collapsed", route.collapsed.sum()),
                member("bypasses", route.bypasses.sum()),
                member("bypassReasons", route.bypassReasons()),
                member("notStoredReasons", route.notStoredReasons()),
                member("writes", route.writes.sum()),
                member("errors", route.errors.sum()),
                member("aborted", route.aborted.sum()),
                member("purgedGroups", route.purgedGroups.sum()),
                member("hitRatio", lookups == 0 ? null : (double) fromStore / lookups),
                member("bytes", route.bytes.sum()),
                member("bytesFromStore", route.bytesFromStore.sum()),
                member("cached", latencies(route.cached)),
                member("uncached", latencies(route.uncached)),
                member("originHead", latencies(route.origin)),
                member("expired", route.expired.sum()),
                member("expiredOriginSeconds", route.expiredOriginMicros.sum() / 1_000_000.0),
                member("originSecondsSaved", (fromStore + route.collapsed.sum()) * originMillis / 1_000));
    }

    private static Map<String, @Nullable Object> latencies(Latencies of) {
        long count = of.count();
        return Json.object(
                member("count", count),
                member("meanMillis", count == 0 ? 0.0 : of.totalMicros() / 1_000.0 / count),
                member("p50Millis", of.percentileMillis(50)),
                member("p95Millis", of.percentileMillis(95)),
                member("p99Millis", of.percentileMillis(99)));
    }

    Map<String, @Nullable Object> top(int number) {
        return Json.object(member("keys", keys(traffic.keys().top(number))));
    }

    static List<Map<String, @Nullable Object>> keys(List<TopKeys.Top> of) {
        return of.stream()
                .map(top -> Json.object(
                        member("key", top.key()),
                        member("requests", top.count()),
                        member("atLeast", top.atLeast()),
                        member("millis", top.millis())))
                .toList();
    }

    Map<String, @Nullable Object> seconds(long since) {
        List<Object> seconds = new ArrayList<>();
        for (Seconds.Second second : traffic.seconds().since(since)) {
            Map<String, @Nullable Object> one = count(second.all());
            Map<String, @Nullable Object> routes = new LinkedHashMap<>();
            second.byRoute().forEach((name, count) -> routes.put(name, count(count)));
            one.put("at", second.epochSecond());
            one.put("routes", routes);
            seconds.add(one);
        }
        return Json.object(member("seconds", seconds));
    }

    private static Map<String, @Nullable Object> count(Seconds.Count of) {
        long uncached = of.requests() - of.hits();
        return Json.object(
                member("requests", of.requests()),
                member("hits", of.hits()),
                member("lookups", of.lookups()),
                member("bypasses", of.bypasses()),
                member("errors", of.errors()),
                member("cachedMillis", of.hits() == 0 ? null : of.cachedMicros() / 1_000.0 / of.hits()),
                member(
                        "uncachedMillis",
                        uncached == 0 ? null : (of.allMicros() - of.cachedMicros()) / 1_000.0 / uncached));
    }
}
