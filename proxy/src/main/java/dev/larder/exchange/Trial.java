package dev.larder.exchange;

import dev.larder.key.BypassReason;
import dev.larder.plan.RouteRule;
import dev.larder.settings.Settings;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How far the cache is trusted in this process: the switch that takes it out of the way. Whoever serves or stores asks
 * here first; writes do not, since they purge whatever this says. It remembers nothing beyond the process. Any thread.
 */
public final class Trial {

    /**
     * Whether the cache is switched off.
     *
     * @param since when that was said
     * @param by who said it
     */
    public record Switch(boolean on, Instant since, String by) {}

    private final InstantSource clock;

    /** Whether there is nothing to ask any further: what a hit pays for all of this. Written under this, as the next. */
    private volatile boolean ordinary;

    private volatile Switch bypass;

    /**
     * As the settings say.
     *
     * @param clock the wall clock
     */
    public Trial(Settings.Trial settings, InstantSource clock) {
        this.clock = clock;
        this.bypass = new Switch(settings.bypass(), clock.instant(), "settings");
        this.ordinary = !settings.bypass();
    }

    /** Why nothing of a route is served from storage or stored at this moment; null where it may be. */
    @Nullable
    BypassReason withheld(RouteRule route) {
        if (ordinary) {
            return null;
        }
        return bypass.on() ? BypassReason.SWITCHED_OFF : null;
    }

    /** Whether the cache is switched off. */
    public Switch bypass() {
        return bypass;
    }

    /**
     * Switches the cache off or on again: with immediate effect on what begins, and on what was going to be stored.
     *
     * @param on true for off
     * @param by who says so, for people
     */
    public synchronized Switch bypass(boolean on, String by) {
        bypass = new Switch(on, clock.instant(), by);
        ordinary = !on;
        return bypass;
    }
}
