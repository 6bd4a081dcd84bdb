package dev.larder.suite;

import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.TestClock;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import dev.larder.store.redis.FaultProxy;
import dev.larder.store.redis.RealRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Several sidecars before one backend that share one real Redis, each by a line of its own that can be spoilt. */
final class Sidecars implements AutoCloseable {

    /** How long what an unknown outcome may have changed is not stored, unless {@link #endHolds} ends it. */
    private static final Duration HOLD = Duration.ofSeconds(30);

    /** Longer than any lease. */
    private static final long AN_HOUR_MILLIS = 3_600_000;

    private final RealRedis redis = new RealRedis();
    private final TestClock clock = new TestClock();
    private final ScriptedOrigin origin;
    private final String rules;
    private final UnaryOperator<Settings> changed;
    private final List<ProxyRig> rigs = new ArrayList<>();
    private final List<FaultProxy> lines = new ArrayList<>();

    private final Optional<String> secret;

    private Sidecars(
            String rules, ScriptedOrigin.Script script, Optional<String> secret, UnaryOperator<Settings> changed) {
        this.secret = secret;
        this.rules = rules;
        this.origin = ScriptedOrigin.start(script);
        this.changed = changed;
    }

    /** So many, each able to hear of the others. */
    static Sidecars of(int count, String rules, ScriptedOrigin.Script script) throws Exception {
        return of(count, rules, script, UnaryOperator.identity());
    }

    static Sidecars of(int count, String rules, ScriptedOrigin.Script script, UnaryOperator<Settings> changed)
            throws Exception {
        return of(count, rules, script, Optional.of("a secret for tests"), changed);
    }

    /** With a secret of the operator's, or with the one that the store keeps. */
    static Sidecars of(
            int count,
            String rules,
            ScriptedOrigin.Script script,
            Optional<String> secret,
            UnaryOperator<Settings> changed)
            throws Exception {
        Sidecars sidecars = new Sidecars(rules, script, secret, changed);
        for (int i = 0; i < count; i++) {
            sidecars.join();
        }
        return sidecars;
    }

    /** One more, which has joined the others when this returns. */
    int join() throws Exception {
        return join(rules);
    }

    /** One more, which works by these rules. */
    int join(String itsRules) throws Exception {
        FaultProxy line = new FaultProxy(redis.port());
        lines.add(line);
        ProxyRig rig = ProxyRig.before(
                origin, clock, itsRules, settings -> changed.apply(onRedis(settings, line.port(), secret)));
        rigs.add(rig);
        int number = rigs.size() - 1;
        awaitMember(number);
        if (number == 0) {
            // As when it has been running for a while: while the list of members is younger than a lease, purges wait.
            redis.commands().hset("larder:@members", "born", Long.toString(serverMillis() - AN_HOUR_MILLIS));
        }
        return number;
    }

    private long serverMillis() {
        return Long.parseLong(redis.commands().time().get(0)) * 1_000;
    }

    /** The time of all holds is over, by the server's clock. */
    void endHolds() {
        for (String group : redis.commands().keys("larder:@group:*")) {
            redis.commands().hkeys(group).stream()
                    .filter(field -> field.startsWith("h:"))
                    .forEach(hold -> redis.commands().hset(group, hold, "1"));
        }
    }

    private static Settings onRedis(Settings of, int port, Optional<String> secret) {
        return Adjusted.of(Rigs.onRedis(of, port, "larder:", secret, false))
                .store(store -> store.nearMaxBytes(16 << 20))
                .unknownOutcomeHold(HOLD)
                .done();
    }

    /** Waits until one hears of every purge. */
    void awaitMember(int number) throws Exception {
        ProxyRig rig = rigs.get(number);
        Until.holds(
                "a member",
                () -> rig.sidecar().store().status().usable()
                        && rig.sidecar().store().status().detail().contains("member of " + members()));
    }

    /** How many the store knows of. */
    long members() {
        return redis.commands().hkeys("larder:@members").stream()
                .filter(field -> field.startsWith("m:"))
                .count();
    }

    /** Whether one holds copies of what is stored. */
    boolean hasCopies(int number) {
        return !rigs.get(number).sidecar().store().status().detail().contains(" 0 copies");
    }

    ProxyRig rig(int number) {
        return rigs.get(number);
    }

    /** One's line to the store. */
    FaultProxy line(int number) {
        return lines.get(number);
    }

    RealRedis redis() {
        return redis;
    }

    ScriptedOrigin origin() {
        return origin;
    }

    TestClock clock() {
        return clock;
    }

    RawClient client(int number) {
        return rigs.get(number).client();
    }

    /** A figure of the admin addresses, of all together. */
    long status(String name) throws IOException {
        long sum = 0;
        for (ProxyRig rig : rigs) {
            sum += Rigs.status(rig, name);
        }
        return sum;
    }

    @Override
    public void close() {
        rigs.forEach(ProxyRig::close);
        origin.close();
        lines.forEach(FaultProxy::close);
        redis.close();
    }
}
