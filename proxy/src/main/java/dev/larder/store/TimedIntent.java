package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** An intent whose purges are timed. Any thread. */
final class TimedIntent implements Intent {

    private final Intent intent;
    private final StoreListener listener;
    private final LongSupplier nanoTime;

    TimedIntent(Intent intent, StoreListener listener, LongSupplier nanoTime) {
        this.intent = intent;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean standing() {
        return intent.standing();
    }

    @Override
    public CompletionStage<Boolean> keep() {
        return intent.keep();
    }

    @Override
    public boolean mayHaveLapsed() {
        return intent.mayHaveLapsed();
    }

    @Override
    public CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors) {
        return intent.changing(visitors);
    }

    @Override
    public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
        long begun = nanoTime.getAsLong();
        return intent.purge(groups)
                .whenComplete((applied, failure) -> listener.ended(
                        StoreListener.Trip.PURGE,
                        nanoTime.getAsLong() - begun,
                        failure != null || !Boolean.TRUE.equals(applied)));
    }

    @Override
    public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
        return intent.hold(groups, length);
    }

    @Override
    public CompletionStage<Boolean> done() {
        return intent.done();
    }

    @Override
    public CompletionStage<Boolean> lift() {
        return intent.lift();
    }
}
