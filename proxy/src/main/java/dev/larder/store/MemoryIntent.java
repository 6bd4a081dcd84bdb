package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An intent of the embedded store: purges at once, and remembers nothing. Any thread. */
final class MemoryIntent implements Intent {

    private static final CompletionStage<Boolean> APPLIED = CompletableFuture.completedStage(true);

    private final MemoryEpochs epochs;

    MemoryIntent(MemoryEpochs epochs) {
        this.epochs = epochs;
    }

    @Override
    public boolean standing() {
        return true;
    }

    /** Nobody else stores here. */
    @Override
    public CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors) {
        return APPLIED;
    }

    @Override
    public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
        epochs.purge(groups);
        return APPLIED;
    }

    @Override
    public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
        epochs.hold(groups, length);
        return APPLIED;
    }

    @Override
    public CompletionStage<Boolean> done() {
        return APPLIED;
    }

    @Override
    public CompletionStage<Boolean> lift() {
        return APPLIED;
    }
}
