package dev.larder.cli;

import dev.larder.admin.AdminApi;
import dev.larder.admin.LastRun;
import dev.larder.admin.Observed;
import dev.larder.admin.PurgeEvents;
import dev.larder.admin.Traffic;
import dev.larder.exchange.BodyKeeper;
import dev.larder.exchange.Purger;
import dev.larder.exchange.RequestCollapser;
import dev.larder.exchange.Services;
import dev.larder.exchange.Sites;
import dev.larder.exchange.Tracing;
import dev.larder.exchange.Trial;
import dev.larder.identity.HttpKeyFetch;
import dev.larder.identity.RuleIdentities;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.observe.SpanTracing;
import dev.larder.plan.Rulebook;
import dev.larder.relay.CaptureBudget;
import dev.larder.resp.RespLoops;
import dev.larder.rules.Problem;
import dev.larder.server.AdminPipeline;
import dev.larder.server.ProxyServer;
import dev.larder.server.Transports;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: makes services, and one running sidecar of them; no other package does. Start and close block, and are for
 * the main thread.
 */
public final class Wiring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("larder");

    /** Between two looks at the rules file; a change is seen at one and put in force after the next. */
    private static final long LOOK_MILLIS = 200;

    private final Settings settings;
    private final EventLoopGroup loops;
    private final WorkThreads threads;
    private final CacheStore store;
    private final ProxyServer server;
    private final InetSocketAddress address;
    private final InetSocketAddress adminAddress;
    private final RulesReload reload;
    private final LiveRules live;
    private final Optional<SpanTracing> spans;
    private final Optional<LastRun> lastRun;

    private Wiring(
            Settings settings,
            EventLoopGroup loops,
            WorkThreads threads,
            CacheStore store,
            ProxyServer server,
            InetSocketAddress address,
            InetSocketAddress adminAddress,
            RulesReload reload,
            LiveRules live,
            Optional<SpanTracing> spans,
            Optional<LastRun> lastRun) {
        this.settings = settings;
        this.loops = loops;
        this.threads = threads;
        this.store = store;
        this.server = server;
        this.address = address;
        this.adminAddress = adminAddress;
        this.reload = reload;
        this.live = live;
        this.spans = spans;
        this.lastRun = lastRun;
    }

    /** What starting came to. */
    public sealed interface Started {

        /** It runs. */
        record Running(Wiring sidecar) implements Started {}

        /** Keys or secrets that the rules name, or what the settings say of the store, cannot be used. */
        record Refused(List<Problem> problems) implements Started {}
    }

    /**
     * Starts a sidecar.
     *
     * @param environment value of an environment variable, where it is set
     * @throws IllegalStateException if an address cannot be bound, naming it
     */
    public static Started start(
            Settings settings, Rulebook rulebook, Function<String, Optional<String>> environment, Clocks clocks) {
        return start(settings, rulebook, environment, clocks, List::of);
    }

    /**
     * The same.
     *
     * @param needRestart settings that are written otherwise now than when the process began, asked at each reload, on a
     *     thread that may wait for the disk
     */
    static Started start(
            Settings asked,
            Rulebook rulebook,
            Function<String, Optional<String>> environment,
            Clocks clocks,
            Supplier<List<String>> needRestart) {
        HeapShare fitted = HeapShare.of(asked, Runtime.getRuntime().maxMemory());
        fitted.said().forEach(LOG::warn);
        Settings settings = fitted.settings();
        String instance = InstanceName.of(settings.instance(), environment, ThreadLocalRandom.current()::nextInt);
        Transports transport = Transports.of(settings.transport());
        int loopThreads = settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(loopThreads, transport.io());
        AtomicReference<ProxyServer> server = new AtomicReference<>();
        LiveRules live = new LiveRules(rulebook);
        Secrets secrets = Secrets.of(settings);
        WorkThreads threads = WorkThreads.begin();
        ExchangeMetrics metrics = new ExchangeMetrics(threads.compressor());
        CacheStore store;
        try {
            store = StoreSetup.open(
                    settings, RespLoops.of(loops, transport.client()), live, secrets, clocks, metrics, instance);
        } catch (IllegalArgumentException unusable) {
            var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            return new Started.Refused(List.of(StoreSetup.problem(unusable)));
        }
        RuleIdentities.Built built = RuleIdentities.build(
                rulebook.rules(),
                new RuleIdentities.Surroundings(
                        folder(settings.rules()),
                        environment,
                        secrets.credentials(),
                        secrets.shared(),
                        new BackendQuestion(
                                loops,
                                loop -> Objects.requireNonNull(server.get()).poolOf(loop)),
                        clocks.nanoTime(),
                        clocks.wall(),
                        new HttpKeyFetch(settings.timeouts().identity()),
                        store::inTouch),
                new RuleIdentities.Limits(
                        settings.bounds().identities(),
                        settings.bounds().questions(),
                        settings.timeouts().identity()));
        if (built instanceof RuleIdentities.Built.Refused refused) {
            store.close();
            var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            return new Started.Refused(refused.problems());
        }
        RuleIdentities identities = ((RuleIdentities.Built.Ok) built).identities();
        live.begin(rulebook, identities);
        RequestCollapser collapser = new RequestCollapser(clocks.nanoTime());
        Purger purger = new Purger(store, live::inForce, collapser);
        store.listen(purger);
        CaptureBudget captures = new CaptureBudget(settings.bounds().captureBytes());
        Traffic traffic = new Traffic(clocks.wall().instant());
        PurgeEvents purges = new PurgeEvents(clocks.wall());
        purger.observe(purges);
        Sites sites = new Sites(settings.authorities());
        Observed observed = new Observed(clocks.wall());
        TrialMeters trialMeters = new TrialMeters(metrics);
        Trial trial = new Trial(settings.trial(), clocks.wall(), clocks.nanoTime(), observation -> {
            trialMeters.compared(observation);
            observed.compared(observation);
        });
        Optional<SpanTracing> spans = spans(settings, clocks, instance);
        Services services = new Services(
                live::inForce,
                store,
                collapser,
                purger,
                sites,
                new BodyKeeper(threads.compressor()),
                captures,
                settings,
                clocks.wall(),
                clocks.nanoTime(),
                () -> ThreadLocalRandom.current().nextDouble(),
                trial,
                spans.isPresent() ? spans.get() : Tracing.NONE,
                OutcomeListeners.of(settings, metrics, traffic, observed, trialMeters, clocks));
        ProxyServer proxy = new ProxyServer(services, loops, loopThreads, transport);
        server.set(proxy);
        RulesReload reload = new RulesReload(
                settings.rules(), live, identities, store, purger, clocks.wall(), threads.reloader(), needRestart);
        Status status = new Status(store, proxy, collapser, captures, metrics, live, reload, trial, settings, instance);
        Gauges.ofStore(metrics, store, settings);
        Gauges.ofIdentities(metrics, () -> live.inForce().identities().counts());
        Gauges.ofBounds(metrics, proxy, captures, settings);
        Gauges.ofTrial(metrics, trial, () -> live.inForce().rulebook());
        Gauges.ofSpans(metrics, spans);
        Gauges.ofBuild(metrics, () -> live.inForce().rulebook());
        AdminApi api = new AdminApi(
                new AdminApi.Sources(
                        metrics::scrape,
                        status::json,
                        () -> !proxy.isDraining(),
                        live::inForce,
                        cause -> reload.reload(cause).thenApply(Status::json),
                        status::lastReload,
                        store,
                        purger,
                        sites,
                        traffic,
                        purges,
                        trial,
                        observed,
                        clocks.wall(),
                        threads.reloader(),
                        instance),
                isLoopback(settings.admin().host()),
                settings.adminToken(),
                settings.adminOrigins());
        if (!settings.adminOrigins().isEmpty() && settings.adminToken().isEmpty()) {
            LOG.warn(
                    "admin-origins is set without an admin-token: whoever the proxy there lets through may do everything");
        }
        InetSocketAddress admin = proxy.listenAdmin(settings.admin(), new AdminPipeline(api));
        var unused = threads.reloader()
                .scheduleAtFixedRate(() -> traffic.tick(clocks.wall().instant()), 1, 1, TimeUnit.SECONDS);
        InetSocketAddress address = proxy.listen(settings.listen());
        LOG.info(
                "listening on {} for {}, {} routes of {}, store {}, transport {}, {} event loops, admin on {}",
                text(address),
                settings.backend(),
                rulebook.routes().size(),
                settings.rules(),
                store.status().kind(),
                transport.name(),
                loopThreads,
                text(admin));
        Optional<LastRun> lastRun =
                settings.lastRunFile().map(file -> new LastRun(file, traffic, live::inForce, clocks.wall()));
        if (trial.isObserving()) {
            LOG.warn(
                    "observing: everything is forwarded, nothing is served from the store; /api/observed says what would have been");
        }
        if (trial.bypass().on()) {
            LOG.warn(
                    "the cache is switched off by the setting bypass: nothing is served from it or stored, writes purge");
        }
        return new Started.Running(
                new Wiring(settings, loops, threads, store, proxy, address, admin, reload, live, spans, lastRun));
    }

    /** Nothing of OpenTelemetry is loaded where no endpoint is configured. */
    private static Optional<SpanTracing> spans(Settings settings, Clocks clocks, String instance) {
        return settings.telemetry()
                .endpoint()
                .map(endpoint -> SpanTracing.start(
                        endpoint,
                        settings.telemetry().sampling(),
                        settings.backend(),
                        instance,
                        () -> ThreadLocalRandom.current().nextDouble(),
                        clocks.wall(),
                        clocks.nanoTime()));
    }

    private static boolean isLoopback(String host) {
        InetSocketAddress address = new InetSocketAddress(host, 0);
        return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    }

    private static Path folder(Path rules) {
        Path parent = rules.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Where visitors connect. */
    public InetSocketAddress address() {
        return address;
    }

    /** Where health and metrics are. */
    public InetSocketAddress adminAddress() {
        return adminAddress;
    }

    /**
     * Reads the rules file and puts it in force, or refuses it and keeps to what is in force.
     *
     * @param cause who or what asks, for the log
     */
    CompletionStage<Reloaded> reload(String cause) {
        return reload.reload(cause);
    }

    /** From now on the rules file, and the key files that it names, are put in force whenever they change. */
    void watchRules() {
        RulesWatch watch = new RulesWatch(
                () -> RulesFile.watched(settings.rules(), live.inForce().rulebook()), () -> {
                    var unused = reload.reload("watch");
                });
        var unused =
                threads.reloader().scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The store, for health and tests. */
    public CacheStore store() {
        return store;
    }

    /** Drains, then ends. */
    @Override
    public void close() {
        try {
            int cut = server.drain(settings.timeouts().drain());
            if (cut > 0) {
                LOG.warn(
                        "{} connections were still open after {} and have been cut off",
                        cut,
                        settings.timeouts().drain());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        lastRun.ifPresent(this::note);
        spans.ifPresent(SpanTracing::close);
        threads.end();
        store.close();
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private void note(LastRun run) {
        try {
            LOG.info(
                    "{} keys are noted in {}",
                    run.note(),
                    settings.lastRunFile().orElseThrow());
        } catch (IOException unwritten) {
            LOG.warn("the keys that were asked for most cannot be noted: {}", unwritten.toString());
        }
    }
}
