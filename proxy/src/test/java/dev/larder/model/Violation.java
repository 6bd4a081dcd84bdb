package dev.larder.model;

import java.io.Serial;

/** A promise was broken. */
final class Violation extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final String broken;

    Violation(String broken) {
        super(broken, null, false, false);
        this.broken = broken;
    }

    /** Which promise, and how. */
    String broken() {
        return broken;
    }
}
