package dev.larder.rig;

import dev.larder.settings.Settings;
import java.time.Duration;

/** Waits like others, but for what a test says. */
public final class AdjustedWaits {

    private final Settings.Timeouts of;
    private Duration connect;
    private Duration responseHead;
    private Duration bodyIdle;
    private Duration clientHead;
    private Duration store;
    private Duration flight;
    private Duration patience;
    private Duration drain;

    private AdjustedWaits(Settings.Timeouts of) {
        this.of = of;
        this.connect = of.connect();
        this.responseHead = of.responseHead();
        this.bodyIdle = of.bodyIdle();
        this.clientHead = of.clientHead();
        this.store = of.store();
        this.flight = of.flight();
        this.patience = of.patience();
        this.drain = of.drain();
    }

    /** Begins with all that these say. */
    public static AdjustedWaits of(Settings.Timeouts of) {
        return new AdjustedWaits(of);
    }

    public AdjustedWaits connect(Duration now) {
        connect = now;
        return this;
    }

    public AdjustedWaits responseHead(Duration now) {
        responseHead = now;
        return this;
    }

    public AdjustedWaits bodyIdle(Duration now) {
        bodyIdle = now;
        return this;
    }

    public AdjustedWaits clientHead(Duration now) {
        clientHead = now;
        return this;
    }

    public AdjustedWaits store(Duration now) {
        store = now;
        return this;
    }

    public AdjustedWaits flight(Duration now) {
        flight = now;
        return this;
    }

    public AdjustedWaits patience(Duration now) {
        patience = now;
        return this;
    }

    public AdjustedWaits drain(Duration now) {
        drain = now;
        return this;
    }

    public Settings.Timeouts done() {
        return new Settings.Timeouts(
                connect,
                responseHead,
                bodyIdle,
                clientHead,
                of.clientIdle(),
                of.identity(),
                store,
                flight,
                patience,
                drain);
    }
}
