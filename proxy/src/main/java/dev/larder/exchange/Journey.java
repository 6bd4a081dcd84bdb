package dev.larder.exchange;

import dev.larder.http.Fields;
import io.netty.handler.codec.http.HttpContent;

/**
 * The part of an exchange that talks to the origin, once it is decided which: it gets the visitor's side of events. All
 * on the event loop of the exchange.
 */
interface Journey {

    /** A piece of the request's body; consumes it. */
    void requestPiece(HttpContent piece);

    /** The request's body is whole. */
    void requestEnded(Fields trailers);

    /** There is room for more of the answer. */
    void clientWritable();

    /** The visitor has gone, or their request's body was cut short. */
    void clientGone();
}
