package dev.larder.exchange;

import dev.larder.exchange.Disposition.Miss;
import dev.larder.exchange.Disposition.Stale;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.BypassReason;
import dev.larder.key.Identity;
import dev.larder.origin.OriginCall;
import dev.larder.origin.OriginListener;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import dev.larder.policy.Reuse;
import dev.larder.policy.ReusePolicy;
import dev.larder.policy.Validation;
import dev.larder.rules.Rules;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one request, from its head to the end of its answer, confined to the event loop of its connection. It
 * performs a state's effect, asks a policy, and {@linkplain #advance advances}; it holds no HTTP rule of its own. What
 * talks to the origin is a {@link Journey}.
 */
public final class Exchange {

    private final Services services;
    private final OriginPool origin;
    private final ClientPort client;
    private final RequestHead request;
    private final OriginRequest.Body body;
    private final Rulebook rulebook;
    private final long begun;

    private ExchangeState state = ExchangeState.RECEIVED;
    private @Nullable Journey journey;
    private @Nullable Disposition disposition;
    private @Nullable RouteRule route;
    private Carried.@Nullable One carried;
    private long originAsked = -1;
    private long originHead = -1;
    private int purgedGroups;

    /** A flight that ended without an answer for this follower: they are sent round once, not again. */
    private boolean sentRound;

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
        this.rulebook = services.rules().get();
        this.begun = services.nanoTime().getAsLong();
    }

    // ---- the visitor's side of events --------------------------------------------------------------------------

    /** RECEIVED: what the rules say about it. */
    public void start() {
        if (request.fields().contains("upgrade")) {
            advance(ExchangeState.TUNNEL);
            pass(new Disposition.Bypass(BypassReason.UPGRADE, Optional.empty()));
            return;
        }
        Plan plan = rulebook.plan(request);
        if (plan instanceof Plan.Bypass bypass) {
            route = bypass.route().orElse(null);
            bypass(bypass.reason(), bypass.detail());
        } else if (plan instanceof Plan.Read read) {
            advance(ExchangeState.IDENTIFY);
            identify(read.route());
        } else if (plan instanceof Plan.Write write) {
            advance(ExchangeState.IDENTIFY);
            advance(ExchangeState.INTEND);
            WriteJourney writing = new WriteJourney(this, write.plan());
            journey = writing;
            writing.start();
        }
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
        if (state == ExchangeState.ANSWERED) {
            return;
        }
        if (journey != null) {
            journey.clientGone();
        } else {
            cutShort();
        }
    }

    /** Whether the exchange is over. */
    public boolean isOver() {
        return state == ExchangeState.ANSWERED;
    }

    // ---- IDENTIFY ----------------------------------------------------------------------------------------------

    private void identify(RouteRule matched) {
        route = matched;
        Optional<String> name = matched.identity();
        if (name.isEmpty()) {
            derive(matched, null);
            return;
        }
        Carried found = services.identities().find(name.get(), request);
        if (found instanceof Carried.None) {
            bypass(BypassReason.NO_CREDENTIAL, Optional.empty());
        } else if (found instanceof Carried.Ambiguous) {
            bypass(BypassReason.AMBIGUOUS_CREDENTIAL, Optional.empty());
        } else if (found instanceof Carried.One one) {
            carried = one;
            Known known = services.identities().peek(one, request);
            if (known == null) {
                fetchWhileAsking(matched, one);
            } else {
                known(matched, known);
            }
        }
    }

    private void known(RouteRule matched, Known known) {
        if (known instanceof Known.Somebody somebody) {
            if (matched.allows(somebody.identity())) {
                derive(matched, somebody.identity());
            } else {
                bypass(BypassReason.ACCESS, Optional.empty());
            }
        } else if (known instanceof Known.Nobody) {
            bypass(BypassReason.NO_IDENTITY, Optional.empty());
        } else if (known instanceof Known.Unknown unknown) {
            bypass(BypassReason.IDENTITY_UNKNOWN, Optional.of(unknown.detail()));
        }
    }

    private void derive(RouteRule matched, @Nullable Identity identity) {
        Plan.Derived derived = matched.derive(request, identity);
        if (derived instanceof Plan.Derived.Not not) {
            bypass(not.reason(), not.detail());
        } else if (derived instanceof Plan.Derived.Cacheable cacheable) {
            lookUp(new Target(matched, storeKey(cacheable), cacheable));
        }
    }

    /** What a request that may be cached is about. */
    record Target(RouteRule route, StoreKey key, Plan.Derived.Cacheable cacheable) {

        /** What flights are collapsed by: the text is injective, and a site holds no blank. */
        String flightKey() {
            return key.site() + ' ' + key.key().text();
        }
    }

    StoreKey storeKey(Plan.Derived.Cacheable cacheable) {
        return new StoreKey(cacheable.key(), request.scheme() + "://" + request.authority(), request.fields());
    }

    // ---- lookup and assessment ---------------------------------------------------------------------------------

    private void lookUp(Target target) {
        advance(ExchangeState.NEAR_LOOKUP);
        Lookup near = services.store().peek(target.key(), target.cacheable().groups());
        if (near != null) {
            assess(target, near);
            return;
        }
        advance(ExchangeState.STORE_LOOKUP);
        LoopHop.on(
                client.eventLoop(),
                services.store().lookup(target.key(), target.cacheable().groups()),
                found -> {
                    if (state == ExchangeState.STORE_LOOKUP) {
                        assess(target, found == null ? new Lookup.Unavailable("store-error") : found);
                    }
                });
    }

    private void assess(Target target, Lookup lookup) {
        advance(ExchangeState.ASSESS);
        if (lookup instanceof Lookup.Unavailable unavailable) {
            bypass(BypassReason.STORE_UNAVAILABLE, Optional.of(unavailable.detail()));
        } else if (lookup instanceof Lookup.Absent absent) {
            Miss.Why why = absent.why() == Lookup.Why.VARY ? Miss.Why.VARY_MISS : Miss.Why.URI_MISS;
            join(new Fetch.Wanted(target, absent.epochs(), null, why));
        } else if (lookup instanceof Lookup.Found found) {
            assess(target, found.response());
        }
    }

    private void assess(Target target, StoredResponse response) {
        Instant now = services.clock().instant();
        if (!usable(target, response)) {
            join(new Fetch.Wanted(target, response.epochs(), null, Miss.Why.URI_MISS));
            return;
        }
        Reuse reuse = ReusePolicy.judge(response.head(), request, hasOriginLifetime(target.route()), now);
        if (reuse instanceof Reuse.Fresh fresh) {
            hit(response, fresh.age(), new Disposition.Hit(fresh.timeToLive(), false));
        } else if (reuse instanceof Reuse.Stale stale && stale.whileRevalidate()) {
            refresh(new Fetch.Wanted(target, response.epochs(), response, Miss.Why.STALE));
            stale(response, stale.age(), new Stale(stale.staleness(), Stale.Allowance.WHILE_REVALIDATE));
        } else if (reuse instanceof Reuse.Mismatch) {
            join(new Fetch.Wanted(target, response.epochs(), null, Miss.Why.VARY_MISS));
        } else {
            join(new Fetch.Wanted(target, response.epochs(), response, Miss.Why.STALE));
        }
    }

    private boolean usable(Target target, StoredResponse response) {
        return response.fingerprint().equals(target.route().fingerprint())
                && response.keyText().equals(target.key().key().text());
    }

    static boolean hasOriginLifetime(RouteRule route) {
        return route.rule().ttl() instanceof Rules.Ttl.Origin;
    }

    // ---- HIT and STALE -----------------------------------------------------------------------------------------

    void hit(StoredResponse response, Duration age, Disposition how) {
        advance(ExchangeState.HIT);
        serve(response, age, how);
    }

    private void stale(StoredResponse response, Duration age, Disposition how) {
        advance(ExchangeState.STALE);
        serve(response, age, how);
    }

    private void serve(StoredResponse response, Duration age, Disposition how) {
        disposed(how);
        if (Validation.answersNotModified(request, response.head())) {
            client.respond(
                    Answers.stored(Validation.notModified(response.head().response()), age.toSeconds(), how),
                    new byte[0]);
        } else {
            client.respond(Answers.stored(response.head().response(), age.toSeconds(), how), response.body());
        }
        answered();
    }

    // ---- JOIN and AWAIT ----------------------------------------------------------------------------------------

    private void join(Fetch.Wanted wanted) {
        if (wanted.epochs().held()) {
            bypass(BypassReason.HOLD, Optional.empty());
            return;
        }
        advance(ExchangeState.JOIN);
        String key = wanted.target().flightKey();
        if (!request.method().equals("GET")) {
            bypass(BypassReason.METHOD, Optional.empty());
        } else if (services.collapser().isNotStorable(key)) {
            bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else {
            RequestCollapser.Joined joined =
                    services.collapser().join(key, wanted.target().cacheable().groups());
            if (joined.leads()) {
                lead(wanted, joined.flight());
            } else {
                await(wanted, joined.flight());
            }
        }
    }

    private void lead(Fetch.Wanted wanted, Flight flight) {
        advance(ExchangeState.FETCH);
        Fetch fetch = new Fetch(
                services,
                origin,
                client.eventLoop(),
                wanted.target().route(),
                fetchRequest(wanted.target().route()));
        fetch.on(wanted, flight);
        journey = new FetchJourney(this, fetch);
        fetch.start();
    }

    private void await(Fetch.Wanted wanted, Flight flight) {
        advance(ExchangeState.AWAIT);
        Duration patience = services.settings().timeouts().patience();
        ScheduledFuture<?> timer = client.eventLoop()
                .schedule(
                        () -> {
                            if (state == ExchangeState.AWAIT) {
                                bypass(BypassReason.COLLAPSE_TIMEOUT, Optional.empty());
                            }
                        },
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        flight.follow(client.eventLoop(), end -> {
            timer.cancel(false);
            if (state == ExchangeState.AWAIT) {
                flightEnded(wanted, end);
            }
        });
    }

    private void flightEnded(Fetch.Wanted wanted, Flight.End end) {
        if (end instanceof Flight.End.Stored stored) {
            StoredResponse response = stored.response();
            Reuse reuse = ReusePolicy.judge(
                    response.head(),
                    request,
                    hasOriginLifetime(wanted.target().route()),
                    services.clock().instant());
            if (reuse instanceof Reuse.Fresh fresh) {
                hit(response, fresh.age(), new Miss(wanted.why(), false, true, Optional.empty()));
            } else {
                again(wanted, BypassReason.NOT_STORABLE);
            }
        } else if (end instanceof Flight.End.NotStorable) {
            bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else if (end instanceof Flight.End.LeaderRefused) {
            again(wanted, BypassReason.NOT_STORABLE);
        } else if (end instanceof Flight.End.OriginErred) {
            if (!staleInstead(wanted)) {
                again(wanted, BypassReason.NOT_STORABLE);
            }
        } else if (end instanceof Flight.End.Failed failed) {
            if (staleInstead(wanted)) {
                return;
            }
            if (sentRound) {
                refuse(Answers.of(failed.failure()));
            } else {
                again(wanted, BypassReason.NOT_STORABLE);
            }
        }
    }

    /** Sent round once; who comes back empty-handed again goes alone, so that nobody queues behind the others. */
    private void again(Fetch.Wanted wanted, BypassReason otherwise) {
        if (sentRound) {
            bypass(otherwise, Optional.empty());
        } else {
            sentRound = true;
            join(wanted);
        }
    }

    // ---- RESCUE ------------------------------------------------------------------------------------------------

    /** The origin failed before a head went out: a stale response, where one may be served, else the failure. */
    void rescue(Fetch.@Nullable Wanted wanted, Disposition.Refused otherwise) {
        advance(ExchangeState.RESCUE);
        if (!staleInstead(wanted)) {
            refuse(otherwise);
        }
    }

    /** Whether a stored response may stand in for an origin that fails (RFC 5861 section 4). */
    boolean hasStandIn(Fetch.@Nullable Wanted wanted) {
        return standIn(wanted) != null;
    }

    private @Nullable Reuse standIn(Fetch.@Nullable Wanted wanted) {
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (wanted == null || candidate == null) {
            return null;
        }
        Reuse reuse = ReusePolicy.judge(
                candidate.head(),
                request,
                hasOriginLifetime(wanted.target().route()),
                services.clock().instant());
        boolean mayStandIn = reuse instanceof Reuse.Fresh
                || (reuse instanceof Reuse.Stale stale && stale.ifError())
                || (reuse instanceof Reuse.Validate validate && validate.ifError());
        return mayStandIn ? reuse : null;
    }

    private boolean staleInstead(Fetch.@Nullable Wanted wanted) {
        Reuse reuse = standIn(wanted);
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (reuse == null || candidate == null) {
            return false;
        }
        if (reuse instanceof Reuse.Fresh fresh) {
            stale(candidate, fresh.age(), new Disposition.Hit(fresh.timeToLive(), false));
        } else if (reuse instanceof Reuse.Stale stale) {
            stale(candidate, stale.age(), new Stale(stale.staleness(), Stale.Allowance.IF_ERROR));
        } else if (reuse instanceof Reuse.Validate validate) {
            stale(candidate, validate.age(), new Stale(Duration.ZERO, Stale.Allowance.IF_ERROR));
        }
        return true;
    }

    // ---- FETCH of a visitor who is not known yet ---------------------------------------------------------------

    private void fetchWhileAsking(RouteRule matched, Carried.One one) {
        advance(ExchangeState.FETCH);
        Fetch fetch = new Fetch(services, origin, client.eventLoop(), matched, fetchRequest(matched));
        FetchJourney fetching = new FetchJourney(this, fetch);
        journey = fetching;
        new UnknownVisitor(this, matched, one, fetch).start();
    }

    RequestHead fetchRequest(RouteRule matched) {
        return matched.fetch(request, carried == null ? null : carried.line());
    }

    /** Fetches in the background for the visitor who got a stale answer, with their credential, this once. */
    private void refresh(Fetch.Wanted wanted) {
        if (!request.method().equals("GET") || wanted.epochs().held()) {
            return;
        }
        RequestCollapser.Joined joined = services.collapser()
                .join(wanted.target().flightKey(), wanted.target().cacheable().groups());
        if (joined.leads()) {
            Fetch fetch = new Fetch(
                    services,
                    origin,
                    client.eventLoop(),
                    wanted.target().route(),
                    fetchRequest(wanted.target().route()));
            fetch.on(wanted, joined.flight());
            fetch.storeOnlyIf(() -> stillAllowed(wanted.target().route()));
            fetch.start();
        }
    }

    /** Whether the visitor, as far as is known now, still satisfies the rule. */
    private boolean stillAllowed(RouteRule matched) {
        if (carried == null) {
            return true;
        }
        return services.identities().peek(carried, request) instanceof Known.Somebody somebody
                && matched.allows(somebody.identity());
    }

    // ---- for journeys ------------------------------------------------------------------------------------------

    ClientPort client() {
        return client;
    }

    Services services() {
        return services;
    }

    RequestHead request() {
        return request;
    }

    boolean hasBody() {
        return !(body instanceof OriginRequest.Body.None);
    }

    ExchangeState state() {
        return state;
    }

    /** The request for the origin as the visitor sent it. */
    OriginRequest asItCame() {
        return new OriginRequest(request.method(), request.target().raw(), request.fields(), body);
    }

    OriginCall callOrigin(OriginRequest asked, OriginListener listener) {
        originAsked = services.nanoTime().getAsLong();
        return origin.call(asked, listener);
    }

    void originAsked() {
        originAsked = services.nanoTime().getAsLong();
    }

    void originAnswered() {
        originHead = services.nanoTime().getAsLong();
    }

    void purged(int groups) {
        purgedGroups += groups;
    }

    /** Settles what is said of this answer, in its fields and in the outcome. */
    void disposed(Disposition how) {
        disposition = how;
    }

    void advance(ExchangeState to) {
        if (!state.next().contains(to)) {
            throw new IllegalStateException("an exchange may not go from " + state + " to " + to);
        }
        state = to;
    }

    private void pass(Disposition how) {
        PassThrough passing = new PassThrough(this, how);
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

    /** The answer is out, whole. */
    void answered() {
        over(false);
    }

    /** The visitor has gone, or sees an answer that was cut short. */
    void cutShort() {
        over(true);
    }

    private void over(boolean aborted) {
        if (state == ExchangeState.ANSWERED) {
            return;
        }
        state = ExchangeState.ANSWERED;
        long now = services.nanoTime().getAsLong();
        Disposition how = disposition != null
                ? disposition
                : new Disposition.Refused(0, "client_gone", "the visitor left before an answer");
        services.listener()
                .ended(new Outcome(
                        request,
                        Optional.ofNullable(route).map(RouteRule::name),
                        how,
                        client.status(),
                        Duration.ofNanos(now - begun),
                        originHead < 0 || originAsked < 0
                                ? Optional.empty()
                                : Optional.of(Duration.ofNanos(originHead - originAsked)),
                        client.bodyBytes(),
                        purgedGroups,
                        aborted));
        client.over();
    }

    /** For tests and messages: state and route, no value that a visitor sent. */
    @Override
    public String toString() {
        return "Exchange[" + state + List.of(route == null ? "" : route.name()) + "]";
    }
}
