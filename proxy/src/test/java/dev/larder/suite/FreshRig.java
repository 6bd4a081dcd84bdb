package dev.larder.suite;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is read through, and what is written through: one sidecar, or two that share a store. */
final class FreshRig implements AutoCloseable {

    /** Where responses are stored, and who writes. */
    enum Kind {
        MEMORY,
        REDIS,
        REDIS_WRITTEN_THROUGH_ANOTHER
    }

    private final @Nullable ProxyRig alone;
    private final @Nullable Sidecars sharing;
    private final int writer;

    private FreshRig(@Nullable ProxyRig alone, @Nullable Sidecars sharing, int writer) {
        this.alone = alone;
        this.sharing = sharing;
        this.writer = writer;
    }

    static FreshRig of(Kind kind, String rules, ScriptedOrigin.Script script, UnaryOperator<Settings.Timeouts> waits)
            throws Exception {
        return switch (kind) {
            case MEMORY -> new FreshRig(Rigs.rig(rules, script, waits), null, 0);
            case REDIS -> new FreshRig(null, sharing(1, rules, script, waits), 0);
            case REDIS_WRITTEN_THROUGH_ANOTHER -> new FreshRig(null, sharing(2, rules, script, waits), 1);
        };
    }

    private static Sidecars sharing(
            int count, String rules, ScriptedOrigin.Script script, UnaryOperator<Settings.Timeouts> waits)
            throws Exception {
        return Sidecars.of(count, rules, script, settings -> Rigs.waiting(settings, waits));
    }

    private ProxyRig rig(int number) {
        return alone != null ? alone : sharing.rig(number);
    }

    RawClient reader() {
        return rig(0).client();
    }

    RawClient writer() {
        return rig(writer).client();
    }

    ScriptedOrigin origin() {
        return rig(0).origin();
    }

    /** Responses grow older by so much. */
    void age(Duration by) {
        if (alone != null) {
            alone.clock().advance(by);
        } else {
            sharing.clock().advanceWall(by);
        }
    }

    /** All but the last second of a hold passes. */
    void ageHoldsAlmost() {
        if (alone != null) {
            alone.clock().advance(Duration.ofSeconds(29));
        }
    }

    /** The rest of a hold passes, by the clock that counts for it. */
    void ageHoldsToTheirEnd() {
        if (alone != null) {
            alone.clock().advance(Duration.ofSeconds(2));
        } else {
            sharing.endHolds();
        }
    }

    /** Connections to the origin that are not in use grow older by so much, less than a lease. */
    void idle(Duration by) {
        rig(0).clock().advance(by);
    }

    long status(String name) throws IOException {
        return alone != null ? Rigs.status(alone, name) : sharing.status(name);
    }

    void awaitFollowers(int count) throws Exception {
        Until.holds(count + " followers", () -> status("followers") == count);
    }

    void awaitRest() throws Exception {
        Until.holds("no flight left", () -> status("flights") == 0);
        Until.holds("no body in memory", () -> status("captureBytes") == 0);
    }

    boolean inMemory() {
        return alone != null;
    }

    @Override
    public void close() {
        if (alone != null) {
            alone.close();
        } else {
            sharing.close();
        }
    }
}
