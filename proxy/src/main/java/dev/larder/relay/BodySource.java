package dev.larder.relay;

/** Where the pieces of a body come from. */
@FunctionalInterface
public interface BodySource {

    /** Asks for one more message; on the source's event loop. Asking twice before it came asks once. */
    void read();
}
