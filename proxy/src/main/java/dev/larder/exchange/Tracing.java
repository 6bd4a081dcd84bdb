package dev.larder.exchange;

import dev.larder.http.RequestHead;

/** Says which exchanges are followed as parts of traces. Any thread; must not block. */
@FunctionalInterface
public interface Tracing {

    /** None is: trace context passes as it came. */
    Tracing NONE = request -> Trace.NONE;

    /** An exchange begins; {@link Trace#NONE} where it is not followed. */
    Trace begin(RequestHead request);
}
