package dev.larder.observe;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route, each looked for once: what an exchange costs here is a few lookups by constants, and additions.
 * Any thread.
 */
final class RouteMeters {

    /** Reasons of one result beyond which no more are told apart. There are fewer; this keeps a mistake from filling memory. */
    private static final int MOST_DETAILS = 64;

    private static final int STATUS_CLASSES = 10;

    private final MeterRegistry registry;
    private final String route;
    private final ConcurrentHashMap<String, Result> results = new ConcurrentHashMap<>();
    private volatile @Nullable Result hits;
    private volatile @Nullable Timer originHead;

    RouteMeters(MeterRegistry registry, String route) {
        this.registry = registry;
        this.route = route;
    }

    /** Of one route and one result. */
    private record Result(
            Timer duration,
            Counter bodyBytes,
            ConcurrentHashMap<String, AtomicReferenceArray<@Nullable Counter>> requests) {}

    void ended(Outcome outcome) {
        Disposition disposition = outcome.disposition();
        Result result = result(disposition);
        result.duration().record(outcome.duration().toNanos(), TimeUnit.NANOSECONDS);
        if (outcome.bodyBytes() > 0) {
            result.bodyBytes().increment(outcome.bodyBytes());
        }
        requests(result, disposition, outcome.status()).increment();
        if (outcome.originTime().isPresent()) {
            origin(outcome.originTime().get());
        }
    }

    private Result result(Disposition disposition) {
        if (!(disposition instanceof Disposition.Hit)) {
            return results.computeIfAbsent(disposition.token(), this::result);
        }
        Result known = hits;
        if (known == null) {
            known = results.computeIfAbsent(disposition.token(), this::result);
            hits = known;
        }
        return known;
    }

    private Counter requests(Result result, Disposition disposition, int status) {
        String detail = disposition.detail().orElse(ExchangeMetrics.NONE);
        AtomicReferenceArray<@Nullable Counter> byStatus = result.requests().get(detail);
        if (byStatus == null) {
            detail = result.requests().size() < MOST_DETAILS ? detail : "other";
            byStatus = result.requests().computeIfAbsent(detail, of -> new AtomicReferenceArray<>(STATUS_CLASSES));
        }
        int statusClass = Math.min(Math.max(status / 100, 0), STATUS_CLASSES - 1);
        Counter counter = byStatus.get(statusClass);
        if (counter == null) {
            // Whoever else is here gets the same one of the registry.
            counter = Counter.builder("larder.requests")
                    .description("Requests by route, by what the cache made of them, and why")
                    .tag("route", route)
                    .tag("result", disposition.token())
                    .tag("detail", detail)
                    .tag("status", statusClass == 0 ? "none" : statusClass + "xx")
                    .register(registry);
            byStatus.set(statusClass, counter);
        }
        return counter;
    }

    private Result result(String token) {
        return new Result(
                Timer.builder("larder.request.duration")
                        .description("Time from a request's head to the end of its answer")
                        .tag("route", route)
                        .tag("result", token)
                        .serviceLevelObjectives(Buckets.times())
                        .register(registry),
                Counter.builder("larder.response.body.bytes")
                        .description("Bytes of bodies that visitors were sent")
                        .tag("route", route)
                        .tag("result", token)
                        .register(registry),
                new ConcurrentHashMap<>());
    }

    private void origin(Duration took) {
        Timer timer = originHead;
        if (timer == null) {
            timer = Timer.builder("larder.origin.head")
                    .description("Time from asking the backend to the head of its answer")
                    .tag("route", route)
                    .serviceLevelObjectives(Buckets.times())
                    .register(registry);
            originHead = timer;
        }
        timer.record(took.toNanos(), TimeUnit.NANOSECONDS);
    }
}
