package dev.larder.store;

/** Is told how long a store took, on whatever thread it answered on; must not block. */
@FunctionalInterface
public interface StoreListener {

    /** Hears nothing. */
    StoreListener NOBODY = (trip, nanos, failed) -> {};

    /** What was asked of the store. */
    enum Trip {
        LOOKUP,
        PUT,
        /** Announcing a write. */
        INTEND,
        /** Purging, until the store, and whoever else must know, has been told. */
        PURGE
    }

    /**
     * One trip is over. What was answered from memory, or kept from the store by its circuit, is none.
     *
     * @param nanos how long it took, in nanoseconds
     * @param failed whether the store did not do it within its timeout
     */
    void ended(Trip trip, long nanos, boolean failed);
}
