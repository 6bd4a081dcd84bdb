package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.time.Duration;
import java.util.Collection;

/** Hears of what other sidecars of the same store purge. Called on any thread; does not block. */
public interface PurgeListener {

    /** These groups are purged: what this process holds of them beside the store is dead when this returns. */
    void purged(Collection<PurgeGroup> groups);

    /**
     * These groups are purged, and for so long nothing of theirs is believed, since a write of unknown outcome may still change
     * them: what this process holds of them beside the store is dead when this returns.
     */
    void held(Collection<PurgeGroup> groups, Duration length);

    /** Purges may have been missed: all that this process holds beside the store is dead when this returns. */
    void missedSome();
}
