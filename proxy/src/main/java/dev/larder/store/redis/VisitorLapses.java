package dev.larder.store.redis;

import dev.larder.store.PurgeListener;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What this sidecar makes of the writes through others that may be changing visitors. As long as one is under way nothing is
 * made of it, since it costs no hits. One that has lapsed was that of a sidecar that died: the backend may have acted on it, and
 * nobody tells of it, so whoever it concerns is forgotten. Of those whom a write of unknown outcome may change nothing is
 * believed. Any thread.
 */
final class VisitorLapses {

    /** A write when it was last read of, and when it will have lapsed for certain by then. */
    private record Watched(VisitorChanges.Field field, long lapsedNanos) {}

    private final PurgeListener listener;
    private final Timer timer;
    private final LongSupplier nanoTime;

    /** By the name of the field; guarded by {@code this}. */
    private Map<String, Watched> watched = new HashMap<>();

    VisitorLapses(PurgeListener listener, Timer timer, LongSupplier nanoTime) {
        this.listener = listener;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /** Takes what the store says of all writes but those of this sidecar. */
    void read(Collection<VisitorChanges.Field> fields) {
        long now = nanoTime.getAsLong();
        Map<String, Watched> news = new HashMap<>();
        Map<String, Watched> gone;
        synchronized (this) {
            gone = new HashMap<>(watched);
            Map<String, Watched> next = new HashMap<>();
            for (VisitorChanges.Field field : fields) {
                Watched before = gone.remove(field.name());
                if (before != null && before.field.deadlineMillis() == field.deadlineMillis()) {
                    next.put(field.name(), before);
                } else {
                    Watched watching = new Watched(field, now + TimeUnit.MILLISECONDS.toNanos(field.leftMillis()));
                    next.put(field.name(), watching);
                    news.put(field.name(), watching);
                }
            }
            watched = next;
        }
        news.values().forEach(one -> begin(one, now));
        // One that ends as it should is taken away when everybody has heard of its purge; or whoever came by after its
        // end did.
        gone.values().forEach(one -> {
            if (!one.field.isHold() && one.lapsedNanos - marginNanos() - now <= 0) {
                forget(one);
            }
        });
    }

    private void begin(Watched one, long now) {
        long leftNanos = one.lapsedNanos - now;
        if (one.field.isHold()) {
            if (leftNanos > 0) {
                listener.held(one.field.visitors(), Duration.ofNanos(leftNanos));
            }
            return;
        }
        // The server's clock may be ahead of what is believed of it: as soon as it may have lapsed, and when it has.
        lapse(one, leftNanos - marginNanos());
        lapse(one, leftNanos);
    }

    private static long marginNanos() {
        return TimeUnit.MILLISECONDS.toNanos(EpochReading.CLOCK_MARGIN_MILLIS);
    }

    private void lapse(Watched one, long afterNanos) {
        timer.newTimeout(
                due -> {
                    boolean stands;
                    synchronized (this) {
                        // It has been renewed or taken away where something else is there now.
                        stands = one.equals(watched.get(one.field.name()));
                    }
                    if (stands) {
                        forget(one);
                    }
                },
                Math.max(0, afterNanos),
                TimeUnit.NANOSECONDS);
    }

    private void forget(Watched one) {
        listener.purged(one.field.visitors());
    }
}
