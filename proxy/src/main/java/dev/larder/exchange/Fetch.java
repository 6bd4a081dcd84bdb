package dev.larder.exchange;

import dev.larder.exchange.Disposition.Bypass;
import dev.larder.exchange.Disposition.Miss;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.key.BypassReason;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Storage;
import dev.larder.policy.Validation;
import dev.larder.relay.BodyCapture;
import dev.larder.relay.BodyRelay;
import dev.larder.store.Epochs;
import dev.larder.store.StoredResponse;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One origin call whose answer may be stored: it judges the head, and captures the body on its way to whoever views it,
 * for {@link Filling}. It belongs to its key: if the visitor who caused it leaves, it goes on while there is something to
 * store. Confined to one event loop.
 */
final class Fetch implements OriginListener {

    /**
     * What is fetched.
     *
     * @param target route, key and groups
     * @param epochs of the groups, read before the fetch began
     * @param candidate what is stored but not fresh: to be validated, or to stand in
     * @param why why it is fetched
     */
    record Wanted(
            CacheTarget target, Epochs epochs, @Nullable StoredResponse candidate, Miss.Why why) {

        /** Who has seen a purge never shares a flight with who has not: the epochs are part of it. */
        RequestCollapser.FlightKey flightKey(String variant) {
            return new RequestCollapser.FlightKey(target.sought(), variant, epochs.incarnation(), epochs.tokens());
        }
    }

    private final Services services;
    private final OriginPool origin;
    private final EventLoop loop;
    private final Trace trace;
    private final RouteRule route;
    private final RequestHead asked;
    private final Storability storability;
    private final Function<CacheTarget, CompletionStage<Boolean>> confirmation;

    private @Nullable FetchViewer viewer;
    private @Nullable Wanted wanted;
    private Lead lead;

    /** Set while it is not known yet for whom the answer is: then the end of the body waits for {@link #settle}. */
    private boolean unsettled;

    /** What is said of the answer where it turned out before its head that it is not stored. */
    private @Nullable Disposition forgone;

    private @Nullable OriginCall call;
    private boolean conditional;
    private Instant requestTime = Instant.EPOCH;
    private @Nullable BodyRelay relay;
    private @Nullable BodyCapture capture;
    private @Nullable StoredHead storable;
    private @Nullable ResponseHead answer;
    private boolean whole;
    private boolean over;

    /**
     * A fetch that has not begun.
     *
     * @param exchange whose visitor causes it
     * @param asked the request as it is fetched
     * @param confirmation is asked when the answer is complete: whether it may be stored for this visitor
     */
    Fetch(
            Exchange exchange,
            RouteRule route,
            RequestHead asked,
            Function<CacheTarget, CompletionStage<Boolean>> confirmation) {
        this.services = exchange.services();
        this.origin = exchange.origin();
        this.loop = exchange.loop();
        this.trace = exchange.trace();
        this.route = route;
        this.asked = asked;
        this.storability = new Storability(route, asked, services.random());
        this.confirmation = confirmation;
        this.lead = Lead.alone(services.collapser());
    }

    // ---- before it starts --------------------------------------------------------------------------------------

    /** Fetches this, on behalf of a flight or alone. */
    void on(Wanted fetched, Lead leading) {
        wanted = fetched;
        lead = leading;
    }

    /** What is fetched will be said by {@link #settle} or {@link #forgo}. */
    void unsettled() {
        unsettled = true;
    }

    void viewedBy(FetchViewer viewing) {
        viewer = viewing;
    }

    void start() {
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (candidate != null && asked.method().equals("GET") && Validation.hasValidator(candidate.head())) {
            conditional = true;
            ask(Validation.conditional(asked, candidate.head()));
        } else {
            ask(asked);
        }
    }

    private void ask(RequestHead sent) {
        requestTime = services.clock().instant();
        call = TracedCall.start(
                origin,
                trace,
                OriginRequest.bodiless(sent.method(), sent.target().raw(), sent.fields()),
                this);
    }

    // ---- while it goes on --------------------------------------------------------------------------------------

    Optional<Wanted> wanted() {
        return Optional.ofNullable(wanted);
    }

    /** Whether the head has gone out to the viewer, or the call has come to nothing. */
    boolean hasAnswered() {
        return answer != null || over;
    }

    /** Whether the answer is whole and waits for {@link #settle} to be stored. */
    boolean isReadyToFill() {
        return whole && unsettled && capture != null;
    }

    /**
     * It is known now what is fetched.
     *
     * @param leading who may follow from now on
     */
    void settle(Wanted fetched, Lead leading) {
        unsettled = false;
        wanted = fetched;
        lead = leading;
        if (whole) {
            fill();
        }
    }

    /** It is known now that the answer must not be stored. */
    void forgo(Disposition how) {
        unsettled = false;
        forgone = how;
        dropCapture();
        if (viewer == null) {
            cancel();
        }
    }

    /** Ends it without an answer: something better was found, or nobody is left. */
    void cancel() {
        over = true;
        if (call != null) {
            call.cancel();
        }
        if (relay != null) {
            relay.drop();
        }
        dropCapture();
        lead.end(new Flight.End.LeaderRefused());
    }

    /** The viewer is gone. The fetch goes on where it can still fill something. */
    void detach() {
        viewer = null;
        if (over) {
            return;
        }
        boolean mayFill = forgone == null && (answer == null || capture != null);
        if (!mayFill) {
            cancel();
        } else if (relay != null) {
            relay.detach();
        }
    }

    void sinkWritable() {
        if (relay != null) {
            relay.sinkWritable();
        }
    }

    // ---- the origin's side of events ---------------------------------------------------------------------------

    @Override
    public void informational(ResponseHead head) {
        if (viewer != null) {
            viewer.informational(head);
        }
    }

    @Override
    public void requestWritable() {}

    @Override
    public void head(ResponseHead head) {
        OriginCall answering = call;
        if (answering == null || over) {
            return;
        }
        Instant responseTime = services.clock().instant();
        if (conditional && head.status() == 304) {
            notModified(answering, head, responseTime);
            return;
        }
        if (head.status() >= 500 && viewer != null && viewer.hasStandIn()) {
            FetchViewer viewing = viewer;
            over = true;
            answering.cancel();
            lead.end(new Flight.End.OriginErred());
            viewing.failed(
                    new Disposition.Refused(502, "http_response_status", "the backend answered " + head.status()));
            return;
        }
        answer = head;
        Disposition how = judge(head, responseTime);
        if (viewer == null && capture == null) {
            cancel();
            return;
        }
        relay = new BodyRelay(answering, viewer == null ? null : viewer.sink());
        if (capture != null) {
            relay.capture(capture);
        }
        if (viewer != null) {
            viewer.head(head, how);
        }
        relay.next();
    }

    /** Whether the answer is stored once it is whole, and what is said of it. */
    private Disposition judge(ResponseHead head, Instant responseTime) {
        if (forgone != null) {
            return forgone;
        }
        Storage verdict = storability.judge(head, requestTime, responseTime);
        Optional<String> notStored = Optional.empty();
        if (verdict instanceof Storage.Skip skip) {
            notStored = Optional.of(skip.reason().token());
            if (head.status() >= 500) {
                lead.end(new Flight.End.OriginErred());
            } else {
                notStorable(skip.reason().aboutKey());
            }
        } else if (head.bodyBytes() > route.rule().maxBodyBytes()) {
            notStored = Optional.of("max-body");
            notStorable(true);
        } else if (verdict instanceof Storage.Store store) {
            storable = store.head();
            capture = new BodyCapture(route.rule().maxBodyBytes(), head.bodyBytes(), services.captures());
        }
        Wanted fetched = wanted;
        return unsettled || fetched == null
                ? new Bypass(BypassReason.IDENTITY_UNKNOWN, Optional.empty())
                : new Miss(fetched.why(), notStored.isEmpty(), false, notStored, lifetime());
    }

    private Duration lifetime() {
        return storable == null ? Duration.ZERO : storable.lifetime();
    }

    /** A 304 to a condition of ours. */
    private void notModified(OriginCall answering, ResponseHead head, Instant responseTime) {
        Wanted fetched = wanted;
        StoredResponse candidate = fetched == null ? null : fetched.candidate();
        if (fetched == null || candidate == null || !Validation.selects(candidate.head(), head)) {
            // It speaks of a response that is not ours (RFC 9111 section 4.3.4): asked again without a condition.
            conditional = false;
            answering.cancel();
            ask(asked);
            return;
        }
        answer = head;
        Validation.Freshened freshened = storability.freshen(candidate.head(), head, requestTime, responseTime);
        StoredResponse shown = candidate;
        Storage verdict = freshened.storage();
        if (verdict instanceof Storage.Store store) {
            shown = candidate.freshened(store.head(), route.fingerprint(), fetched.epochs());
            new Filling(services, loop, fetched, lead).freshen(shown, confirmation);
        } else if (verdict instanceof Storage.Skip skip) {
            notStorable(skip.reason().aboutKey());
        }
        FetchViewer viewing = viewer;
        viewer = null;
        if (viewing != null) {
            boolean stored = verdict instanceof Storage.Store;
            viewing.validated(shown, freshened.response(), new Disposition.Validated(stored));
        }
        answering.read();
    }

    @Override
    public void piece(HttpContent piece) {
        BodyRelay passing = relay;
        if (passing == null || over) {
            piece.release();
            return;
        }
        passing.piece(piece);
        if (capture != null && !capture.isWhole()) {
            dropCapture();
            notStorable(true);
            if (viewer == null) {
                cancel();
            }
        }
    }

    @Override
    public void ended(Fields trailers) {
        whole = true;
        over = true;
        if (relay != null) {
            relay.end(trailers);
        }
        boolean filling = capture != null && !unsettled;
        if (filling) {
            fill();
        }
        if (viewer != null) {
            viewer.whole(filling);
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (over) {
            return;
        }
        over = true;
        dropCapture();
        lead.end(new Flight.End.Failed(failure));
        if (relay != null) {
            relay.abort();
        }
        if (viewer != null) {
            if (answer == null) {
                viewer.failed(Answers.of(failure));
            } else {
                viewer.broken();
            }
        }
    }

    @Override
    public void switched(ResponseHead head, Channel unexpected) {
        throw new IllegalStateException("a fetch asks for no upgrade");
    }

    // ---- FILL --------------------------------------------------------------------------------------------------

    private void fill() {
        BodyCapture captured = capture;
        StoredHead head = storable;
        Wanted fetched = wanted;
        ResponseHead answered = answer;
        if (captured == null || head == null || fetched == null || answered == null) {
            dropCapture();
            return;
        }
        capture = null;
        storable = null;
        new Filling(services, loop, fetched, lead).fill(answered, head, captured, confirmation);
    }

    private void notStorable(boolean aboutKey) {
        lead.notStorable(wanted == null ? null : wanted.target().sought(), aboutKey);
    }

    private void dropCapture() {
        storable = null;
        if (capture != null) {
            capture.release();
            capture = null;
        }
    }
}
