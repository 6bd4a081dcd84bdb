package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.identity.Credential;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.BypassReason;
import dev.larder.key.Identity;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.plan.WritePlan;
import dev.larder.plan.WritePlan.Answer;
import dev.larder.plan.WritePlan.Body;
import dev.larder.plan.WritePlan.Settlement;
import dev.larder.purge.PurgeGroup;
import dev.larder.relay.BodyCapture;
import dev.larder.relay.BodyRelay;
import dev.larder.settings.Settings.WritesWhenStoreUnreachable;
import dev.larder.store.Intent;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * INTEND, WRITE and SETTLE: announces a write to the store, relays it, and holds its answer back until what it made
 * invalid has been purged. A write whose visitor has gone is followed to its end. Confined to the loop of the exchange.
 *
 * <p>If the answer's body goes on after its head went out, the purge is repeated before the last piece: a reader could
 * have fetched in between what the backend was still writing.
 */
final class WriteJourney implements Journey, OriginListener {

    private static final Disposition WRITE = new Disposition.Bypass(BypassReason.WRITE, Optional.empty());

    private final Exchange exchange;
    private final Services services;
    private final WritePlan plan;
    private final Map<String, Writer> writers = new HashMap<>();

    /** Before the write was sent, a moment of the identities. */
    private final long since;

    /** Who writes, by what is known of one identity. */
    private record Writer(Credential credential, Identity identity) {}

    private @Nullable WritePurge owed;
    private @Nullable OriginCall call;
    private @Nullable BodyRelay upload;
    private @Nullable BodyCapture requestBody;

    private @Nullable ResponseHead head;
    private @Nullable BodyRelay download;
    private @Nullable BodyCapture answerBody;

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
        this.services = exchange.services();
        this.plan = plan;
        this.since = exchange.identities().moment();
        this.unsentBytes = exchange.declaredBytes();
    }

    // ---- INTEND ------------------------------------------------------------------------------------------------

    void start() {
        intend();
        askIdentities();
    }

    private void intend() {
        List<PurgeGroup> groups = new ArrayList<>(plan.intents());
        if (!groups.isEmpty()) {
            groups.addAll(WritePurge.laterRules(exchange));
        }
        exchange.<Intent>await(services.purger().intend(groups), this::intended);
    }

    private void askIdentities() {
        IdentityResolver resolver = exchange.identities();
        for (String name : plan.readsIdentities()) {
            if (resolver.find(name, exchange.request()) instanceof Carried.One one) {
                Known known = resolver.peek(one, exchange.request());
                if (known != null) {
                    learn(name, one, known);
                } else {
                    exchange.<Known>await(
                            resolver.ask(one, exchange.request()), answered -> learn(name, one, answered));
                }
            }
        }
    }

    private void learn(String name, Carried.One carried, @Nullable Known known) {
        if (known instanceof Known.Somebody somebody) {
            writers.put(name, new Writer(carried.credential(), somebody.identity()));
        }
    }

    /** Who writes, without those whom another write may be changing: the backend may have taken them for somebody else. */
    private Map<String, Identity> identities() {
        WritePurge owing = owed;
        Map<String, Identity> certain = new HashMap<>();
        writers.forEach((name, writer) -> {
            if (owing != null && owing.isStill(writer.credential(), writer.identity(), since)) {
                certain.put(name, writer.identity());
            }
        });
        return certain;
    }

    private void intended(@Nullable Intent announced) {
        if (announced == null) {
            refuseUnannounced();
            return;
        }
        if (announced.mayHaveLapsed()) {
            // This process stood still meanwhile: if it died now, nothing would be left that purges.
            new WritePurge(exchange, announced).lift();
            intend();
            return;
        }
        if (announced.standing()) {
            announced(announced);
        } else if (services.settings().writesWhenStoreUnreachable() == WritesWhenStoreUnreachable.REFUSE) {
            new WritePurge(exchange, announced).lift();
            refuseUnannounced();
        } else {
            exchange.<Boolean>await(announced.keep(), kept -> kept(announced, kept));
        }
    }

    /** The store does not know of the write: is it known on disk what to purge if this process dies? */
    private void kept(Intent announced, @Nullable Boolean kept) {
        if (kept != null && kept) {
            announced(announced);
        } else {
            new WritePurge(exchange, announced).lift();
            refuseUnannounced();
        }
    }

    private void announced(Intent announced) {
        WritePurge owing = new WritePurge(exchange, announced);
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

    private void refuseUnannounced() {
        if (!exchange.isOver()) {
            exchange.refuse(new Disposition.Refused(
                    503, "proxy_internal_response", "the store cannot be told of this write; try again later"));
        }
    }

    private void send() {
        if (plan.readsRequestBody() && exchange.hasBody()) {
            requestBody = inspector();
        }
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
            if (requestBody != null) {
                upload.inspect(requestBody);
            }
            upload.next();
        }
    }

    private BodyCapture inspector() {
        return new BodyCapture(services.settings().bounds().maxInspectBytes(), services.captures());
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
            owed.expect(plan.settle(readRequest(), new Answer.Unknown(), identities()));
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
        release();
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
        if (plan.readsAnswerBody()) {
            answerBody = inspector();
            download.inspect(answerBody);
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
            if (answerBody != null && !answerBody.isWhole()) {
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
        } else if (answerBody != null) {
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
        Settlement came = plan.settle(readRequest(), new Answer.Answered(answered, readAnswer(answered)), identities());
        settlement = came;
        if (answerBody != null) {
            answerBody.release();
            answerBody = null;
        }
        if (WritePurge.isOwed(came)) {
            wholeWhenPurged = answerWhole;
            owing.purge(came, this::headOut);
        } else {
            lift();
            headOut();
        }
    }

    private Body readRequest() {
        if (!exchange.hasBody()) {
            return new Body.None();
        }
        BodyCapture read = requestBody;
        return read != null && read.isWhole() && upload == null
                ? new Body.Whole(read.toBytes(), exchange.request().fields())
                : new Body.Unreadable();
    }

    private Body readAnswer(ResponseHead answered) {
        BodyCapture read = answerBody;
        return read != null && read.isWhole() && answerWhole
                ? new Body.Whole(read.toBytes(), answered.fields())
                : new Body.Unreadable();
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
        release();
        lastPiece();
    }

    private void lastPiece() {
        if (download != null) {
            download.end(trailers);
        }
        exchange.answered();
    }

    private void lift() {
        release();
        if (owed != null) {
            owed.lift();
        }
    }

    private void unknown(Runnable then) {
        Settlement came = plan.settle(readRequest(), new Answer.Unknown(), identities());
        ResponseHead answered = head;
        if (answered != null) {
            // An answer that was cut short may have named what else it changed.
            came = came.and(
                    plan.settle(readRequest(), new Answer.Answered(answered, new Body.Unreadable()), identities()));
        }
        release();
        if (owed == null) {
            then.run();
        } else {
            owed.unknown(came, then);
        }
    }

    private void release() {
        if (requestBody != null) {
            requestBody.release();
        }
        if (answerBody != null) {
            answerBody.release();
            answerBody = null;
        }
    }
}
