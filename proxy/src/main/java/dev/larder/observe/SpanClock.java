package dev.larder.observe;

import io.opentelemetry.sdk.common.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The sidecar's own clocks, as OpenTelemetry asks for them. Any thread. */
final class SpanClock implements Clock {

    private final InstantSource clock;
    private final LongSupplier nanoTime;

    SpanClock(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public long nanoTime() {
        return nanoTime.getAsLong();
    }
}
