package dev.larder.server;

import dev.larder.exchange.Exchange;
import dev.larder.http.Fields;
import dev.larder.relay.Deadline;
import dev.larder.relay.MessageQueue;
import dev.larder.relay.WireFields;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body of the present request on its way to its exchange: a piece for each time that the exchange asks, and the wait for a
 * visitor who sends none. A piece that comes before it is asked for waits here. Confined to the event loop of the connection.
 */
final class RequestBody {

    /** What can be said of a body before anything of it is forwarded. */
    enum Beginning {
        /** Nothing is known to be wrong with it. */
        SOUND,
        /** What came with the head breaks off. */
        BROKEN,
        /** What it is shows with the next piece. */
        UNDECIDED
    }

    private final StrictRequestDecoder decoder;
    private final MessageQueue queue;
    private final Deadline input;
    private final Duration patience;

    /** Whether the request has been heard to its end. */
    private boolean whole;

    /** Whether the exchange has asked for a piece that has not come yet. */
    private boolean asked;

    /** A piece that came before the exchange asked for it. */
    private @Nullable HttpContent ahead;

    /**
     * No body yet.
     *
     * @param input waits for the visitor to say something
     * @param patience how long for a piece
     */
    RequestBody(StrictRequestDecoder decoder, MessageQueue queue, Deadline input, Duration patience) {
        this.decoder = decoder;
        this.queue = queue;
        this.input = input;
        this.patience = patience;
    }

    /** The next request has begun. */
    void begin(boolean hasBody) {
        whole = !hasBody;
        asked = false;
    }

    boolean isWhole() {
        return whole;
    }

    boolean isAsked() {
        return asked;
    }

    /** What came of it with its head; where that does not say, the wait for more begins. */
    Beginning beginning() {
        if (ahead == null && decoder.isWithinLines()) {
            await();
            return Beginning.UNDECIDED;
        }
        return !(ahead instanceof LastHttpContent) && queue.holdsFailure() ? Beginning.BROKEN : Beginning.SOUND;
    }

    /** The exchange asks for a piece: the one that has come already, if so, is the caller's. */
    @Nullable
    HttpContent ask(boolean goesOn) {
        if (!whole && goesOn) {
            asked = true;
            await();
        }
        HttpContent first = ahead;
        ahead = null;
        return first;
    }

    private void await() {
        input.start(patience);
    }

    /** Keeps a piece that nobody has asked for yet; consumes it. */
    void keep(HttpContent piece) {
        ahead = piece;
    }

    /**
     * Hands over a piece that was asked for; consumes it.
     *
     * @return whether the exchange has got anything
     */
    boolean pass(HttpContent piece, Exchange to) {
        asked = false;
        input.stop();
        boolean last = piece instanceof LastHttpContent;
        Fields trailers = last ? WireFields.readTrailers((LastHttpContent) piece) : Fields.EMPTY;
        boolean readable = piece.content().isReadable();
        if (readable) {
            // The end is an event of its own: the piece must not look like it to an encoder.
            to.requestPiece(last ? new DefaultHttpContent(piece.content()) : piece);
        } else {
            piece.release();
        }
        if (last) {
            whole = true;
            input.stop();
            to.requestEnded(trailers);
        }
        return readable || last;
    }

    /** Releases what waits. */
    void drop() {
        if (ahead != null) {
            ahead.release();
            ahead = null;
        }
    }
}
