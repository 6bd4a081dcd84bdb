package dev.larder.rig;

import dev.larder.cli.Wiring;
import dev.larder.key.BypassReason;
import dev.larder.plan.Rulebook;
import dev.larder.rules.RulesLoader;
import dev.larder.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A sidecar from the real wiring before a scripted origin, on ports of the system's choosing. */
public final class ProxyRig implements AutoCloseable {

    private final ScriptedOrigin origin;
    private final TestClock clock;
    private final Wiring sidecar;
    private final boolean ownsOrigin;

    private ProxyRig(
            ScriptedOrigin origin,
            boolean ownsOrigin,
            TestClock clock,
            Rulebook rulebook,
            UnaryOperator<Settings> changed) {
        this.origin = origin;
        this.ownsOrigin = ownsOrigin;
        this.clock = clock;
        Settings settings = changed.apply(settings(origin.port()));
        Wiring.Started started = Wiring.start(settings, rulebook, name -> Optional.empty(), clock.clocks());
        if (!(started instanceof Wiring.Started.Running running)) {
            throw new IllegalArgumentException(started.toString());
        }
        this.sidecar = running.sidecar();
    }

    /** A rig with these rules, on the embedded store. */
    public static ProxyRig with(String rules, ScriptedOrigin.Script script) {
        return with(rules, script, UnaryOperator.identity());
    }

    /** A rig with these rules and settings. */
    public static ProxyRig with(String rules, ScriptedOrigin.Script script, UnaryOperator<Settings> changed) {
        return new ProxyRig(ScriptedOrigin.start(script), true, new TestClock(), rulebook(rules), changed);
    }

    /** One of several before an origin, which goes on when the rig is closed. */
    public static ProxyRig before(
            ScriptedOrigin origin, TestClock clock, String rules, UnaryOperator<Settings> changed) {
        return new ProxyRig(origin, false, clock, rulebook(rules), changed);
    }

    /** Rules from text. */
    public static Rulebook rulebook(String rules) {
        RulesLoader loader = new RulesLoader(
                Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toSet()));
        RulesLoader.Loaded loaded = loader.load("rules.yaml", Path.of("."), rules);
        if (!(loaded instanceof RulesLoader.Loaded.Ok ok)) {
            throw new IllegalArgumentException(loaded.toString());
        }
        Rulebook.Compiled compiled = Rulebook.compile(ok.rules());
        if (!(compiled instanceof Rulebook.Compiled.Ok usable)) {
            throw new IllegalArgumentException(compiled.toString());
        }
        return usable.rulebook();
    }

    /** Settings for tests: one event loop, the embedded store, short waits. */
    public static Settings settings(int originPort) {
        return new Settings(
                new Settings.Address("127.0.0.1", 0),
                new Settings.Address("127.0.0.1", 0),
                URI.create("http://127.0.0.1:" + originPort),
                Path.of("rules.yaml"),
                Settings.Transport.AUTO,
                2,
                new Settings.Store(
                        "memory",
                        "larder:",
                        64 << 20,
                        5,
                        Duration.ofMillis(200),
                        10_000,
                        Duration.ofSeconds(30),
                        Duration.ofDays(7),
                        16 << 20,
                        Duration.ofSeconds(3)),
                Optional.of("a secret for tests"),
                false,
                List.of(),
                List.of(),
                new Settings.Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2)),
                new Settings.Bounds(1000, 8192, 32768, 64, 256, 64L << 20, 65536, 1000, 64),
                Settings.WritesWhenStoreUnreachable.FORWARD,
                Duration.ofSeconds(30),
                Settings.AccessLog.OFF,
                Optional.empty(),
                List.of(),
                Settings.Trial.NONE,
                Settings.Telemetry.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** The backend. */
    public ScriptedOrigin origin() {
        return origin;
    }

    /** The sidecar's clock. */
    public TestClock clock() {
        return clock;
    }

    /** The sidecar. */
    public Wiring sidecar() {
        return sidecar;
    }

    /** A new connection to the sidecar. */
    public RawClient client() {
        return RawClient.connect(sidecar.address());
    }

    @Override
    public void close() {
        sidecar.close();
        if (ownsOrigin) {
            origin.close();
        }
    }
}
