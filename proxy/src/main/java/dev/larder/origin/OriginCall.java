package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.origin.OriginFailure.Wait;
import dev.larder.relay.BodySink;
import dev.larder.relay.BodySource;
import dev.larder.relay.Channels;
import dev.larder.relay.Deadline;
import dev.larder.relay.WireFields;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin and its answer: sink of the request's body, source of the answer's. Confined to its event
 * loop. It ends exactly once: by {@link OriginListener#ended}, {@link OriginListener#failed}, {@link
 * OriginListener#switched}, or {@link #cancel()}.
 */
public final class OriginCall implements BodySource, BodySink {

    private final OriginPool pool;
    private final OriginRequest request;
    private final OriginListener listener;
    private final OriginSettings settings;
    private final EventLoop loop;
    private final LongSupplier nanoTime;

    /** While it has no connection, and with it the deadline of that. */
    private @Nullable Deadline queued;

    private @Nullable OriginConnection connection;
    private boolean over;
    private boolean requestWhole;
    private boolean anythingCame;
    private boolean headCame;
    private boolean repeated;

    /** What {@link #deadline()} runs for. */
    private @Nullable Wait waiting;

    /** What of the request was not sent yet when the wait began. */
    private long unsentBytes;

    OriginCall(
            OriginPool pool,
            OriginRequest request,
            OriginListener listener,
            OriginSettings settings,
            EventLoop loop,
            LongSupplier nanoTime) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
        this.settings = settings;
        this.loop = loop;
        this.nanoTime = nanoTime;
    }

    // ---- for the exchange --------------------------------------------------------------------------------------

    /** Asks for the next piece of the answer. */
    @Override
    public void read() {
        if (connection != null && !over) {
            if (headCame) {
                waitFor(Wait.BODY_IDLE);
            }
            connection.read();
        }
    }

    @Override
    public boolean isWritable() {
        return connection != null && !over && connection.channel().isWritable();
    }

    @Override
    public void write(HttpContent piece) {
        if (over) {
            piece.release();
            return;
        }
        if (connection == null) {
            piece.release();
            // Dropped in silence, it would make a body that looks whole.
            throw new IllegalStateException("a piece of the request came before there was room for it");
        }
        connection.write(piece);
        if (!connection.channel().isWritable() && !headCame) {
            waitFor(Wait.BODY_IDLE);
        }
    }

    @Override
    public void end(Fields trailers) {
        if (connection == null || over) {
            return;
        }
        LastHttpContent last = LastHttpContent.EMPTY_LAST_CONTENT;
        if (trailers.size() > 0) {
            last = new DefaultLastHttpContent();
            last.trailingHeaders().add(WireFields.write(trailers));
        }
        connection.write(last);
        requestSent();
    }

    /** The request's body was cut short: the origin must not take it for whole. The same as {@link #cancel()}. */
    @Override
    public void abort() {
        cancel();
    }

    /** Ends the call without a further event but {@link OriginListener#cancelled}; what the origin has done with the request stays unknown. */
    public void cancel() {
        if (!over) {
            finish();
            if (connection != null) {
                connection.close();
            } else {
                pool.forget(this);
            }
            listener.cancelled();
        }
    }

    /** Whether the call has ended. */
    public boolean isOver() {
        return over;
    }

    /** Whether any byte of the request may have reached the origin. */
    public boolean mayHaveBeenSeen() {
        return connection != null;
    }

    // ---- for pool and connection -------------------------------------------------------------------------------

    OriginRequest request() {
        return request;
    }

    boolean awaitsHead() {
        return !headCame;
    }

    void begin(OriginConnection held) {
        waitNoMore();
        endQueued();
        connection = held;
        held.hold(this);
        if (request.body() instanceof OriginRequest.Body.None) {
            held.send(request);
            requestSent();
        } else {
            held.write(new DefaultHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target(), headers()));
        }
        held.read();
        if (!requestWhole) {
            listener.requestWritable();
        }
    }

    private HttpHeaders headers() {
        HttpHeaders headers = WireFields.write(request.fields());
        if (request.body() instanceof OriginRequest.Body.Length length) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length.bytes());
            // Without chunks there are no trailers to announce (RFC 9110 section 6.6.2).
            headers.remove(HttpHeaderNames.TRAILER);
        } else {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return headers;
    }

    private void requestSent() {
        requestWhole = true;
        if (!headCame) {
            waitFor(Wait.RESPONSE_HEAD);
        }
    }

    void requestWritable() {
        if (waiting == Wait.BODY_IDLE && !headCame) {
            waitNoMore();
        }
        listener.requestWritable();
    }

    void informational(ResponseHead head) {
        anythingCame = true;
        listener.informational(head);
        read();
    }

    void head(ResponseHead head) {
        anythingCame = true;
        headCame = true;
        waitNoMore();
        listener.head(head);
    }

    void piece(HttpContent piece) {
        waitNoMore();
        if (over) {
            piece.release();
        } else {
            listener.piece(piece);
        }
    }

    void ended(Fields trailers) {
        OriginConnection held = connection;
        if (over || held == null) {
            return;
        }
        finish();
        held.finish(requestWhole);
        listener.ended(trailers);
    }

    void switched(ResponseHead head, Channel channel) {
        finish();
        channel.pipeline().remove(OriginConnection.class);
        listener.switched(head, channel);
    }

    void connectionLost() {
        if (over) {
            return;
        }
        boolean reused = connection != null && connection.isReused();
        if (!anythingCame && reused && !repeated && request.isRepeatable()) {
            repeated = true;
            waitNoMore();
            connection = null;
            requestWhole = false;
            pool.dispatch(this, false);
        } else {
            fail(new OriginFailure.Reset(headCame));
        }
    }

    void fail(OriginFailure failure) {
        if (!over) {
            finish();
            listener.failed(failure);
        }
    }

    private void finish() {
        over = true;
        waitNoMore();
        endQueued();
    }

    private void endQueued() {
        if (queued != null) {
            queued.end();
            queued = null;
        }
    }

    // ---- waits -------------------------------------------------------------------------------------------------

    void waitFor(Wait wait) {
        if (waiting != wait) {
            waiting = wait;
            unsentBytes = unsentBytes();
            deadline().start(limit(wait));
        }
    }

    private void waitNoMore() {
        if (waiting != null) {
            waiting = null;
            deadline().stop();
        }
    }

    private Deadline deadline() {
        if (connection != null) {
            return connection.deadline();
        }
        Deadline own = queued;
        if (own == null) {
            own = new Deadline(loop, nanoTime, this::expired);
            queued = own;
        }
        return own;
    }

    void expired() {
        Wait wait = waiting;
        if (over || wait == null) {
            return;
        }
        long unsent = unsentBytes();
        if (unsent > 0 && unsent != unsentBytes && !headCame) {
            // The origin takes the request, if slowly.
            unsentBytes = unsent;
            deadline().start(limit(wait));
            return;
        }
        OriginConnection held = connection;
        if (held != null) {
            held.close();
        } else {
            pool.forget(this);
        }
        fail(new OriginFailure.TimedOut(wait));
    }

    private long unsentBytes() {
        return connection == null ? 0 : Channels.unsentBytes(connection.channel());
    }

    private Duration limit(Wait wait) {
        return switch (wait) {
            case CONNECT, QUEUE -> settings.connect();
            case RESPONSE_HEAD -> settings.responseHead();
            case BODY_IDLE -> settings.bodyIdle();
        };
    }
}
