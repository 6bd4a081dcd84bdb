package dev.larder.exchange;

import dev.larder.http.Fields;
import io.netty.handler.codec.http.HttpContent;

/**
 * The part of an exchange that is under way: it gets the visitor's side of events. All on the event loop of the
 * exchange.
 */
interface Journey {

    /** A piece of the request's body; consumes it. */
    default void requestPiece(HttpContent piece) {
        piece.release();
    }

    /** The request's body is whole. */
    default void requestEnded(Fields trailers) {}

    /** There is room for more of the answer. */
    default void clientWritable() {}

    /** The visitor has gone, or their request's body was cut short; the exchange must be over when this returns. */
    void clientGone();

    /** A coding error came in between: give everything back, on the safe side. */
    default void abandon() {
        clientGone();
    }
}
