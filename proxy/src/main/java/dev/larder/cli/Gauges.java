package dev.larder.cli;

import dev.larder.exchange.Trial;
import dev.larder.identity.IdentityCounts;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.observe.SpanTracing;
import dev.larder.plan.Rulebook;
import dev.larder.relay.CaptureBudget;
import dev.larder.server.ProxyServer;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.StoreListener;
import io.netty.util.internal.PlatformDependent;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Metrics that are no views of outcomes: bounds and how near they are, the store's trips, who is running. Any thread. */
final class Gauges {

    private Gauges() {}

    /** Times and failures of trips to the store. */
    static StoreListener ofTrips(ExchangeMetrics metrics) {
        Map<StoreListener.Trip, ExchangeMetrics.Times> times = new EnumMap<>(StoreListener.Trip.class);
        Map<StoreListener.Trip, ExchangeMetrics.Count> failures = new EnumMap<>(StoreListener.Trip.class);
        for (StoreListener.Trip trip : StoreListener.Trip.values()) {
            String name = trip.name().toLowerCase(Locale.ROOT);
            times.put(
                    trip,
                    metrics.times(
                            "larder.store.trip.duration", "Time that the store took, failures included", "trip", name));
            failures.put(
                    trip,
                    metrics.count(
                            "larder.store.trip.failures",
                            "What the store did not do within its timeout",
                            "trip",
                            name));
        }
        return (trip, nanos, failed) -> {
            ExchangeMetrics.Times took = times.get(trip);
            ExchangeMetrics.Count failure = failures.get(trip);
            if (took != null && failure != null) {
                took.took(nanos);
                if (failed) {
                    failure.more();
                }
            }
        };
    }

    /** Zero where no spans are made: monitoring then has nothing to make exceptions for. */
    static void ofSpans(ExchangeMetrics metrics, Optional<SpanTracing> spans) {
        metrics.counter(
                "larder.spans.exported",
                "Spans that the collector has taken",
                spans.isPresent() ? spans.get()::exported : () -> 0);
        metrics.counter(
                "larder.spans.dropped",
                "Spans that are lost: the queue was full, or the collector did not take them",
                spans.isPresent() ? spans.get()::dropped : () -> 0);
    }

    static void ofStore(ExchangeMetrics metrics, CacheStore store, Settings settings) {
        metrics.gauge(
                "larder.store.limit.bytes",
                "What stored responses may take",
                () -> settings.store().maxBytes());
        metrics.gauge(
                "larder.store.circuit.open",
                "1 while the store is left alone because it failed",
                () -> store.inside().circuitOpen() ? 1 : 0);
        metrics.counter(
                "larder.store.circuit.opened",
                "How often that has begun",
                () -> store.inside().circuitOpened());
        metrics.gauge(
                "larder.store.in.touch",
                "1 where every purge of other sidecars is heard",
                () -> store.inTouch() ? 1 : 0);
        metrics.gauge(
                "larder.store.members",
                "Sidecars that share the store as far as is known, this one included; 0 where there are none or it is no member",
                () -> store.inside().members());
        metrics.gauge(
                "larder.store.intents",
                "Writes under way that the store knows of",
                () -> store.inside().intents());
        metrics.gauge(
                "larder.near.entries",
                "Copies in this process of what lies in the store",
                () -> store.inside().nearEntries());
        metrics.gauge(
                "larder.near.bytes",
                "What these copies take, estimated",
                () -> store.inside().nearBytes());
        metrics.gauge(
                "larder.near.limit.bytes",
                "What these copies may take",
                () -> settings.store().nearMaxBytes());
    }

    static void ofIdentities(ExchangeMetrics metrics, Supplier<IdentityCounts> counts) {
        metrics.gauge(
                "larder.identities.known",
                "Visitors that the backend was asked about and that are known",
                () -> counts.get().known());
        metrics.gauge(
                "larder.identity.questions.open",
                "Questions about visitors under way",
                () -> counts.get().underWay());
        metrics.counter(
                "larder.identity.questions",
                "Questions about visitors that were sent",
                () -> counts.get().asked());
        metrics.counter(
                "larder.identity.questions.failed",
                "Of these, how many got neither yes nor no",
                () -> counts.get().failed());
        metrics.counter(
                "larder.identity.questions.refused",
                "Questions that were not sent because too many were under way",
                () -> counts.get().refused());
    }

    static void ofBounds(ExchangeMetrics metrics, ProxyServer server, CaptureBudget captures, Settings settings) {
        Settings.Bounds bounds = settings.bounds();
        metrics.gauge("larder.connections.limit", "Client connections that are admitted at once", bounds::connections);
        metrics.counter(
                "larder.connections.refused",
                "Client connections that got a 503 because there were too many",
                server::refusedConnections);
        metrics.counter(
                "larder.connections.dropped",
                "Client connections that were closed at once because there were far too many",
                server::droppedConnections);
        metrics.gauge(
                "larder.captures.limit.bytes", "What bodies on their way to the store may take", bounds::captureBytes);
        metrics.counter(
                "larder.captures.refused", "Bodies that were not captured for want of such memory", captures::refused);
        metrics.gauge("larder.draining", "1 while this sidecar is ending", () -> server.isDraining() ? 1 : 0);
        metrics.gauge(
                "larder.direct.memory.used.bytes",
                "Memory outside the heap that buffers have taken, -1 where not known",
                PlatformDependent::usedDirectMemory);
        metrics.gauge(
                "larder.direct.memory.limit.bytes",
                "Memory outside the heap that buffers may take",
                PlatformDependent::maxDirectMemory);
    }

    static void ofTrial(ExchangeMetrics metrics, Trial trial, Supplier<Rulebook> rules) {
        metrics.gauge(
                "larder.quarantined.routes",
                "Public routes that answered visitors differently and are kept from the cache",
                () -> trial.quarantined(rules.get().routes()).size());
        metrics.gauge(
                "larder.bypass",
                "1 while the cache is switched off",
                () -> trial.bypass().on() ? 1 : 0);
    }

    static void ofBuild(ExchangeMetrics metrics, Supplier<Rulebook> rules) {
        String version = Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("development");
        Map<String, String> build =
                Map.of("version", version, "java", Runtime.version().toString());
        metrics.fact("larder.build.info", "What is running", () -> build);
        metrics.fact(
                "larder.rules.info",
                "The rules in force, by their fingerprint",
                () -> Map.of("fingerprint", rules.get().fingerprint()));
        metrics.gauge(
                "larder.rules.routes",
                "Routes of the rules in force",
                () -> rules.get().routes().size());
    }
}
