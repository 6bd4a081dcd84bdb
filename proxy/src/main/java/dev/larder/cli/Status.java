package dev.larder.cli;

import dev.larder.exchange.RequestCollapser;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.relay.CaptureBudget;
import dev.larder.server.ProxyServer;
import dev.larder.store.CacheStore;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
                "larder.store.owed.since.timestamp.seconds",
                "Since when the longest of these waits, as Unix time; 0 where none does",
                () -> store.status().owedSince().map(Instant::getEpochSecond).orElse(0L));
        if (store.status().sweep() != null) {
            sweeps(metrics);
        }
        metrics.gauge("larder.connections", "Client connections", server::connections);
        metrics.gauge("larder.flights", "Fetches that may be shared, under way", collapser::flights);
        metrics.gauge("larder.followers", "Requests that wait for such a fetch", collapser::followers);
        metrics.gauge("larder.captures.bytes", "Bodies on their way to the store", captures::lentBytes);
    }

    private void sweeps(ExchangeMetrics metrics) {
        metrics.counter("larder.store.sweep.dead", "Stored responses found dead", () -> sweep().dead());
        metrics.counter(
                "larder.store.sweep.removed",
                "Of these and the evicted, how many have been removed",
                () -> sweep().removed());
        metrics.counter("larder.store.sweep.evicted", "Stored responses chosen to make room", () -> sweep().evicted());
        metrics.gauge(
                "larder.store.sweep.began.timestamp.seconds",
                "When the last sweep began, in seconds since 1970 by the store's clock; 0 where there was none",
                () -> sweep().lastMillis() / 1_000);
        metrics.gauge(
                "larder.store.sweep.took.seconds",
                "How long the last sweep took",
                () -> sweep().tookMillis() / 1_000.0);
        metrics.counter("larder.store.refused", "Responses not stored for want of room", () -> sweep().refused());
    }

    private CacheStore.Sweep sweep() {
        CacheStore.Sweep sweep = store.status().sweep();
        return sweep == null ? new CacheStore.Sweep(0, 0, 0, 0, 0, 0, 0) : sweep;
    }

    String json() {
        CacheStore.StoreStatus of = store.status();
        return String.format(
                Locale.ROOT,
                "{\"store\":{\"kind\":\"%s\",\"usable\":%b,\"entries\":%d,\"bytes\":%d,\"owedPurges\":%d,\"owedSince\":%s%s,"
                        + "\"detail\":%s},"
                        + "\"connections\":%d,\"flights\":%d,\"followers\":%d,\"captureBytes\":%d}%n",
                of.kind(),
                of.usable(),
                of.entries(),
                of.bytes(),
                of.owedPurges(),
                of.owedSince().map(since -> "\"" + since + "\"").orElse("null"),
                swept(of.sweep()),
                quoted(of.detail()),
                server.connections(),
                collapser.flights(),
                collapser.followers(),
                captures.lentBytes());
    }

    private static String swept(CacheStore.@Nullable Sweep sweep) {
        if (sweep == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                ",\"sweep\":{\"dead\":%d,\"removed\":%d,\"evicted\":%d,\"lastMillis\":%d,\"tookMillis\":%d,"
                        + "\"refused\":%d,\"commandsPerHour\":%d}",
                sweep.dead(),
                sweep.removed(),
                sweep.evicted(),
                sweep.lastMillis(),
                sweep.tookMillis(),
                sweep.refused(),
                sweep.commandsPerHour());
    }

    /** A JSON string; what is not plain text is left out. */
    private static String quoted(String text) {
        return '"' + text.replaceAll("[\"\\\\\\p{Cntrl}]", "'") + '"';
    }
}
