package dev.larder.relay;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One wait at a time, and what is done when it is over. Starting, stopping and starting again is what happens all the
 * time on a connection, so the timer behind it is moved only where a wait ends sooner than it fires. Confined to its
 * event loop.
 */
public final class Deadline {

    private final EventExecutor loop;
    private final LongSupplier nanoTime;
    private final Runnable expired;

    private boolean running;
    private long endsAt;
    private @Nullable ScheduledFuture<?> timer;
    private long firesAt;

    /**
     * A deadline that does not run yet.
     *
     * @param nanoTime the monotonic clock
     * @param expired runs on {@code loop} when a wait was over; may start another
     */
    public Deadline(EventExecutor loop, LongSupplier nanoTime, Runnable expired) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.expired = expired;
    }

    /** Begins to wait, from now; a wait under way is forgotten. */
    public void start(Duration limit) {
        running = true;
        endsAt = nanoTime.getAsLong() + limit.toNanos();
        if (timer != null && firesAt - endsAt > 0) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            schedule(limit.toNanos());
        }
    }

    /** Forgets the wait. */
    public void stop() {
        running = false;
    }

    /** Forgets the wait and the timer: the deadline is not used again. */
    public void end() {
        running = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        firesAt = endsAt;
        timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        timer = null;
        if (!running) {
            return;
        }
        long left = endsAt - nanoTime.getAsLong();
        if (left > 0) {
            schedule(left);
        } else {
            running = false;
            expired.run();
        }
    }
}
