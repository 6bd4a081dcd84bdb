package dev.larder.relay;

import dev.larder.http.Fields;
import io.netty.handler.codec.http.HttpContent;

/** Where the pieces of a body go. All methods on the event loop of the channel behind it. */
public interface BodySink {

    /** Takes a piece and its reference count: it is written or released, also where the channel is gone. */
    void write(HttpContent piece);

    /** The body is whole; {@code trailers} may be empty. */
    void end(Fields trailers);

    /** The body will not be completed: the other side must see that it was cut short. */
    void abort();

    /** Whether there is room; where not, the owner of the relay is told when there is again. */
    boolean isWritable();
}
