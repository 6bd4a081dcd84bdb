package dev.larder.cli;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import dev.larder.admin.TrialDesk;
import dev.larder.exchange.RequestCollapser;
import dev.larder.exchange.Trial;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.plan.Rulebook;
import dev.larder.plan.RulesChange;
import dev.larder.relay.CaptureBudget;
import dev.larder.rules.Problem;
import dev.larder.server.ProxyServer;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the admin address says of a running sidecar: gauges for metrics, and the same as JSON. Any thread. */
final class Status {

    private final CacheStore store;
    private final ProxyServer server;
    private final RequestCollapser collapser;
    private final CaptureBudget captures;
    private final LiveRules rules;
    private final RulesReload reload;
    private final Trial trial;
    private final Settings settings;
    private final String instance;

    Status(
            CacheStore store,
            ProxyServer server,
            RequestCollapser collapser,
            CaptureBudget captures,
            ExchangeMetrics metrics,
            LiveRules rules,
            RulesReload reload,
            Trial trial,
            Settings settings,
            String instance) {
        this.store = store;
        this.server = server;
        this.collapser = collapser;
        this.captures = captures;
        this.rules = rules;
        this.reload = reload;
        this.trial = trial;
        this.settings = settings;
        this.instance = instance;
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

    Map<String, @Nullable Object> json() {
        CacheStore.StoreStatus of = store.status();
        CacheStore.Inside inside = store.inside();
        return Json.object(
                member("instance", instance),
                member(
                        "store",
                        Json.object(
                                member("kind", of.kind()),
                                member("usable", of.usable()),
                                member("entries", of.entries()),
                                member("bytes", of.bytes()),
                                member("owedPurges", of.owedPurges()),
                                member("owedSince", of.owedSince()),
                                member("sweep", swept(of.sweep())),
                                member("limitBytes", settings.store().maxBytes()),
                                member("circuitOpen", inside.circuitOpen()),
                                member("circuitOpened", inside.circuitOpened()),
                                member("inTouch", store.inTouch()),
                                member("members", inside.members()),
                                member("intents", inside.intents()),
                                member("detail", of.detail()))),
                member("bypass", TrialDesk.json(trial.bypass())),
                member("trial", TrialDesk.json(trial, rules.inForce())),
                member(
                        "near",
                        of.kind().equals("memory")
                                ? null
                                : Json.object(
                                        member("entries", inside.nearEntries()),
                                        member("bytes", inside.nearBytes()),
                                        member("limitBytes", settings.store().nearMaxBytes()))),
                member("backend", settings.backend()),
                member("rules", rules()),
                member("draining", server.isDraining()),
                member("connections", server.connections()),
                member("connectionsLimit", settings.bounds().connections()),
                member("flights", collapser.flights()),
                member("followers", collapser.followers()),
                member("captureBytes", captures.lentBytes()));
    }

    /** Which rules are in force, and how the last attempt to change them ended. */
    Map<String, @Nullable Object> rules() {
        Rulebook rulebook = rules.inForce().rulebook();
        Reloaded last = reload.last();
        return Json.object(
                member("file", rulebook.rules().file()),
                member("fingerprint", rulebook.fingerprint()),
                member("routes", rulebook.routes().size()),
                member("lastReload", last == null ? null : json(last)));
    }

    /** How the last attempt to change the rules ended; null where there was none. */
    @Nullable
    Object lastReload() {
        Reloaded last = reload.last();
        return last == null ? null : json(last);
    }

    static Map<String, @Nullable Object> json(Reloaded reloaded) {
        Map<String, @Nullable Object> json = Json.object(
                member("at", reloaded.at()),
                member("cause", reloaded.cause()),
                member("applied", reloaded instanceof Reloaded.Applied),
                member("needRestart", reloaded.needRestart()));
        if (reloaded instanceof Reloaded.Applied applied) {
            RulesChange change = applied.change();
            json.put("fingerprint", applied.fingerprint());
            json.put("added", change.added());
            json.put("removed", change.removed());
            json.put(
                    "changed",
                    change.changed().stream()
                            .map(changed -> Json.object(
                                    member("route", changed.route()),
                                    member("what", changed.what()),
                                    member("keepsStored", changed.keepsStored())))
                            .toList());
            json.put("others", change.others());
        } else if (reloaded instanceof Reloaded.Refused refused) {
            json.put(
                    "problems",
                    refused.problems().stream().map(Problem::toString).toList());
        }
        return json;
    }

    private static @Nullable Object swept(CacheStore.@Nullable Sweep sweep) {
        return sweep == null
                ? null
                : Json.object(
                        member("dead", sweep.dead()),
                        member("removed", sweep.removed()),
                        member("evicted", sweep.evicted()),
                        member("lastMillis", sweep.lastMillis()),
                        member("tookMillis", sweep.tookMillis()),
                        member("refused", sweep.refused()),
                        member("commandsPerHour", sweep.commandsPerHour()));
    }
}
