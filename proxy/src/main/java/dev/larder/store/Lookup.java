package dev.larder.store;

/** What a lookup found. */
public sealed interface Lookup {

    /** A response whose epochs are current and whose Vary matches; fresh or not is for the policy to say. */
    record Found(StoredResponse response) implements Lookup {}

    /**
     * Nothing usable.
     *
     * @param why for Cache-Status and metrics
     * @param epochs of the groups asked for, so that a fetch that begins now can be stored
     */
    record Absent(Why why, Epochs epochs) implements Lookup {}

    /**
     * The store did not answer, or not sensibly: a miss that cannot be stored.
     *
     * @param detail a token for Cache-Status, e.g. {@code store-timeout}, {@code store-circuit-open}
     */
    record Unavailable(String detail) implements Lookup {}

    /** Why nothing usable was there. */
    enum Why {
        /** Nothing under this key. */
        ABSENT,
        /** Something, whose epochs are no longer current. */
        PURGED,
        /** Something, chosen by other request fields. */
        VARY,
        /** Something that cannot be read, or of another full key. */
        UNREADABLE
    }
}
