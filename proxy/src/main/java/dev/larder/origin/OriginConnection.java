package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.relay.Channels;
import dev.larder.relay.Deadline;
import dev.larder.relay.WireFields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the origin: decodes what arrives into the events of the call that holds it, and decides afterwards
 * whether another may use it. Any byte beyond an answer closes it. Confined to its event loop.
 */
final class OriginConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(OriginConnection.class);

    /** Interim answers to one request, which a slow visitor has to take as well. */
    private static final int MAX_INTERIM_ANSWERS = 32;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** How much sooner than the origin an idle connection is given up here. */
    private static final long KEEP_ALIVE_MARGIN_NANOS = 500_000_000L;

    private final OriginPool pool;
    private final Channel channel;
    private final OriginResponseDecoder decoder;
    private final RequestEncoder encoder;
    private final LongSupplier nanoTime;
    private final Deadline deadline;
    private final Runnable flush = this::flush;
    private final Runnable parked = this::parked;

    private @Nullable OriginCall call;
    /** The head of a 101, until its message has ended and the connection is handed over. */
    private @Nullable ResponseHead switching;

    private boolean served;
    private int interimAnswers;
    private boolean keepAlive;
    private long keepAliveNanos = Long.MAX_VALUE;

    /** What that was read from. */
    private @Nullable String keepAliveField;

    private long idleSince;
    private boolean flushing;

    OriginConnection(
            OriginPool pool,
            Channel channel,
            OriginResponseDecoder decoder,
            RequestEncoder encoder,
            LongSupplier nanoTime) {
        this.pool = pool;
        this.channel = channel;
        this.decoder = decoder;
        this.encoder = encoder;
        this.nanoTime = nanoTime;
        this.deadline = new Deadline(channel.eventLoop(), nanoTime, this::expired);
    }

    Channel channel() {
        return channel;
    }

    /** Whether it has served a call before, so that the origin may be about to close it. */
    boolean isReused() {
        return served;
    }

    boolean isReusable(long now, long maxIdleNanos) {
        long idleNanos = now - idleSince;
        return channel.isActive() && idleNanos < maxIdleNanos && idleNanos < keepAliveNanos - KEEP_ALIVE_MARGIN_NANOS;
    }

    void hold(OriginCall holder) {
        call = holder;
        deadline.stop();
        keepAlive = false;
        interimAnswers = 0;
        decoder.expectAnswerTo(holder.request().method());
    }

    /** Of the wait of the call that holds it: one for all of them, so that its timer stands. */
    Deadline deadline() {
        return deadline;
    }

    private void expired() {
        OriginCall holder = call;
        if (holder != null) {
            holder.expired();
        }
    }

    void read() {
        channel.read();
    }

    /** Sends a request without a body, all of it. A failed write is no event, as below. */
    void send(OriginRequest bodiless) {
        encoder.bodiless(bodiless);
        flushSoon();
    }

    /** Consumes the message. A failed write is no event: the origin may have answered before it stopped to listen. */
    void write(Object message) {
        ChannelFuture unused = channel.write(message);
        flushSoon();
    }

    /** One flush for all that is written in this turn of the event loop. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            pool.turn().atEnd(flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }

    /** The call is over and the answer whole: another may use the connection if it is still in order. */
    void finish(boolean requestWhole) {
        call = null;
        deadline.stop();
        served = true;
        if (keepAlive && requestWhole && channel.isActive()) {
            park();
        } else {
            close();
        }
    }

    /**
     * Waits for the next call, and notices at once if the origin closes or says something unasked. No other call gets the
     * connection before all that came with the last answer has been looked at: it could be taken for the next answer.
     */
    void park() {
        idleSince = nanoTime.getAsLong();
        decoder.expectNothing();
        channel.read();
        pool.turn().atEnd(parked);
    }

    private void parked() {
        if (decoder.holdsBytes()) {
            close();
        } else if (channel.isActive()) {
            pool.release(this);
        }
    }

    void close() {
        call = null;
        deadline.end();
        Channels.close(channel);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        OriginCall holder = call;
        if (holder == null) {
            ReferenceCountUtil.release(message);
            close();
        } else if (message instanceof PlainResponse plain) {
            keepAlive = true;
            keepAliveSaid(plain.head().fields());
            holder.head(plain.head());
        } else if (!(message instanceof HttpObject object)
                || object.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            fail(holder, new OriginFailure.BadFraming("malformed answer"));
        } else if (message instanceof HttpResponse response) {
            head(holder, response);
        } else if (message instanceof HttpContent piece) {
            content(holder, piece);
        }
    }

    private void head(OriginCall holder, HttpResponse response) {
        int status = response.status().code();
        Fields fields = WireFields.read(response.headers());
        ResponseHead head = new ResponseHead(status, response.status().reasonPhrase(), fields, version(response));
        if (status < 100) {
            fail(holder, new OriginFailure.BadFraming("a status of " + status));
        } else if (!isHttp1(response)) {
            fail(holder, new OriginFailure.BadFraming("neither HTTP/1.0 nor HTTP/1.1"));
        } else if (status == 101) {
            if (isAgreed(holder.request().fields(), fields)
                    && response.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                switching = head;
                read();
            } else {
                fail(holder, new OriginFailure.BadFraming("a 101 that was not asked for"));
            }
        } else if (status < 200) {
            interimAnswers++;
            if (interimAnswers > MAX_INTERIM_ANSWERS) {
                fail(holder, new OriginFailure.BadFraming("more than " + MAX_INTERIM_ANSWERS + " interim answers"));
            } else {
                holder.informational(head);
            }
        } else {
            keepAlive = HttpUtil.isKeepAlive(response);
            keepAliveSaid(fields);
            holder.head(head);
        }
    }

    private void content(OriginCall holder, HttpContent piece) {
        ResponseHead switched = switching;
        if (switched != null) {
            // The end of the 101: all that comes behind it is bytes of another protocol.
            piece.release();
            call = null;
            deadline.end();
            pool.gone(this);
            holder.switched(switched, channel);
            return;
        }
        if (holder.awaitsHead()) {
            // The end of an interim answer.
            piece.release();
            read();
            return;
        }
        boolean last = piece instanceof LastHttpContent;
        Fields trailers = last ? WireFields.readTrailers((LastHttpContent) piece) : Fields.EMPTY;
        if (piece.content().isReadable()) {
            // The end is an event of its own: the piece must not look like it to an encoder.
            holder.piece(last ? new DefaultHttpContent(piece.content()) : piece);
        } else {
            piece.release();
            if (!last) {
                read();
            }
        }
        if (last && call == holder) {
            holder.ended(trailers);
        }
    }

    private static String version(HttpResponse response) {
        return response.protocolVersion().majorVersion() + "."
                + response.protocolVersion().minorVersion();
    }

    /** A switch is to a protocol that was asked for, and says to which (RFC 9110 section 7.8). */
    private static boolean isAgreed(Fields request, Fields response) {
        List<String> asked = request.members("upgrade");
        List<String> chosen = response.members("upgrade");
        return !chosen.isEmpty()
                && chosen.stream().allMatch(protocol -> asked.stream().anyMatch(protocol::equalsIgnoreCase));
    }

    private static boolean isHttp1(HttpResponse response) {
        return response.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || response.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    /** An origin says the same with each answer. */
    private void keepAliveSaid(Fields fields) {
        String said = fields.combined("keep-alive");
        if (said == null) {
            keepAliveNanos = Long.MAX_VALUE;
        } else if (!said.equals(keepAliveField)) {
            keepAliveNanos = keepAliveNanos(fields);
        }
        keepAliveField = said;
    }

    /** {@code Keep-Alive: timeout=5} in nanoseconds. */
    private static long keepAliveNanos(Fields fields) {
        for (String member : fields.members("keep-alive")) {
            String lower = member.toLowerCase(Locale.ROOT);
            if (lower.matches("timeout=[0-9]{1,6}")) {
                return Long.parseLong(lower.substring("timeout=".length())) * NANOS_PER_SECOND;
            }
        }
        return Long.MAX_VALUE;
    }

    private void fail(OriginCall holder, OriginFailure failure) {
        call = null;
        Channels.close(channel);
        holder.fail(failure);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (call != null && channel.isWritable()) {
            call.requestWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            // All messages before the end of input have been handed over.
            Channels.close(channel);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.gone(this);
        deadline.end();
        OriginCall holder = call;
        call = null;
        if (holder != null) {
            holder.connectionLost();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("a connection to the origin failed and is closed", cause);
        }
        // Now, and not when the close is over: the decoder takes that for the end of an answer without a length.
        OriginCall holder = call;
        close();
        if (holder != null) {
            holder.connectionLost();
        }
    }
}
