package dev.larder.cli;

import dev.larder.exchange.RequestCollapser;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.relay.CaptureBudget;
import dev.larder.server.ProxyServer;
import dev.larder.store.CacheStore;
import java.time.Instant;
import java.util.Locale;

/** What the admin address says of a running sidecar: gauges for metrics, and the same as JSON. Any thread. */
final class Status {

    private final CacheStore store;
    private final ProxyServer server;
    private final RequestCollapser collapser;
    private final CaptureBudget captures;

    Status(
            CacheStore store,
            ProxyServer server,
            RequestCollapser collapser,
            CaptureBudget captures,
            ExchangeMetrics metrics) {
        this.store = store;
        this.server = server;
        this.collapser = collapser;
        this.captures = captures;
        metrics.gauge(
                "larder.store.usable",
                "1 where the store can be asked",
                () -> store.status().usable() ? 1 : 0);
        metrics.gauge(
                "larder.store.entries",
                "Stored responses, -1 where not known",
                () -> store.status().entries());
        metrics.gauge(
                "larder.store.bytes",
                "What they take, -1 where not known",
                () -> store.status().bytes());
        metrics.gauge(
                "larder.store.owed.purges",
                "Purges that wait for the store",
                () -> store.status().owedPurges());
        metrics.gauge(
                "larder.store.owed.since.seconds",
                "Since when the longest of these waits, as Unix time; 0 where none does",
                () -> store.status().owedSince().map(Instant::getEpochSecond).orElse(0L));
        metrics.gauge("larder.connections", "Client connections", server::connections);
        metrics.gauge("larder.flights", "Fetches that may be shared, under way", collapser::flights);
        metrics.gauge("larder.followers", "Requests that wait for such a fetch", collapser::followers);
        metrics.gauge("larder.captures.bytes", "Bodies on their way to the store", captures::lentBytes);
    }

    String json() {
        CacheStore.StoreStatus of = store.status();
        return String.format(
                Locale.ROOT,
                "{\"store\":{\"kind\":\"%s\",\"usable\":%b,\"entries\":%d,\"bytes\":%d,\"owedPurges\":%d,\"owedSince\":%s},"
                        + "\"connections\":%d,\"flights\":%d,\"followers\":%d,\"captureBytes\":%d}%n",
                of.kind(),
                of.usable(),
                of.entries(),
                of.bytes(),
                of.owedPurges(),
                of.owedSince().map(since -> "\"" + since + "\"").orElse("null"),
                server.connections(),
                collapser.flights(),
                collapser.followers(),
                captures.lentBytes());
    }
}
