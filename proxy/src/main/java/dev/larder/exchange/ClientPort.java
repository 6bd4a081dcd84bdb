package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.relay.BodySink;
import dev.larder.relay.BodySource;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/**
 * The visitor's side of one exchange: source of the request's body, sink of the answer's. All methods on {@link
 * #eventLoop()}; calls after the visitor has gone do nothing, but consume what they are given.
 */
public interface ClientPort extends BodySource, BodySink {

    /** The loop of the connection, which is that of the whole exchange. */
    EventLoop eventLoop();

    /** Passes an interim answer on. */
    void informational(ResponseHead head);

    /** Begins the answer; its body follows by {@link #write} and {@link #end}. The port frames it. */
    void head(ResponseHead head);

    /** The whole answer at once; the array is not copied and must not change. */
    void respond(ResponseHead head, byte[] body);

    /**
     * A whole answer from storage: the stored head, and what is said of this answer beside it.
     *
     * @param ageSeconds what its Age field says
     * @param body not copied, and must not change
     */
    void respondStored(ResponseHead stored, long ageSeconds, Disposition how, byte[] body);

    /** The answer is 101: from now on bytes go both ways between the connection and {@code origin}. */
    void tunnel(ResponseHead head, Channel origin);

    /** The exchange is over: the next request may be read. */
    void over();

    /** Bytes of body written so far. */
    long bodyBytes();

    /** The status sent, or 0. */
    int status();
}
