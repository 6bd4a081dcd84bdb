package dev.larder.store;

/**
 * A fetch for which other sidecars of the store wait. Ended once; later ends are ignored. If this process dies, it ends by
 * itself soon. Any thread; does not block.
 */
public interface SharedFlight {

    /** What was fetched is in the store. */
    void landed();

    /**
     * Nothing came of it that others could use.
     *
     * @param notStorable whether nothing of this key is stored, so that nobody else need wait for another fetch of it
     */
    void letGo(boolean notStorable);
}
