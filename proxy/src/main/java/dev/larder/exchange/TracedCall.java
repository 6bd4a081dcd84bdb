package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;

/**
 * A call on the origin that is part of a trace: the origin sees it as its parent, and its head and end are told, whichever
 * way that comes. All else passes on to the listener whose call it is. Confined to its event loop.
 */
final class TracedCall implements OriginListener {

    private final Trace.Call traced;
    private final OriginListener listener;

    private TracedCall(Trace.Call traced, OriginListener listener) {
        this.traced = traced;
        this.listener = listener;
    }

    /** Calls; as if there were no trace where there is none. */
    static OriginCall start(OriginPool origin, Trace trace, OriginRequest asked, OriginListener listener) {
        if (trace == Trace.NONE) {
            return origin.call(asked, listener);
        }
        Trace.Call traced = trace.call(asked.method());
        OriginRequest sent =
                new OriginRequest(asked.method(), asked.target(), traced.sent(asked.fields()), asked.body());
        return origin.call(sent, new TracedCall(traced, listener));
    }

    @Override
    public void informational(ResponseHead head) {
        listener.informational(head);
    }

    @Override
    public void requestWritable() {
        listener.requestWritable();
    }

    @Override
    public void head(ResponseHead head) {
        traced.answered(head.status());
        listener.head(head);
    }

    @Override
    public void piece(HttpContent piece) {
        listener.piece(piece);
    }

    @Override
    public void ended(Fields trailers) {
        traced.ended();
        listener.ended(trailers);
    }

    @Override
    public void failed(OriginFailure failure) {
        traced.failed(failure.proxyStatus());
        listener.failed(failure);
    }

    @Override
    public void switched(ResponseHead head, Channel channel) {
        traced.answered(head.status());
        traced.ended();
        listener.switched(head, channel);
    }

    @Override
    public void cancelled() {
        traced.cancelled();
        listener.cancelled();
    }
}
