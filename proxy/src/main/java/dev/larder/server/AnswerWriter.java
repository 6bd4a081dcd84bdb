package dev.larder.server;

import dev.larder.exchange.Answers;
import dev.larder.exchange.Disposition;
import dev.larder.exchange.StatusFields;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.policy.HttpDates;
import dev.larder.relay.Channels;
import dev.larder.relay.DirectBodies;
import dev.larder.relay.LoopTurn;
import dev.larder.relay.WireFields;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Frames the answers of one connection, one after the other, and writes them; flushes once for all that is written in
 * one turn of the event loop. Confined to it.
 */
final class AnswerWriter {

    /** A body in memory goes out in slices of this size, no more of them than the visitor takes. */
    private static final int SLICE_BYTES = 64 * 1024;

    /** Up to here one buffer of all is cheaper than a list of several. */
    private static final int ONE_BUFFER_BYTES = 32 * 1024;

    private final Channel channel;
    private final StrictRequestDecoder decoder;
    private final AnswerEncoder encoder;
    private final LoopTurn turn;
    private final DirectBodies bodies;
    private final InstantSource clock;
    private final Runnable flush = this::flush;

    private boolean toHead;
    private boolean http10;
    private boolean begun;
    private boolean endsWithConnection;
    private boolean ended;
    private int status;
    private long bodyBytes;
    private boolean flushing;

    /** Whether the present answer goes out as octets, which the encoder does not see. */
    private boolean pastEncoder;

    /** A body that is not all written yet, from {@link #restAt} on. */
    private byte @Nullable [] rest;

    private int restAt;

    /** Whether the rest is of a stored response, whose head went past the encoder. */
    private boolean restIsStored;

    AnswerWriter(
            Channel channel,
            StrictRequestDecoder decoder,
            AnswerEncoder encoder,
            LoopTurn turn,
            DirectBodies bodies,
            InstantSource clock) {
        this.channel = channel;
        this.decoder = decoder;
        this.encoder = encoder;
        this.turn = turn;
        this.bodies = bodies;
        this.clock = clock;
    }

    /** What follows answers a request of this kind. */
    void expect(boolean headRequest, boolean http10Request) {
        toHead = headRequest;
        http10 = http10Request;
        begun = false;
        endsWithConnection = false;
        ended = false;
        status = 0;
        bodyBytes = 0;
        pastEncoder = false;
        encoder.answerToHead(headRequest);
    }

    /** Whether the head has been written. */
    boolean isBegun() {
        return begun;
    }

    /** Whether all of a body that was given at once has been written. */
    boolean isWritten() {
        return rest == null;
    }

    /** Whether only the end of the connection tells where the body ends (RFC 9112 section 6.3). */
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /** Whether the end of the body has been written. */
    boolean isEnded() {
        return ended;
    }

    int status() {
        return status;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    void informational(ResponseHead head) {
        if (!http10 && !begun) {
            write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    status(head),
                    Unpooled.EMPTY_BUFFER,
                    WireFields.write(head.fields().withoutHopByHop()),
                    EmptyHttpHeaders.INSTANCE));
        }
    }

    /** Begins an answer whose body follows; {@code last} says that the connection closes behind it. */
    void head(ResponseHead head, boolean last) {
        if (!last && !toHead && !http10 && RelayedHead.frames(head)) {
            relayed(head);
            return;
        }
        HttpHeaders headers = begin(head);
        boolean bodyless = toHead || head.status() == 204 || head.status() == 304;
        if (!bodyless && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (http10) {
                endsWithConnection = true;
            } else {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        if (http10 || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            // Without chunks there are no trailers to announce (RFC 9110 section 6.6.2).
            headers.remove(HttpHeaderNames.TRAILER);
        }
        connection(headers, last || endsWithConnection);
        write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head), headers));
    }

    /** The same where the length of its body frames it: all of it goes past the encoder. */
    private void relayed(ResponseHead head) {
        begun = true;
        pastEncoder = true;
        status = head.status();
        ResponseHead dated = head.fields().contains("date")
                ? head
                : head.withFields(head.fields().and(Fields.of("date", HttpDates.format(clock.instant()))));
        if (channel.isActive()) {
            encoder.begin(
                    RelayedHead.encode(channel.alloc(), dated, status(head).reasonPhrase()));
            flushLater();
        }
    }

    /** A whole answer; the array is not copied. A long body goes out piece by piece, see {@link #writeRest()}. */
    void respond(ResponseHead head, byte[] body, boolean last) {
        HttpHeaders headers = begin(head);
        boolean bodyless = head.status() == 204 || head.status() == 304;
        if (!bodyless) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        connection(headers, last);
        bodyBytes = bodyless || toHead ? 0 : body.length;
        if (bodyBytes <= SLICE_BYTES) {
            write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    status(head),
                    bodyBytes == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                    headers,
                    EmptyHttpHeaders.INSTANCE));
        } else {
            write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head), headers));
            writeFrom(body, false);
        }
    }

    private void writeFrom(byte[] body, boolean stored) {
        rest = body;
        restAt = 0;
        restIsStored = stored;
        writeRest();
    }

    /** A whole answer from storage; the array must never be written to, and is not copied each time where it is long. */
    void respondStored(ResponseHead stored, long ageSeconds, Disposition how, byte[] body, boolean last) {
        boolean usual = stored.status() == 200
                && !toHead
                && !http10
                && !last
                && !stored.reason().isEmpty()
                && stored.fields().contains("date");
        if (!usual) {
            respond(Answers.stored(stored, ageSeconds, how), body, last);
            return;
        }
        begun = true;
        status = 200;
        bodyBytes = body.length;
        if (channel.isActive()) {
            boolean inOne = body.length <= ONE_BUFFER_BYTES;
            encoder.pass(StoredAnswer.encode(channel.alloc(), stored, ageSeconds, how, body, inOne));
            flushLater();
            if (!inOne) {
                writeFrom(body, true);
            }
        }
    }

    /** An answer of larder's own to a request that it does not forward; the last one. */
    void refuse(int refusal, String explanation) {
        respond(
                new ResponseHead(
                        refusal,
                        "",
                        Fields.of(
                                "Content-Type", "text/plain; charset=utf-8",
                                "Cache-Control", "no-store",
                                "Cache-Status", StatusFields.NAME + "; detail=refused")),
                ("larder: " + explanation + "\n").getBytes(StandardCharsets.UTF_8),
                true);
    }

    /** Writes as much of a body given at once as there is room for. */
    void writeRest() {
        byte[] bytes = rest;
        if (bytes == null) {
            return;
        }
        while (restAt < bytes.length && channel.isWritable()) {
            int length = Math.min(SLICE_BYTES, bytes.length - restAt);
            if (restIsStored) {
                encoder.pass(bodies.slice(bytes, restAt, length));
                flushLater();
            } else {
                write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, restAt, length)));
            }
            restAt += length;
        }
        if (restAt == bytes.length) {
            rest = null;
            if (!restIsStored) {
                write(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        }
    }

    /** The answer is 101, behind which the connection is no longer HTTP. */
    void switched(ResponseHead head) {
        begun = true;
        status = head.status();
        write(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status(head),
                Unpooled.EMPTY_BUFFER,
                WireFields.write(head.fields()),
                EmptyHttpHeaders.INSTANCE));
    }

    /** A piece of the body; consumes it. */
    void piece(HttpContent piece) {
        bodyBytes += piece.content().readableBytes();
        if (!pastEncoder) {
            write(piece);
        } else if (channel.isActive()) {
            encoder.append(piece.content());
            flushLater();
        } else {
            piece.release();
        }
    }

    void end(Fields trailers) {
        ended = true;
        if (pastEncoder) {
            return;
        }
        if (trailers.size() == 0) {
            write(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            LastHttpContent last = new DefaultLastHttpContent();
            last.trailingHeaders().add(WireFields.write(trailers));
            write(last);
        }
    }

    private HttpHeaders begin(ResponseHead head) {
        begun = true;
        status = head.status();
        HttpHeaders headers = WireFields.write(head.fields());
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, HttpDates.format(clock.instant()));
        }
        return headers;
    }

    private void connection(HttpHeaders headers, boolean last) {
        if (last) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private static HttpResponseStatus status(ResponseHead head) {
        return head.reason().isEmpty()
                ? HttpResponseStatus.valueOf(head.status())
                : HttpResponseStatus.valueOf(head.status(), head.reason());
    }

    private void write(HttpObject message) {
        if (!channel.isActive()) {
            ReferenceCountUtil.release(message);
            return;
        }
        Channels.write(channel, message);
        flushLater();
    }

    /** What is written while requests are being read goes out when all of them have been. */
    private void flushLater() {
        if (!flushing) {
            flushing = true;
            if (!decoder.isReading()) {
                turn.atEnd(flush);
            }
        }
    }

    /** All that has come from the visitor so far has been read. */
    void readComplete() {
        if (flushing) {
            flush();
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }
}
