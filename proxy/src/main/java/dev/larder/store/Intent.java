package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The handle of one announced write. It is ended exactly once, by {@link #done()} or {@link #lift()}; one that is never
 * ended is a purge of its groups once its lease has run out. Any thread may call it.
 *
 * <p>The stages never complete exceptionally. {@code true}: applied. {@code false}: the store could not be told within
 * its timeout; then the purge is <em>owed</em>: this process serves nothing of these groups until it has been applied.
 */
public interface Intent {

    /** Whether the store took the intent. If not, the operator's setting decides about the write. */
    boolean standing();

    /**
     * To be called before the write goes out where the intent does not stand: the stage completes when what the write may change is
     * noted on disk, so that the purge is not lost with this process. {@code false} where that is not possible.
     */
    default CompletionStage<Boolean> keep() {
        return CompletableFuture.completedStage(true);
    }

    /** Whether it may have lapsed meanwhile, since this process stood still: then it is to be lifted, and another one put. */
    default boolean mayHaveLapsed() {
        return false;
    }

    /**
     * To be called before the backend may act on the write: whom it may change. Until the intent is ended, no sidecar stores what
     * it fetched for them meanwhile. {@code false} where others could not be told.
     *
     * @param visitors groups without a route
     */
    CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors);

    /**
     * Replaces the epochs of these groups and the change tokens of their routes, and tells every other sidecar of the
     * store. As often as needed. Groups without a route are what is known of visitors: nothing is stored under them, but the
     * others are told of these as well.
     */
    CompletionStage<Boolean> purge(Collection<PurgeGroup> groups);

    /**
     * After a purge for an unknown outcome: what is fetched meanwhile is not stored, and the end of the hold is one more
     * purge of these groups, also if this process is gone by then. Ends the intent.
     */
    CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length);

    /** The write is over and purged. */
    CompletionStage<Boolean> done();

    /** Nothing was written: no purge. */
    CompletionStage<Boolean> lift();
}
