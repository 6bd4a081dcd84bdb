package dev.larder.rig;

import dev.larder.cli.Wiring;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A sidecar from the real wiring before a {@link WireOrigin}, with the waits and bounds that a test of framing needs. */
public final class WireRig implements AutoCloseable {

    /** One route, so that what must not be stored can be asked for twice; everything else passes. */
    public static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}"]
            """;

    private final WireOrigin origin;
    private final Wiring sidecar;
    private final TestClock clock;
    private boolean closed;

    private WireRig(WireOrigin origin, Wiring sidecar, TestClock clock) {
        this.origin = origin;
        this.sidecar = sidecar;
        this.clock = clock;
    }

    /** What differs from the settings of {@link ProxyRig}. */
    public static final class Changes {

        private Duration connect = Duration.ofSeconds(2);
        private Duration responseHead = Duration.ofSeconds(10);
        private Duration bodyIdle = Duration.ofSeconds(10);
        private Duration clientHead = Duration.ofSeconds(10);
        private Duration drain = Duration.ofSeconds(5);
        private int clients = 1000;
        private int originConnections = 64;
        private int originQueue = 256;
        private int threads = 1;
        private String rules = RULES;
        private String backendHost = "127.0.0.1";
        private List<String> trusted = List.of();

        private Changes() {}

        public Changes connect(Duration wait) {
            connect = wait;
            return this;
        }

        public Changes responseHead(Duration wait) {
            responseHead = wait;
            return this;
        }

        public Changes bodyIdle(Duration wait) {
            bodyIdle = wait;
            return this;
        }

        public Changes clientHead(Duration wait) {
            clientHead = wait;
            return this;
        }

        public Changes drain(Duration patience) {
            drain = patience;
            return this;
        }

        public Changes clients(int bound) {
            clients = bound;
            return this;
        }

        public Changes originConnections(int bound, int queue) {
            originConnections = bound;
            originQueue = queue;
            return this;
        }

        public Changes rules(String text) {
            rules = text;
            return this;
        }

        public Changes backendHost(String name) {
            backendHost = name;
            return this;
        }

        public Changes trusting(String range) {
            trusted = List.of(range);
            return this;
        }

        /** Starts, before an origin that is closed with the rig. */
        public WireRig before(WireOrigin origin) {
            Settings plain = ProxyRig.settings(origin.port());
            Settings.Timeouts waits = plain.timeouts();
            Settings.Bounds bounds = plain.bounds();
            TestClock clock = new TestClock();
            Settings settings = Adjusted.of(plain)
                    .backend(URI.create("http://" + backendHost + ":" + origin.port()))
                    .threads(threads)
                    .trustedProxies(trusted)
                    .timeouts(new Settings.Timeouts(
                            connect,
                            responseHead,
                            bodyIdle,
                            clientHead,
                            waits.clientIdle(),
                            waits.identity(),
                            waits.store(),
                            waits.flight(),
                            waits.patience(),
                            drain))
                    .bounds(new Settings.Bounds(
                            clients,
                            bounds.requestLineBytes(),
                            bounds.headBytes(),
                            originConnections,
                            originQueue,
                            bounds.captureBytes(),
                            bounds.maxInspectBytes(),
                            bounds.identities(),
                            bounds.questions()))
                    .done();
            Wiring.Started started =
                    Wiring.start(settings, ProxyRig.rulebook(rules), name -> Optional.empty(), clock.clocks());
            if (!(started instanceof Wiring.Started.Running running)) {
                throw new IllegalArgumentException(started.toString());
            }
            return new WireRig(origin, running.sidecar(), clock);
        }

        /** Starts, before an origin of this script. */
        public WireRig before(WireOrigin.Script script) throws IOException {
            return before(WireOrigin.start(script));
        }
    }

    /** Changes, none so far. */
    public static Changes with() {
        return new Changes();
    }

    /** A rig with nothing changed. */
    public static WireRig before(WireOrigin.Script script) throws IOException {
        return with().before(script);
    }

    /** The backend. */
    public WireOrigin origin() {
        return origin;
    }

    /** The sidecar. */
    public Wiring sidecar() {
        return sidecar;
    }

    /** The sidecar's clock. */
    public TestClock clock() {
        return clock;
    }

    /** A new connection to the sidecar. */
    public Wire connect() throws IOException {
        return Wire.to(sidecar.address());
    }

    /** Sends this on a new connection and reads one answer. */
    public Wire.Message ask(String request) throws IOException {
        try (Wire wire = connect()) {
            return wire.send(request).message();
        }
    }

    /** Drains the sidecar; closing the rig does it, too. */
    public void drain() {
        if (!closed) {
            closed = true;
            sidecar.close();
        }
    }

    @Override
    public void close() {
        origin.open().forEach(Wire::close);
        drain();
        origin.close();
    }
}
