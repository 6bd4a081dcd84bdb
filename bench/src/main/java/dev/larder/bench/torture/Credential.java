package dev.larder.bench.torture;

/** By what a backend knows a visitor, as it reads it. */
sealed interface Credential {

    record None() implements Credential {}

    record Session(String text) implements Credential {}

    /** What came behind {@code Bearer}. */
    record Token(String text) implements Credential {}
}
