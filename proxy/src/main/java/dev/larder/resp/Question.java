package dev.larder.resp;

import org.jspecify.annotations.Nullable;

/** A command on its way, and whoever waits for its reply. Called on the connection's event loop alone. */
public interface Question {

    /** The words of the command, at least one; not written to. */
    String[] words();

    /**
     * The reply: an octet string as {@code byte[]}, a {@code String}, a {@code Long}, a list of these, a {@link Refusal}, or null.
     *
     * @return whether it is one that this command may have; where it is not, nothing that the connection says is believed any
     *     more, and the question is lost
     */
    boolean replied(@Nullable Object reply);

    /**
     * There is not going to be one.
     *
     * @param garbled whether what came instead made no sense; else the connection was lost, or closed
     */
    void lost(boolean garbled);

    /** An error that the server replied with. */
    record Refusal(String text) {}
}
