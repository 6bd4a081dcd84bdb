package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.relay.BodyRelay;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import org.jspecify.annotations.Nullable;

/** BYPASS and TUNNEL: both bodies pass, nothing is captured, nothing is stored. */
final class PassThrough implements Journey, OriginListener {

    private final Exchange exchange;
    private final Disposition disposition;
    private final @Nullable Judging judging;
    private @Nullable OriginCall call;
    private @Nullable BodyRelay upload;
    private @Nullable BodyRelay download;

    /** @param judging hears the answer as it passes, and judges it when the visitor has all of it; null for nobody */
    PassThrough(Exchange exchange, Disposition disposition, @Nullable Judging judging) {
        this.exchange = exchange;
        this.disposition = disposition;
        this.judging = judging;
    }

    void start() {
        // Events may come before call() returns: they see the field as null and wait for the line below it.
        OriginCall started = exchange.callOrigin(exchange.asItCame(), this);
        call = started;
        if (!started.isOver() && exchange.hasBody()) {
            upload = new BodyRelay(exchange.client(), started);
            upload.next();
        }
    }

    @Override
    public void requestWritable() {
        if (upload != null) {
            upload.sinkWritable();
        }
    }

    @Override
    public void requestPiece(HttpContent piece) {
        if (upload == null) {
            piece.release();
        } else {
            upload.piece(piece);
        }
    }

    @Override
    public void requestEnded(Fields trailers) {
        if (upload != null) {
            upload.end(trailers);
        }
    }

    @Override
    public void informational(ResponseHead head) {
        exchange.client().informational(head);
    }

    @Override
    public void head(ResponseHead head) {
        exchange.originAnswered();
        exchange.client().head(Answers.relayed(head, disposition));
        exchange.disposed(disposition);
        if (judging != null) {
            judging.hearing().head(head);
        }
        OriginCall answering = call;
        if (answering == null) {
            throw new IllegalStateException("an answer before the call");
        }
        download = new BodyRelay(answering, exchange.client());
        download.next();
    }

    @Override
    public void piece(HttpContent piece) {
        if (download == null) {
            piece.release();
        } else {
            if (judging != null) {
                judging.hearing().piece(piece);
            }
            download.piece(piece);
        }
    }

    @Override
    public void ended(Fields trailers) {
        if (download != null) {
            download.end(trailers);
        }
        exchange.answered();
        if (judging != null) {
            judging.heard();
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (download == null) {
            exchange.refuse(Answers.of(failure));
        } else {
            download.abort();
            exchange.cutShort();
        }
    }

    @Override
    public void switched(ResponseHead head, Channel origin) {
        exchange.originAnswered();
        exchange.disposed(disposition);
        exchange.client().tunnel(Answers.switched(head, disposition), origin);
        exchange.answered();
    }

    @Override
    public void clientWritable() {
        if (download != null) {
            download.sinkWritable();
        }
    }

    @Override
    public void clientGone() {
        if (call != null) {
            call.cancel();
        }
        exchange.cutShort();
    }
}
