package dev.larder.observe;

import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Outcomes as meters, in Prometheus' text form. Tags are names from the rules file and reason constants, so that their
 * number is bounded by that file and never by what visitors send. Any thread.
 */
public final class ExchangeMetrics implements ExchangeListener {

    /** In place of a name, where there is none. */
    static final String NONE = "-";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ConcurrentHashMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> purges = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Fact> facts = new CopyOnWriteArrayList<>();
    private final Executor background;
    private final AtomicBoolean jvmBound = new AtomicBoolean();
    private final Counter purgedGroups;
    private final Counter widened;
    private final Counter holds;
    private final Counter aborted;

    /**
     * Meters of one sidecar, all zero.
     *
     * @param background runs what takes too long for an event loop
     */
    public ExchangeMetrics(Executor background) {
        this.background = background;
        JvmMeters.filter(registry);
        purgedGroups = Counter.builder("larder.purged.groups")
                .description("Purge groups whose epochs a write replaced")
                .register(registry);
        widened = Counter.builder("larder.purges.widened")
                .description("Aims of purges that reached more than was meant, because something could not be read")
                .register(registry);
        holds = Counter.builder("larder.holds")
                .description(
                        "Writes whose outcome stayed unknown, so that what they may have changed is not stored for a while")
                .register(registry);
        aborted = Counter.builder("larder.requests.aborted")
                .description("Requests whose visitor left, or whose answer was cut short")
                .register(registry);
    }

    /** Adds a gauge that is read when somebody looks. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** Adds a count that only grows, kept elsewhere and read when somebody looks; {@code _total} is added to its name. */
    public void counter(String name, String description, LongSupplier value) {
        // The registry holds what it asks weakly: this is there as long as it is, which a mere supplier is not.
        FunctionCounter.builder(name, this, metrics -> value.getAsLong())
                .description(description)
                .register(registry);
    }

    /** Takes times in nanoseconds. Any thread. */
    @FunctionalInterface
    public interface Times {

        /** One more. */
        void took(long nanos);
    }

    /** Adds a histogram of times, of which there is one for each value of a tag. */
    public Times times(String name, String description, String tag, String value) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tag(tag, value)
                .serviceLevelObjectives(Buckets.times())
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts one by one. Any thread. */
    @FunctionalInterface
    public interface Count {

        /** One more. */
        void more();
    }

    /** Adds a count, of which there is one for each value of a tag. */
    public Count count(String name, String description, String tag, String value) {
        Counter counter =
                Counter.builder(name).description(description).tag(tag, value).register(registry);
        return counter::increment;
    }

    /** Adds a count, of which there is one for these values of these tags. */
    public Count count(String name, String description, Map<String, String> tags) {
        Counter.Builder builder = Counter.builder(name).description(description);
        tags.forEach(builder::tag);
        Counter counter = builder.register(registry);
        return counter::increment;
    }

    /** Adds a gauge that is always 1, with tags that say something; those of one moment take the place of those before. */
    public void fact(String name, String description, Supplier<Map<String, String>> tags) {
        facts.add(new Fact(MultiGauge.builder(name).description(description).register(registry), tags));
    }

    private record Fact(MultiGauge meter, Supplier<Map<String, String>> tags) {

        void renew() {
            List<Tag> now = tags.get().entrySet().stream()
                    .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                    .toList();
            meter.register(List.of(MultiGauge.Row.of(Tags.of(now), 1)), true);
        }
    }

    /** All meters in Prometheus' text format. Those of the JVM begin to be made when this is first called. */
    public String scrape() {
        if (jvmBound.compareAndSet(false, true)) {
            background.execute(() -> JvmMeters.bind(registry));
        }
        facts.forEach(Fact::renew);
        return registry.scrape();
    }

    @Override
    public void ended(Outcome outcome) {
        String name = outcome.route().orElse(NONE);
        RouteMeters route = routes.get(name);
        if (route == null) {
            route = routes.computeIfAbsent(name, of -> new RouteMeters(registry, of));
        }
        route.ended(outcome);
        if (outcome.purge() != null) {
            purged(outcome.purge());
        }
        if (outcome.aborted()) {
            aborted.increment();
        }
    }

    private void purged(Outcome.Purge purge) {
        purgedGroups.increment(purge.groups());
        widened.increment(purge.widened());
        if (purge.held()) {
            holds.increment();
        }
        if (purge.rules().isEmpty()) {
            purgedBy(NONE);
        }
        purge.rules().forEach(this::purgedBy);
    }

    private void purgedBy(String rule) {
        purges.computeIfAbsent(
                        rule,
                        name -> Counter.builder("larder.purges")
                                .description(
                                        "Writes that purged, by purge rule; - where only their own path was purged")
                                .tag("purge", name)
                                .register(registry))
                .increment();
    }
}
