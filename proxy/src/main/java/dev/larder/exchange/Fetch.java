package dev.larder.exchange;

import dev.larder.exchange.Disposition.Miss;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginFailure;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Storage;
import dev.larder.policy.StoragePolicy;
import dev.larder.policy.Validation;
import dev.larder.relay.BodyCapture;
import dev.larder.relay.BodyRelay;
import dev.larder.relay.BodySink;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Epochs;
import dev.larder.store.StoredResponse;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One origin call whose answer may be stored: it judges the head, captures the body on its way to whoever views it, and
 * fills. It belongs to its key: if the visitor who caused it leaves, it goes on. Confined to one event loop.
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
            Exchange.Target target, Epochs epochs, @Nullable StoredResponse candidate, Miss.Why why) {}

    /** Who gets the answer as it comes. */
    interface Viewer {

        /** An interim answer. */
        void informational(ResponseHead head);

        /** The head; the body follows into {@link #sink()}, ended by {@link #whole} or {@link #broken}. */
        void head(ResponseHead head, Disposition how);

        /** Where the body goes. */
        BodySink sink();

        /** The answer is whole; {@code filling} says whether it is being stored. */
        void whole(boolean filling);

        /** The answer was cut short after its head. */
        void broken();

        /** The origin says that the candidate still holds. */
        void validated(StoredResponse freshened, ResponseHead answer);

        /** Whether something stored may stand in for an origin that fails. */
        boolean hasStandIn();

        /** The origin failed before a head went out. */
        void failed(Disposition.Refused refused);
    }

    private final Services services;
    private final OriginPool origin;
    private final EventLoop loop;
    private final RouteRule route;
    private final RequestHead asked;

    private @Nullable Viewer viewer;
    private @Nullable Wanted wanted;
    private @Nullable Flight flight;
    private @Nullable ScheduledFuture<?> flightTimer;
    private BooleanSupplier onlyIf = () -> true;

    /** Set while it is not known yet for whom the answer is: then the end of the body waits for {@link #settle}. */
    private boolean unsettled;

    private @Nullable OriginCall call;
    private boolean conditional;
    private Instant requestTime = Instant.EPOCH;
    private @Nullable BodyRelay relay;
    private @Nullable BodyCapture capture;
    private @Nullable StoredHead storable;
    private @Nullable ResponseHead answer;
    private boolean whole;
    private boolean over;

    Fetch(Services services, OriginPool origin, EventLoop loop, RouteRule route, RequestHead asked) {
        this.services = services;
        this.origin = origin;
        this.loop = loop;
        this.route = route;
        this.asked = asked;
    }

    // ---- before it starts --------------------------------------------------------------------------------------

    /** Fetches this, on behalf of a flight. */
    void on(Wanted fetched, Flight leading) {
        wanted = fetched;
        flight = leading;
        flightTimer = loop.schedule(
                () -> endFlight(new Flight.End.NotStorable()),
                services.settings().timeouts().flight().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** What is fetched will be said by {@link #settle}. */
    void unsettled() {
        unsettled = true;
    }

    void viewedBy(Viewer viewing) {
        viewer = viewing;
    }

    /** Is asked when the body is complete. */
    void storeOnlyIf(BooleanSupplier condition) {
        onlyIf = condition;
    }

    void start() {
        requestTime = services.clock().instant();
        RequestHead sent = asked;
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (candidate != null && Validation.hasValidator(candidate.head())) {
            conditional = true;
            sent = Validation.conditional(asked, candidate.head());
        }
        call = origin.call(OriginRequest.bodiless(sent.method(), sent.target().raw(), sent.fields()), this);
    }

    // ---- while it goes on --------------------------------------------------------------------------------------

    Optional<Wanted> wanted() {
        return Optional.ofNullable(wanted);
    }

    /** Whether the head has gone out to the viewer. */
    boolean hasAnswered() {
        return answer != null;
    }

    /** It is known now what is fetched, or (null) that it must not be stored. */
    void settle(@Nullable Wanted fetched) {
        unsettled = false;
        wanted = fetched;
        if (fetched == null) {
            forgo();
        } else if (whole) {
            fill();
        }
    }

    /** Ends it without an answer: something better was found. */
    void cancel() {
        over = true;
        if (call != null) {
            call.cancel();
        }
        if (relay != null) {
            relay.drop();
        }
        forgo();
        endFlight(new Flight.End.LeaderRefused());
    }

    /** The viewer is gone. The fetch goes on where it can still fill something. */
    void detach() {
        viewer = null;
        boolean mayFill = answer == null || capture != null;
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
        if (conditional && head.status() == 304 && validated(head, responseTime)) {
            answering.read();
            return;
        }
        if (head.status() >= 500 && viewer != null && viewer.hasStandIn()) {
            Viewer viewing = viewer;
            over = true;
            answering.cancel();
            endFlight(new Flight.End.OriginErred());
            viewing.failed(
                    new Disposition.Refused(502, "http_response_status", "the backend answered " + head.status()));
            return;
        }
        answer = head;
        Storage verdict =
                StoragePolicy.judge(asked, head, route.rule(), route.identity().isPresent(), requestTime, responseTime);
        String notStored = null;
        if (verdict instanceof Storage.Store store) {
            if (declaredLength(head) > route.rule().maxBodyBytes()) {
                notStored = "max-body";
                notStorable(true);
            } else {
                storable = store.head();
                capture = new BodyCapture(route.rule().maxBodyBytes(), services.captures());
            }
        } else if (verdict instanceof Storage.Skip skip) {
            notStored = skip.reason().token();
            if (head.status() >= 500) {
                endFlight(new Flight.End.OriginErred());
            } else {
                notStorable(skip.reason().aboutKey());
            }
        }
        relay = new BodyRelay(answering, viewer == null ? null : viewer.sink());
        if (capture != null) {
            relay.capture(capture);
        }
        if (viewer != null) {
            viewer.head(head, disposition(notStored));
        }
        relay.next();
    }

    private Disposition disposition(@Nullable String notStored) {
        Miss.Why why = wanted == null ? Miss.Why.URI_MISS : wanted.why();
        if (unsettled) {
            // Nobody can say yet whether it will be stored.
            return new Miss(why, false, false, Optional.of(notStored == null ? "identity-unknown" : notStored));
        }
        return new Miss(why, notStored == null, false, Optional.ofNullable(notStored));
    }

    private static long declaredLength(ResponseHead head) {
        String length = head.fields().get("content-length");
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }

    /** Takes a 304 over; false where it says nothing about the candidate, which is an answer like any other then. */
    private boolean validated(ResponseHead head, Instant responseTime) {
        Wanted fetched = wanted;
        StoredResponse candidate = fetched == null ? null : fetched.candidate();
        if (fetched == null || candidate == null || !Validation.selects(candidate.head(), head)) {
            return false;
        }
        Validation.Freshened freshened = Validation.freshen(
                candidate.head(), head, asked, route.rule(), route.identity().isPresent(), requestTime, responseTime);
        answer = head;
        if (freshened.storage() instanceof Storage.Store store && onlyIf.getAsBoolean()) {
            StoredResponse renewed = new StoredResponse(
                    candidate.keyText(), store.head(), candidate.body(), route.fingerprint(), fetched.epochs());
            put(fetched, renewed);
            if (viewer != null) {
                viewer.validated(renewed, freshened.response());
            }
        } else {
            notStorable(true);
            if (viewer != null) {
                viewer.validated(candidate, freshened.response());
            }
        }
        viewer = null;
        return true;
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
            capture = null;
            storable = null;
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
        boolean filling = storable != null && !unsettled;
        if (!unsettled) {
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
        forgo();
        endFlight(new Flight.End.Failed(failure));
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
        capture = null;
        storable = null;
        if (captured == null || head == null || fetched == null || answered == null) {
            return;
        }
        byte[] body = captured.toBytes();
        captured.release();
        if (!onlyIf.getAsBoolean()) {
            notStorable(false);
        } else if (!route.storeIf(answered, body)) {
            notStorable(true);
        } else {
            put(
                    fetched,
                    new StoredResponse(
                            fetched.target().key().key().text(), head, body, route.fingerprint(), fetched.epochs()));
        }
    }

    /** Followers have it at once; later readers find the flight until the store has it. */
    private void put(Wanted fetched, StoredResponse response) {
        StoredHead head = response.head();
        Duration window = head.staleIfError().compareTo(head.staleWhileRevalidate()) > 0
                ? head.staleIfError()
                : head.staleWhileRevalidate();
        if (flight != null) {
            flight.end(new Flight.End.Stored(response));
        }
        LoopHop.<PutResult>on(
                loop,
                services.store()
                        .put(fetched.target().key(), response, head.lifetime().plus(window)),
                result -> landFlight());
    }

    private void notStorable(boolean aboutKey) {
        if (aboutKey && wanted != null) {
            services.collapser().rememberNotStorable(wanted.target().flightKey());
        }
        endFlight(aboutKey ? new Flight.End.NotStorable() : new Flight.End.LeaderRefused());
    }

    private void forgo() {
        storable = null;
        if (capture != null) {
            capture.release();
            capture = null;
        }
    }

    private void endFlight(Flight.End how) {
        if (flight != null) {
            services.collapser().land(flight);
            flight.end(how);
        }
        cancelFlightTimer();
    }

    private void landFlight() {
        if (flight != null) {
            services.collapser().land(flight);
        }
        cancelFlightTimer();
    }

    private void cancelFlightTimer() {
        if (flightTimer != null) {
            flightTimer.cancel(false);
        }
    }
}
