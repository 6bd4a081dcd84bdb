package dev.larder.rig;

import dev.larder.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Settings like others, but for what a test says: the one place that knows all that settings are made of. */
public final class Adjusted {

    private final Settings of;
    private Settings.Address admin;
    private URI backend;
    private int threads;
    private Settings.Store store;
    private Optional<String> secret;
    private boolean encrypt;
    private List<String> trustedProxies;
    private List<List<String>> authorities;
    private Settings.Timeouts timeouts;
    private Settings.Bounds bounds;
    private Duration unknownOutcomeHold;
    private Settings.AccessLog accessLog;
    private Optional<String> adminToken;
    private List<String> adminOrigins;
    private Settings.Trial trial;
    private Settings.Telemetry telemetry;
    private Optional<String> instance;

    private Adjusted(Settings of) {
        this.of = of;
        this.admin = of.admin();
        this.backend = of.backend();
        this.threads = of.threads();
        this.store = of.store();
        this.secret = of.secret();
        this.encrypt = of.encrypt();
        this.trustedProxies = of.trustedProxies();
        this.authorities = of.authorities();
        this.timeouts = of.timeouts();
        this.bounds = of.bounds();
        this.unknownOutcomeHold = of.unknownOutcomeHold();
        this.accessLog = of.accessLog();
        this.adminToken = of.adminToken();
        this.adminOrigins = of.adminOrigins();
        this.trial = of.trial();
        this.telemetry = of.telemetry();
        this.instance = of.instance();
    }

    /** Begins with all that these say. */
    public static Adjusted of(Settings of) {
        return new Adjusted(of);
    }

    public Adjusted admin(Settings.Address now) {
        admin = now;
        return this;
    }

    public Adjusted backend(URI now) {
        backend = now;
        return this;
    }

    public Adjusted threads(int now) {
        threads = now;
        return this;
    }

    public Adjusted store(Settings.Store now) {
        store = now;
        return this;
    }

    public Adjusted secret(Optional<String> now) {
        secret = now;
        return this;
    }

    public Adjusted encrypt(boolean now) {
        encrypt = now;
        return this;
    }

    public Adjusted trustedProxies(List<String> now) {
        trustedProxies = now;
        return this;
    }

    public Adjusted authorities(List<List<String>> now) {
        authorities = now;
        return this;
    }

    public Adjusted timeouts(Settings.Timeouts now) {
        timeouts = now;
        return this;
    }

    public Adjusted bounds(Settings.Bounds now) {
        bounds = now;
        return this;
    }

    public Adjusted unknownOutcomeHold(Duration now) {
        unknownOutcomeHold = now;
        return this;
    }

    public Adjusted accessLog(Settings.AccessLog now) {
        accessLog = now;
        return this;
    }

    public Adjusted adminToken(Optional<String> now) {
        adminToken = now;
        return this;
    }

    public Adjusted adminOrigins(String... now) {
        adminOrigins = List.of(now);
        return this;
    }

    public Adjusted trial(Settings.Trial now) {
        trial = now;
        return this;
    }

    public Adjusted telemetry(Settings.Telemetry now) {
        telemetry = now;
        return this;
    }

    public Adjusted instance(String now) {
        instance = Optional.of(now);
        return this;
    }

    /** With another store, which differs in what is changed. */
    public Adjusted store(UnaryOperator<AdjustedStore> changes) {
        return store(changes.apply(AdjustedStore.of(store)).done());
    }

    /** With other waits. */
    public Adjusted waits(UnaryOperator<AdjustedWaits> changes) {
        return timeouts(changes.apply(AdjustedWaits.of(timeouts)).done());
    }

    public Settings done() {
        return new Settings(
                of.listen(),
                admin,
                backend,
                of.rules(),
                of.transport(),
                threads,
                store,
                secret,
                encrypt,
                trustedProxies,
                authorities,
                timeouts,
                bounds,
                of.writesWhenStoreUnreachable(),
                unknownOutcomeHold,
                accessLog,
                adminToken,
                adminOrigins,
                trial,
                telemetry,
                instance,
                of.lastRunFile());
    }
}
