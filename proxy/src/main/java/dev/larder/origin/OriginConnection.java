package dev.larder.origin;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.relay.Channels;
import dev.larder.relay.WireFields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the origin: decodes what arrives into the events of the call that holds it, and decides afterwards
 * whether another may use it. Any byte beyond an answer closes it. Confined to its event loop.
 */
final class OriginConnection extends ChannelInboundHandlerAdapter {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** How much sooner than the origin an idle connection is given up here. */
    private static final long KEEP_ALIVE_MARGIN_NANOS = 500_000_000L;

    private final OriginPool pool;
    private final Channel channel;
    private final OriginResponseDecoder decoder;
    private final LongSupplier nanoTime;

    private @Nullable OriginCall call;
    private boolean served;
    private boolean keepAlive;
    private long keepAliveNanos = Long.MAX_VALUE;
    private long idleSince;
    private boolean flushing;

    OriginConnection(OriginPool pool, Channel channel, OriginResponseDecoder decoder, LongSupplier nanoTime) {
        this.pool = pool;
        this.channel = channel;
        this.decoder = decoder;
        this.nanoTime = nanoTime;
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
        keepAlive = false;
        decoder.expectAnswerToHead(holder.request().method().equals("HEAD"));
    }

    void read() {
        channel.read();
    }

    void write(Object message) {
        Channels.write(channel, message);
        flushSoon();
    }

    /** One flush for all that is written in this turn of the event loop. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }

    /** The call is over and the answer whole: another may use the connection if it is still in order. */
    void finish(boolean requestWhole) {
        call = null;
        served = true;
        if (keepAlive && requestWhole && channel.isActive()) {
            park();
        } else {
            close();
        }
    }

    /** Waits for the next call, and notices at once if the origin closes or says something unasked. */
    void park() {
        idleSince = nanoTime.getAsLong();
        pool.release(this);
        if (call == null) {
            channel.read();
        }
    }

    void close() {
        call = null;
        Channels.close(channel);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        OriginCall holder = call;
        if (holder == null) {
            ReferenceCountUtil.release(message);
            close();
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
        ResponseHead head = new ResponseHead(status, response.status().reasonPhrase(), fields);
        if (status == 101) {
            if (holder.isUpgrade()) {
                call = null;
                holder.switched(head, channel);
            } else {
                fail(holder, new OriginFailure.BadFraming("a 101 that was not asked for"));
            }
        } else if (status < 100 || status > 999) {
            fail(holder, new OriginFailure.BadFraming("status " + status));
        } else if (status < 200) {
            holder.informational(head);
        } else if (!isFramedPlainly(fields)) {
            fail(holder, new OriginFailure.BadFraming("a transfer coding other than chunked"));
        } else {
            keepAlive = HttpUtil.isKeepAlive(response);
            keepAliveNanos = keepAliveNanos(fields);
            holder.head(head);
        }
    }

    private void content(OriginCall holder, HttpContent piece) {
        if (holder.awaitsHead()) {
            // The end of an interim answer.
            piece.release();
            read();
            return;
        }
        boolean last = piece instanceof LastHttpContent;
        Fields trailers = last ? WireFields.read(((LastHttpContent) piece).trailingHeaders()) : Fields.EMPTY;
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

    private static boolean isFramedPlainly(Fields fields) {
        String coding = fields.combined("transfer-encoding");
        return coding == null || coding.equalsIgnoreCase("chunked");
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
        OriginCall holder = call;
        call = null;
        if (holder != null) {
            holder.connectionLost();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channels.close(channel);
    }
}
