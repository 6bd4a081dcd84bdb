package dev.larder.relay;

import dev.larder.http.Fields;
import io.netty.handler.codec.http.HttpContent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves the pieces of one body from a source to a sink, and reads on when the sink has room. Every piece ends in one of
 * two ways: written to the sink, which consumes it, or released here. A capture borrows on the way.
 *
 * <p>While a capture is within its limit the source is read at its own pace, so that a slow visitor does not slow those
 * who wait for what is captured; memory stays bounded by the capture's limit. Past it, plain back-pressure applies.
 * Confined to one event loop.
 */
public final class BodyRelay {

    private final BodySource source;
    private @Nullable BodySink sink;
    private @Nullable BodyCapture capture;

    /** Pieces that must not go out yet. */
    private @Nullable List<HttpContent> held;

    /** Whether the source is read at its own pace while the capture is within its limit. */
    private boolean ahead;

    private boolean paused;

    /** A relay from {@code source} to {@code sink}; without a sink, pieces are captured and released. */
    public BodyRelay(BodySource source, @Nullable BodySink sink) {
        this.source = source;
        this.sink = sink;
    }

    /** From now on pieces are copied on their way, for somebody who waits for them: the sink does not slow the source. */
    public void capture(BodyCapture into) {
        capture = into;
        ahead = true;
    }

    /** From now on pieces are copied on their way; plain back-pressure applies. */
    public void inspect(BodyCapture into) {
        capture = into;
    }

    /** From now on pieces wait here, in order, until {@link #flow()}. */
    public void hold() {
        if (held == null) {
            held = new ArrayList<>();
        }
    }

    /** Sends what was held, in order, and holds no more. */
    public void flow() {
        List<HttpContent> pieces = held;
        held = null;
        if (pieces != null) {
            pieces.forEach(this::pass);
        }
    }

    /** How long a piece is. */
    public static int bytes(HttpContent piece) {
        return piece.content().readableBytes();
    }

    /** Takes a piece from the source and asks for the next one as soon as there is room. */
    public void piece(HttpContent piece) {
        keep(piece);
        next();
    }

    /** Takes a piece from the source without asking for another. */
    public void keep(HttpContent piece) {
        if (capture != null) {
            capture.append(piece);
        }
        if (held != null) {
            held.add(piece);
        } else {
            pass(piece);
        }
    }

    /** The source has no more: what is held goes out first. */
    public void end(Fields trailers) {
        flow();
        if (sink != null) {
            sink.end(trailers);
        }
    }

    /** Asks for the next piece where there is room for it. */
    public void next() {
        boolean capturing = ahead && capture != null && capture.isWhole();
        if (sink == null || sink.isWritable() || capturing) {
            paused = false;
            source.read();
        } else {
            paused = true;
        }
    }

    /** The sink has room again. */
    public void sinkWritable() {
        if (paused) {
            next();
        }
    }

    /** The sink is gone: what comes is captured, or dropped. */
    public void detach() {
        sink = null;
        drop();
        sinkWritable();
    }

    /** The body is cut short: the sink is told, what is held is released. */
    public void abort() {
        drop();
        if (sink != null) {
            sink.abort();
        }
    }

    /** Releases what is held. */
    public void drop() {
        List<HttpContent> pieces = held;
        held = null;
        if (pieces != null) {
            pieces.forEach(HttpContent::release);
        }
    }

    private void pass(HttpContent piece) {
        if (sink != null) {
            sink.write(piece);
        } else {
            piece.release();
        }
    }
}
