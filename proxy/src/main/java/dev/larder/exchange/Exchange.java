package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver;
import dev.larder.key.BypassReason;
import dev.larder.key.CacheKey;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one request, from its head to the end of its answer, confined to the event loop of its connection. It asks
 * the rules what the request is, hands it to a {@link Journey}, and keeps what all journeys share: the state, the
 * visitor's side, the one outcome. It holds no HTTP rule of its own.
 */
public final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Services services;
    private final OriginPool origin;
    private final ClientPort client;
    private final RequestHead request;
    private final OriginRequest.Body body;
    private final long begun;

    /** The rules of the moment it began, to its end: a reload does not concern what has begun. */
    private final RulesInForce rules;

    private final Trace trace;

    private ExchangeState state = ExchangeState.RECEIVED;
    private @Nullable Journey journey;
    private @Nullable Disposition disposition;
    private @Nullable RouteRule route;
    private long originAsked = -1;
    private long originHead = -1;
    private @Nullable CacheKey key;
    private Outcome.@Nullable Purge purge;

    /**
     * One exchange.
     *
     * @param origin the pool of the client's event loop
     * @param client the visitor's side
     * @param request the head as it is forwarded: connection fields gone, those that a proxy owns overwritten
     * @param body how the request's body is framed
     */
    public Exchange(
            Services services, OriginPool origin, ClientPort client, RequestHead request, OriginRequest.Body body) {
        this.services = services;
        this.origin = origin;
        this.client = client;
        this.request = request;
        this.body = body;
        this.begun = services.nanoTime().getAsLong();
        this.rules = services.rules().get();
        this.trace = services.tracing().begin(request);
    }

    // ---- the visitor's side of events --------------------------------------------------------------------------

    /** RECEIVED: what the rules say about it. */
    public void start() {
        guarded(this::plan);
    }

    private void plan() {
        if (request.fields().contains("upgrade")) {
            advance(ExchangeState.TUNNEL);
            pass(new Disposition.Bypass(BypassReason.UPGRADE, Optional.empty()));
            return;
        }
        Plan plan = rules.rulebook().plan(framed());
        if (plan instanceof Plan.Bypass bypass) {
            route = bypass.route().orElse(null);
            bypass(bypass.reason(), bypass.detail());
        } else if (plan instanceof Plan.Read read) {
            route = read.route();
            advance(ExchangeState.IDENTIFY);
            RouteRead reading = new RouteRead(this, read.route());
            journey = reading;
            reading.start();
        } else if (plan instanceof Plan.Write write) {
            advance(ExchangeState.IDENTIFY);
            advance(ExchangeState.INTEND);
            WriteJourney writing = new WriteJourney(this, write.plan());
            journey = writing;
            writing.start();
        }
    }

    /**
     * The request with the field that tells of its body: what is forwarded is framed anew and does not hold it, but the
     * rules must know of a GET that has one.
     */
    private RequestHead framed() {
        if (body instanceof OriginRequest.Body.None) {
            return request;
        }
        Fields.Builder fields = request.fields().toBuilder();
        return request.withFields(
                body instanceof OriginRequest.Body.Length length
                        ? fields.set("Content-Length", Long.toString(length.bytes()))
                                .build()
                        : fields.set("Transfer-Encoding", "chunked").build());
    }

    /** A piece of the request's body came; consumes it. */
    public void requestPiece(HttpContent piece) {
        if (journey == null) {
            piece.release();
        } else {
            journey.requestPiece(piece);
        }
    }

    /** The request's body is whole. */
    public void requestEnded(Fields trailers) {
        if (journey != null) {
            journey.requestEnded(trailers);
        }
    }

    /** There is room for more of the answer. */
    public void clientWritable() {
        if (journey != null) {
            journey.clientWritable();
        }
    }

    /** The visitor has gone, or their request's body was cut short. */
    public void clientGone() {
        if (!isOver()) {
            if (journey != null) {
                journey.clientGone();
            }
            cutShort();
        }
    }

    /** Whether the exchange is over. */
    public boolean isOver() {
        return state == ExchangeState.ANSWERED;
    }

    // ---- for journeys: the state -------------------------------------------------------------------------------

    ExchangeState state() {
        return state;
    }

    void advance(ExchangeState to) {
        if (!state.next().contains(to)) {
            throw new IllegalStateException("an exchange may not go from " + state + " to " + to);
        }
        state = to;
    }

    /** From now on the visitor's events are for {@code next}. */
    void continueWith(Journey next) {
        journey = next;
    }

    private void pass(Disposition how) {
        PassThrough passing = new PassThrough(this, how, null);
        journey = passing;
        passing.start();
    }

    /** Forwards what the store would have answered, and lets {@code judging} hear what the origin says. */
    void forwardHeard(Disposition how, Judging judging) {
        advance(ExchangeState.BYPASS);
        PassThrough passing = new PassThrough(this, how, judging);
        journey = passing;
        passing.start();
    }

    void bypass(BypassReason reason, Optional<String> about) {
        advance(ExchangeState.BYPASS);
        pass(new Disposition.Bypass(reason, about));
    }

    /** Answers with an error of larder's own. */
    void refuse(Disposition.Refused refused) {
        disposed(refused);
        client.respond(Answers.refused(refused), Answers.body(refused));
        answered();
    }

    /** Runs a step of a journey that nobody else would catch the exceptions of. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            fail(bug);
        }
    }

    /** Hands the result of a stage to {@code then} on the loop of this exchange; null if it failed. */
    <T> void await(CompletionStage<T> stage, Consumer<@Nullable T> then) {
        LoopHop.on(client.eventLoop(), stage, result -> guarded(() -> then.accept(result)));
    }

    ScheduledFuture<?> after(Duration delay, Runnable then) {
        return client.eventLoop().schedule(() -> guarded(then), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A coding error: this exchange ends, in sight of its visitor; the process lives on. */
    private void fail(RuntimeException bug) {
        LOG.error("{} failed and is cut off; please report this", this, bug);
        Journey given = journey;
        journey = null;
        if (!isOver()) {
            disposed(new Disposition.Refused(500, "proxy_internal_error", "an error in larder"));
            client.abort();
            cutShort();
        }
        if (given != null) {
            try {
                given.abandon();
            } catch (RuntimeException again) {
                LOG.error("{} could not be given up", this, again);
            }
        }
    }

    // ---- for journeys: what the exchange is about --------------------------------------------------------------

    ClientPort client() {
        return client;
    }

    EventLoop loop() {
        return client.eventLoop();
    }

    Services services() {
        return services;
    }

    RulesInForce rules() {
        return rules;
    }

    /** Who visitors are, by the rules that this exchange goes by. */
    IdentityResolver identities() {
        return rules.identities();
    }

    /** When it began, by the monotonic clock. */
    long begun() {
        return begun;
    }

    OriginPool origin() {
        return origin;
    }

    RequestHead request() {
        return request;
    }

    /** What follows it as part of a trace. */
    Trace trace() {
        return trace;
    }

    boolean hasBody() {
        return !(body instanceof OriginRequest.Body.None);
    }

    /** How long the request's body is; negative where it does not say. */
    long declaredBytes() {
        return body instanceof OriginRequest.Body.Length length ? length.bytes() : -1;
    }

    /** The request for the origin as the visitor sent it. */
    OriginRequest asItCame() {
        return new OriginRequest(request.method(), request.target().raw(), request.fields(), body);
    }

    OriginCall callOrigin(OriginRequest asked, OriginListener listener) {
        originAsked();
        return TracedCall.start(origin, trace, asked, listener);
    }

    void originAsked() {
        originAsked = services.nanoTime().getAsLong();
    }

    void originAnswered() {
        originHead = services.nanoTime().getAsLong();
    }

    /** Its write has purged this, or is about to. */
    void purged(Outcome.Purge what) {
        purge = what;
    }

    /** The key that it is looked up or stored under is known. */
    void keyed(CacheKey known) {
        key = known;
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /** Settles what is said of this answer, in its fields and in the outcome. */
    void disposed(Disposition how) {
        disposition = how;
    }

    /** The answer is out, whole. */
    void answered() {
        if (!isOver()) {
            guarded(() -> {
                advance(ExchangeState.ANSWERED);
                over(false);
            });
        }
    }

    /** The visitor has gone, or sees an answer that was cut short. */
    void cutShort() {
        if (!isOver()) {
            state = ExchangeState.ANSWERED;
            over(true);
        }
    }

    private void over(boolean aborted) {
        long now = services.nanoTime().getAsLong();
        Disposition how = disposition != null
                ? disposition
                : new Disposition.Refused(0, "client_gone", "the visitor left before an answer");
        Outcome outcome = new Outcome(
                request,
                Optional.ofNullable(route).map(RouteRule::name),
                how,
                client.status(),
                Duration.ofNanos(now - begun),
                originHead < 0 || originAsked < 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(originHead - originAsked)),
                client.bodyBytes(),
                key,
                purge,
                aborted);
        try {
            trace.ended(outcome);
            services.listener().ended(outcome);
        } finally {
            client.over();
        }
    }

    /** For messages: state and route, no value that a visitor sent. */
    @Override
    public String toString() {
        return "exchange in " + state + (route == null ? "" : " of route " + route.name());
    }
}
