package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;

/**
 * What happens on a call, in order: any number of {@link #informational}, then one {@link #head}, pieces, and {@link
 * #ended}; or {@link #failed} at any point, after which nothing comes. All on the event loop of the call.
 */
public interface OriginListener {

    /** An interim answer other than 101 (RFC 9110 section 15.2). The next read is asked for by the call itself. */
    void informational(ResponseHead head);

    /** The head of the answer. Pieces come one for each {@link OriginCall#read()}. */
    void head(ResponseHead head);

    /** A piece of the body; the listener owns its reference count. */
    void piece(HttpContent piece);

    /** The answer is whole. */
    void ended(Fields trailers);

    /** The call has come to nothing, or its answer was cut short. */
    void failed(OriginFailure failure);

    /** {@link OriginCall#cancel} was called, and nothing else comes; for those who are not the ones who called it. */
    default void cancelled() {}

    /** There is room for more of the request's body; also said once the connection is there. */
    void requestWritable();

    /**
     * The origin has switched protocols (101): the channel is the listener's now, with nothing but bytes on it and
     * auto-read off.
     */
    void switched(ResponseHead head, Channel origin);
}
