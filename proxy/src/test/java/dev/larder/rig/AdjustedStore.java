package dev.larder.rig;

import dev.larder.settings.Settings;
import java.time.Duration;

/** Settings of a store like others, but for what a test says. */
public final class AdjustedStore {

    private final Settings.Store of;
    private String url;
    private String namespace;
    private long maxBytes;
    private int maxInFlight;
    private Duration intentLease;
    private long nearMaxBytes;
    private Duration memberLease;
    private Settings.Tls tls;

    private AdjustedStore(Settings.Store of) {
        this.of = of;
        this.url = of.url();
        this.namespace = of.namespace();
        this.maxBytes = of.maxBytes();
        this.maxInFlight = of.maxInFlight();
        this.intentLease = of.intentLease();
        this.nearMaxBytes = of.nearMaxBytes();
        this.memberLease = of.memberLease();
        this.tls = of.tls();
    }

    /** Begins with all that these say. */
    public static AdjustedStore of(Settings.Store of) {
        return new AdjustedStore(of);
    }

    public AdjustedStore url(String now) {
        url = now;
        return this;
    }

    public AdjustedStore namespace(String now) {
        namespace = now;
        return this;
    }

    public AdjustedStore maxBytes(long now) {
        maxBytes = now;
        return this;
    }

    public AdjustedStore maxInFlight(int now) {
        maxInFlight = now;
        return this;
    }

    public AdjustedStore intentLease(Duration now) {
        intentLease = now;
        return this;
    }

    public AdjustedStore nearMaxBytes(long now) {
        nearMaxBytes = now;
        return this;
    }

    public AdjustedStore memberLease(Duration now) {
        memberLease = now;
        return this;
    }

    public AdjustedStore tls(Settings.Tls now) {
        tls = now;
        return this;
    }

    public Settings.Store done() {
        return new Settings.Store(
                url,
                namespace,
                maxBytes,
                of.circuitFailures(),
                of.circuitRetry(),
                maxInFlight,
                intentLease,
                of.groupTtl(),
                nearMaxBytes,
                memberLease,
                tls,
                of.owedFile());
    }
}
