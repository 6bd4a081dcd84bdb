package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.key.BypassReason;
import dev.larder.key.Identity;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.plan.WritePlan;
import dev.larder.plan.WritePlan.Settlement;
import dev.larder.relay.BodyRelay;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WRITE and SETTLE: relays a write once it has been announced ({@link WriteAnnouncement}), and holds its answer back until what it
 * made invalid ({@link WriteReading}) has been purged ({@link WritePurge}). A write whose visitor has gone is followed to its end. Confined to the loop of the exchange.
 *
 * <p>If the answer's body goes on after its head went out, the purge is repeated before the last piece: a reader could
 * have fetched in between what the backend was still writing.
 */
final class WriteJourney implements Journey, OriginListener {

    private static final Disposition WRITE = new Disposition.Bypass(BypassReason.WRITE, Optional.empty());

    private final Exchange exchange;
    private final WritePlan plan;
    private final Writers writers;
    private final WriteReading reading;

    /** Before the write was sent, a moment of the identities. */
    private final long since;

    private @Nullable WritePurge owed;
    private @Nullable OriginCall call;
    private @Nullable BodyRelay upload;

    private @Nullable ResponseHead head;
    private @Nullable BodyRelay download;

    /** The outcome is being acted on; what comes of the answer waits. */
    private boolean settling;

    /** Nothing more is expected of the call: it failed, or was cut off because its request was. */
    private boolean broken;

    /** Of an answer that says its length, what has not come yet; negative where it does not say. */
    private long unreadBytes = -1;

    /** Of a request that says its length, what has not been sent yet; negative where it does not say. */
    private long unsentBytes;

    private boolean headOut;
    private boolean answerWhole;
    private Fields trailers = Fields.EMPTY;

    /** What the write came to; purged once more where its answer's body ends after its head went out. */
    private @Nullable Settlement settlement;

    private boolean wholeWhenPurged;

    WriteJourney(Exchange exchange, WritePlan plan) {
        this.exchange = exchange;
        this.plan = plan;
        this.writers = new Writers(exchange);
        this.reading = new WriteReading(exchange, plan);
        this.since = exchange.identities().moment();
        this.unsentBytes = exchange.declaredBytes();
    }

    void start() {
        new WriteAnnouncement(exchange, plan, this::announced).intend();
        writers.ask(plan.readsIdentities());
    }

    /** Who writes, without those whom another write may be changing: the backend may have taken them for somebody else. */
    private Map<String, Identity> identities() {
        WritePurge owing = owed;
        return owing == null
                ? Map.of()
                : writers.certain((credential, identity) -> owing.isStill(credential, identity, since));
    }

    private void announced(WritePurge owing) {
        if (exchange.isOver() && exchange.hasBody()) {
            // The visitor left with the rest of their request: there is nothing to send.
            owing.lift();
            return;
        }
        owed = owing;
        if (!exchange.isOver()) {
            exchange.advance(ExchangeState.WRITE);
        }
        send();
    }

    private void send() {
        WritePurge owing = owed;
        if (exchange.hasBody() || owing == null) {
            call();
        } else {
            expectChanges();
            owing.tellOfChanges(this::call);
        }
    }

    private void call() {
        if (broken) {
            return;
        }
        OriginCall started = exchange.callOrigin(exchange.asItCame(), this);
        call = started;
        if (!started.isOver() && exchange.hasBody()) {
            upload = new BodyRelay(exchange.client(), started);
            reading.request(upload);
            upload.next();
        }
    }

    // ---- WRITE: the visitor's side -----------------------------------------------------------------------------

    @Override
    public void requestPiece(HttpContent piece) {
        BodyRelay sending = upload;
        if (sending == null) {
            piece.release();
            return;
        }
        unsentBytes -= BodyRelay.bytes(piece);
        if (unsentBytes == 0) {
            expectChanges();
            if (owed != null && owed.mayChangeVisitors()) {
                // With this piece the backend may act: the end, which follows, tells of it first.
                sending.hold();
            }
        }
        sending.piece(piece);
    }

    @Override
    public void requestEnded(Fields requestTrailers) {
        BodyRelay sending = upload;
        if (sending != null) {
            upload = null;
            reading.requestEnded();
            expectChanges();
            if (owed == null) {
                sending.end(requestTrailers);
            } else {
                owed.tellOfChanges(() -> end(sending, requestTrailers));
            }
        }
    }

    private void end(BodyRelay sending, Fields requestTrailers) {
        if (broken) {
            sending.drop();
        } else {
            sending.end(requestTrailers);
        }
    }

    /**
     * With the last piece of the request the backend may act on it. Not before: a request that never ends must not keep
     * what visitors fetch from being stored.
     */
    private void expectChanges() {
        if (owed != null) {
            owed.expect(reading.unknown(null, identities()));
        }
    }

    @Override
    public void clientWritable() {
        if (download != null) {
            download.sinkWritable();
        }
    }

    @Override
    public void clientGone() {
        OriginCall sent = call;
        if (upload != null && sent != null && !answerWhole) {
            // The request itself was cut short: what the backend made of it stays unknown.
            broken = true;
            upload.drop();
            boolean seen = sent.mayHaveBeenSeen();
            sent.cancel();
            if (download != null) {
                download.detach();
            }
            if (seen) {
                unknown(() -> {});
            } else {
                lift();
            }
        } else if (download != null && sent != null) {
            download.detach();
            if (headOut && !owesMore()) {
                // Nobody is left who wants the rest of the answer.
                sent.cancel();
            }
        }
        exchange.cutShort();
    }

    /** Whatever it came to, it is purged as if nobody knew. */
    @Override
    public void abandon() {
        broken = true;
        if (call != null) {
            call.cancel();
        }
        if (upload != null) {
            upload.drop();
        }
        if (download != null) {
            download.drop();
        }
        reading.release();
        if (owed != null) {
            owed.unknown(new Settlement(plan.intents(), Set.of(), Optional.empty(), List.of(), List.of()), () -> {});
        }
    }

    // ---- WRITE: the origin's side ------------------------------------------------------------------------------

    @Override
    public void requestWritable() {
        if (upload != null) {
            upload.sinkWritable();
        }
    }

    @Override
    public void informational(ResponseHead interim) {
        exchange.client().informational(interim);
    }

    @Override
    public void head(ResponseHead answered) {
        OriginCall answering = call;
        if (answering == null) {
            throw new IllegalStateException("an answer before the call");
        }
        exchange.originAnswered();
        head = answered;
        unreadBytes = answered.bodyBytes();
        download = new BodyRelay(answering, exchange.isOver() ? null : exchange.client());
        if (!exchange.isOver()) {
            download.hold();
        }
        if (reading.answer(download)) {
            answering.read();
        } else {
            // What came together with the head is part of it: one purge for all of it.
            answering.read();
            exchange.loop().execute(() -> exchange.guarded(this::settle));
        }
    }

    @Override
    public void piece(HttpContent piece) {
        BodyRelay relay = download;
        OriginCall answering = call;
        if (relay == null || answering == null) {
            piece.release();
            return;
        }
        unreadBytes -= BodyRelay.bytes(piece);
        if (headOut && unreadBytes == 0 && owesMore() && !exchange.isOver()) {
            // With it the visitor has all of the answer: it waits for the repeated purge.
            relay.hold();
            relay.keep(piece);
            answering.read();
        } else if (headOut) {
            relay.piece(piece);
        } else {
            relay.keep(piece);
            if (reading.givesUpOnAnswer()) {
                exchange.guarded(this::settle);
            } else if (!settling) {
                answering.read();
            }
        }
    }

    private boolean owesMore() {
        return settlement != null && WritePurge.isOwed(settlement);
    }

    @Override
    public void ended(Fields answerTrailers) {
        answerWhole = true;
        trailers = answerTrailers;
        if (headOut) {
            finish();
        } else if (reading.readsAnswer()) {
            exchange.guarded(this::settle);
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        broken = true;
        if (headOut) {
            unknown(() -> {});
            if (download != null) {
                download.abort();
            }
            exchange.cutShort();
            return;
        }
        if (download != null) {
            download.drop();
        }
        if (failure.beforeAnythingWasSent()) {
            lift();
            refuse(failure);
        } else {
            // The visitor hears of it when what the write may have changed has been purged.
            unknown(() -> refuse(failure));
        }
    }

    private void refuse(OriginFailure failure) {
        if (!exchange.isOver()) {
            if (exchange.state() == ExchangeState.WRITE) {
                exchange.advance(ExchangeState.SETTLE);
            }
            exchange.refuse(Answers.of(failure));
        }
    }

    @Override
    public void switched(ResponseHead answered, Channel origin) {
        throw new IllegalStateException("a write asks for no upgrade");
    }

    // ---- SETTLE ------------------------------------------------------------------------------------------------

    private void settle() {
        ResponseHead answered = head;
        WritePurge owing = owed;
        if (settling || broken || answered == null || owing == null) {
            return;
        }
        settling = true;
        if (!exchange.isOver()) {
            exchange.advance(ExchangeState.SETTLE);
        }
        Settlement came = reading.settle(answered, answerWhole, identities());
        settlement = came;
        if (WritePurge.isOwed(came)) {
            wholeWhenPurged = answerWhole;
            owing.purge(came, this::headOut);
        } else {
            lift();
            headOut();
        }
    }

    private void headOut() {
        ResponseHead answered = head;
        BodyRelay relay = download;
        if (answered == null || relay == null || broken) {
            return;
        }
        headOut = true;
        if (!exchange.isOver()) {
            exchange.disposed(WRITE);
            exchange.client().head(Answers.relayed(answered, WRITE));
        } else if (!owesMore() && call != null) {
            call.cancel();
        }
        if (answerWhole) {
            finish();
        } else {
            relay.flow();
            relay.next();
        }
    }

    /** The answer is whole and its head is out: its last piece waits for one more purge where the first came before it. */
    private void finish() {
        Settlement came = settlement;
        WritePurge owing = owed;
        if (came == null || owing == null || !owesMore()) {
            lastPiece();
        } else if (wholeWhenPurged) {
            done(came, owing);
        } else {
            owing.purge(came, () -> done(came, owing));
        }
    }

    private void done(Settlement came, WritePurge owing) {
        owing.done(came);
        reading.release();
        lastPiece();
    }

    private void lastPiece() {
        if (download != null) {
            download.end(trailers);
        }
        exchange.answered();
    }

    private void lift() {
        reading.release();
        if (owed != null) {
            owed.lift();
        }
    }

    private void unknown(Runnable then) {
        Settlement came = reading.unknown(head, identities());
        reading.release();
        if (owed == null) {
            then.run();
        } else {
            owed.unknown(came, then);
        }
    }
}
