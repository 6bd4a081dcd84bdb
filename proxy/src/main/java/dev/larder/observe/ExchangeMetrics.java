package dev.larder.observe;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Outcomes as meters, in Prometheus' text form. Tags are route names and reason constants, so that their number is
 * bounded by the rules file and never by what visitors send. Any thread.
 */
public final class ExchangeMetrics implements ExchangeListener {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private record Way(String route, String result, String detail, int statusClass) {}

    private record Meters(Counter requests, Timer duration) {}

    private final ConcurrentHashMap<Way, Meters> meters = new ConcurrentHashMap<>();
    private final Counter purgedGroups;
    private final Counter aborted;
    private final Timer originHead;

    /** Meters of one sidecar, all zero. */
    public ExchangeMetrics() {
        purgedGroups = Counter.builder("larder.purged.groups")
                .description("Purge groups whose epochs a write replaced")
                .register(registry);
        aborted = Counter.builder("larder.requests.aborted")
                .description("Requests whose visitor left, or whose answer was cut short")
                .register(registry);
        originHead = Timer.builder("larder.origin.head")
                .description("Time from asking the origin to the head of its answer")
                .serviceLevelObjectives(buckets())
                .register(registry);
    }

    /** Adds a gauge that is read when somebody looks. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** The registry, for what else wants to be measured. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All meters in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void ended(Outcome outcome) {
        Disposition disposition = outcome.disposition();
        Way way = new Way(
                outcome.route().orElse("-"),
                disposition.token(),
                disposition.detail().orElse("-"),
                outcome.status() / 100);
        Meters of = meters.computeIfAbsent(way, this::register);
        of.requests().increment();
        of.duration().record(outcome.duration());
        outcome.originTime().ifPresent(originHead::record);
        if (outcome.purgedGroups() > 0) {
            purgedGroups.increment(outcome.purgedGroups());
        }
        if (outcome.aborted()) {
            aborted.increment();
        }
    }

    private Meters register(Way way) {
        String status = way.statusClass() == 0 ? "none" : way.statusClass() + "xx";
        return new Meters(
                Counter.builder("larder.requests")
                        .description("Requests by route, by what the cache made of them, and why")
                        .tag("route", way.route())
                        .tag("result", way.result())
                        .tag("detail", way.detail())
                        .tag("status", status)
                        .register(registry),
                Timer.builder("larder.request.duration")
                        .description("Time from a request's head to the end of its answer")
                        .tag("route", way.route())
                        .tag("result", way.result())
                        .serviceLevelObjectives(buckets())
                        .register(registry));
    }

    private static Duration[] buckets() {
        return new Duration[] {
            Duration.ofNanos(250_000),
            Duration.ofMillis(1),
            Duration.ofNanos(2_500_000),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10)
        };
    }
}
