package dev.larder.exchange;

import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import dev.larder.plan.RouteRule;
import dev.larder.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the cache is trusted in this process: the switch that takes it out of the way, whether it is only watched, how
 * often its hits are checked, and the routes that were found not to be what their rules say. Whoever serves or stores asks
 * here first; writes do not, since they purge whatever this says. It remembers nothing beyond the process. Any thread.
 */
public final class Trial {

    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

    /** Between two hits that are checked, and between two requests without their credential. */
    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(250);

    /** Differences that wait to be settled: each keeps a request's head and a stored one's epochs. */
    private static final int MOST_UNSETTLED = 256;

    /**
     * Whether the cache is switched off.
     *
     * @param since when that was said
     * @param by who said it
     */
    public record Switch(boolean on, Instant since, String by) {}

    /**
     * A route that is neither served nor stored here.
     *
     * @param route its name
     * @param since when it was found out
     * @param key for which
     */
    public record Quarantine(String route, Instant since, String key) {}

    private final boolean observing;
    private final double truthSampling;
    private final InstantSource clock;
    private final Observation.Listener listener;

    /** Of the upper half of a number that is spread evenly, those below it are picked. */
    private final long picked;

    private final Pace samples;
    private final Pace probes;
    private final AtomicInteger unsettled = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    /** Whether there is nothing to ask any further: what a hit pays for all of this. Written under this, as the next three. */
    private volatile boolean ordinary;

    private volatile Switch bypass;

    /** By the very rule, of which there is another one after each reload. */
    private volatile Map<RouteRule, Quarantine> quarantined = Map.of();

    private volatile int lifts;

    /**
     * As the settings say.
     *
     * @param clock the wall clock
     * @param nanoTime the monotonic clock
     * @param listener is told of all that is compared
     */
    public Trial(Settings.Trial settings, InstantSource clock, LongSupplier nanoTime, Observation.Listener listener) {
        this.observing = settings.observe();
        this.truthSampling = settings.truthSampling();
        this.clock = clock;
        this.listener = listener;
        this.picked = (long) (settings.truthSampling() * (1L << 32));
        this.samples = new Pace(BETWEEN_SAMPLES, nanoTime);
        this.probes = new Pace(BETWEEN_SAMPLES, nanoTime);
        this.bypass = new Switch(settings.bypass(), clock.instant(), "settings");
        this.ordinary = !settings.bypass();
    }

    // ---- the switch, and routes that are not trusted ---------------------------------------------------------------

    /** Why nothing of a route is served from storage or stored at this moment; null where it may be. */
    @Nullable
    BypassReason withheld(RouteRule route) {
        if (ordinary) {
            return null;
        }
        if (bypass.on()) {
            return BypassReason.SWITCHED_OFF;
        }
        return quarantined.containsKey(route) ? BypassReason.QUARANTINE : null;
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
        reckon();
        return bypass;
    }

    private void reckon() {
        ordinary = !bypass.on() && quarantined.isEmpty();
    }

    /** How often a quarantine has been lifted: what was seen before that does not bring it back. */
    int lifts() {
        return lifts;
    }

    /**
     * A public route answers visitors differently: it is kept from the cache until somebody lifts that.
     *
     * @param seenAfter what {@link #lifts()} said when the visitor asked
     */
    synchronized void quarantine(RouteRule route, CacheKey key, int seenAfter) {
        if (quarantined.containsKey(route) || lifts != seenAfter) {
            return;
        }
        Map<RouteRule, Quarantine> now = new HashMap<>(quarantined);
        // What earlier rules called by this name is not asked about any more.
        now.keySet().removeIf(other -> other.name().equals(route.name()));
        now.put(route, new Quarantine(route.name(), clock.instant(), key.text()));
        quarantined = Map.copyOf(now);
        reckon();
        LOG.error(
                "route {} is public, and the backend answered a visitor with a credential otherwise than one without:"
                        + " it is quarantined here, neither served nor stored until its rule is changed or somebody"
                        + " lifts that; /api/observed says for which key",
                route.name());
    }

    /** The routes that are quarantined under the rules in force. */
    public List<Quarantine> quarantined(List<RouteRule> inForce) {
        Map<RouteRule, Quarantine> now = quarantined;
        return inForce.stream()
                .filter(now::containsKey)
                .map(route -> now.getOrDefault(route, new Quarantine(route.name(), Instant.EPOCH, "")))
                .toList();
    }

    /** Ends the quarantine of a route of this name; whether there was one. */
    public synchronized boolean lift(String route) {
        Map<RouteRule, Quarantine> now = new HashMap<>(quarantined);
        boolean there = now.keySet().removeIf(one -> one.name().equals(route));
        if (there) {
            lifts++;
        }
        quarantined = Map.copyOf(now);
        reckon();
        return there;
    }

    // ---- watching --------------------------------------------------------------------------------------------------

    /** Whether everything is forwarded, and nothing served from storage. */
    public boolean isObserving() {
        return observing;
    }

    /** Of all hits, after how many the origin is asked. */
    public double truthSampling() {
        return truthSampling;
    }

    /**
     * Whether a hit is one of those that are checked: no counter that event loops would have to share.
     *
     * @param begun when its exchange began, by the monotonic clock, of which the last digits are as good as random
     */
    boolean picks(long begun) {
        return (begun * 0x9E3779B97F4A7C15L) >>> 32 < picked;
    }

    /** Whether one more hit may be checked now. */
    boolean maySample() {
        return samples.allows();
    }

    /** Whether one more request may be sent without its credential now. */
    boolean mayProbe() {
        return probes.allows();
    }

    /** Whether one more difference may wait; then {@link #settled} is called for it. */
    boolean mayWait() {
        if (unsettled.incrementAndGet() <= MOST_UNSETTLED) {
            return true;
        }
        unsettled.decrementAndGet();
        return false;
    }

    void settled() {
        unsettled.decrementAndGet();
    }

    /** A write is under way whose purge is still to come. */
    void writeBegan() {
        writes.incrementAndGet();
    }

    /** It has purged, or will not. */
    void writeOver() {
        writes.decrementAndGet();
    }

    /** Whether this process forwards a write whose purge is still to come. */
    boolean isWriting() {
        return writes.get() > 0;
    }

    void tell(Observation observation) {
        listener.compared(observation);
    }
}
