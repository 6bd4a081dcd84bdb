package dev.larder.bench.torture;

/**
 * An answer that the backend would not have given.
 *
 * @param what expected and found, in words
 */
record Violation(Kind kind, String what) {

    enum Kind {
        /** Somebody else's. */
        FOREIGN,
        /** From before a write that had been answered. */
        STALE,
        /** Of another resource, other parameters, another host. */
        VARIANT,
        /** Not what the backend sends for this version. */
        MALFORMED,
        /** An error or a lost answer that nothing explains. */
        UNEXPLAINED
    }
}
