package dev.larder.exchange;

import dev.larder.exchange.Disposition.Miss;
import dev.larder.exchange.Disposition.Stale;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.BypassReason;
import dev.larder.key.Identity;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Freshness;
import dev.larder.policy.Ranges;
import dev.larder.policy.RefreshPolicy;
import dev.larder.policy.RequestDirectives;
import dev.larder.policy.Reuse;
import dev.larder.policy.ReusePolicy;
import dev.larder.policy.Validation;
import dev.larder.rules.Rules;
import dev.larder.store.Lookup;
import dev.larder.store.StoredResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A GET or HEAD on a route, from who asks to who answers: IDENTIFY, the lookups, ASSESS, HIT, STALE and RESCUE. What has
 * to be fetched goes to {@link Joining}, or to {@link UnknownVisitor} while it is not known who asks. Confined to the
 * loop of the exchange.
 */
final class RouteRead implements Journey {

    private static final byte[] NO_BODY = {};

    private final Exchange exchange;
    private final Services services;
    private final RouteRule route;
    private final RequestHead request;
    private final boolean originLifetime;
    private Visitor visitor;

    /** What was found decoded last, and of which body it is: a freshened response has the same one. */
    private byte @Nullable [] plainBody;

    private byte @Nullable [] plainBodyOf;

    RouteRead(Exchange exchange, RouteRule route) {
        this.exchange = exchange;
        this.services = exchange.services();
        this.route = route;
        this.request = exchange.request();
        this.originLifetime = route.rule().ttl() instanceof Rules.Ttl.Origin;
        this.visitor = Visitor.of(exchange.identities(), services.store(), route, request, null);
    }

    Exchange exchange() {
        return exchange;
    }

    Visitor visitor() {
        return visitor;
    }

    /** Why nothing of this route is served or stored at this moment, if so: it may change while a request is under way. */
    @Nullable
    BypassReason withheld() {
        return services.trial().withheld(route);
    }

    /** Before anything is fetched there is nothing to give back. */
    @Override
    public void clientGone() {
        exchange.cutShort();
    }

    // ---- IDENTIFY ----------------------------------------------------------------------------------------------

    void start() {
        BypassReason withheld = withheld();
        if (withheld != null) {
            exchange.bypass(withheld, Optional.empty());
            return;
        }
        Optional<String> name = route.identity();
        if (name.isEmpty()) {
            derive(null);
            return;
        }
        Carried found = exchange.identities().find(name.get(), request);
        if (found instanceof Carried.None) {
            exchange.bypass(BypassReason.NO_CREDENTIAL, Optional.empty());
        } else if (found instanceof Carried.Ambiguous) {
            exchange.bypass(BypassReason.AMBIGUOUS_CREDENTIAL, Optional.empty());
        } else if (found instanceof Carried.One one) {
            visitor = Visitor.of(exchange.identities(), services.store(), route, request, one);
            Known known = exchange.identities().peek(one, request);
            if (known == null) {
                ask(one);
            } else {
                known(known);
            }
        }
    }

    /** What nobody could get from the cache needs no question, and passes with all that the visitor sent. */
    private void ask(Carried.One one) {
        if (Ranges.asksForPart(request)) {
            exchange.bypass(BypassReason.RANGE, Optional.empty());
            return;
        }
        if (route.derive(request, null) instanceof Plan.Derived.Not not && not.reason() != BypassReason.NO_IDENTITY) {
            exchange.bypass(not.reason(), not.detail());
        } else if (services.trial().isObserving()) {
            // The next request finds them known.
            var unused = exchange.identities().ask(one, request);
            exchange.bypass(BypassReason.IDENTITY_UNKNOWN, Optional.of("observing"));
        } else {
            exchange.advance(ExchangeState.FETCH);
            new UnknownVisitor(this, one).start();
        }
    }

    private void known(Known known) {
        if (known instanceof Known.Somebody somebody) {
            if (route.allows(somebody.identity())) {
                derive(somebody.identity());
            } else {
                exchange.bypass(BypassReason.ACCESS, Optional.empty());
            }
        } else if (known instanceof Known.Nobody) {
            exchange.bypass(BypassReason.NO_IDENTITY, Optional.empty());
        } else if (known instanceof Known.Unknown unknown) {
            exchange.bypass(BypassReason.IDENTITY_UNKNOWN, Optional.of(unknown.detail()));
        }
    }

    private void derive(@Nullable Identity identity) {
        Plan.Derived derived = route.derive(request, identity);
        if (derived instanceof Plan.Derived.Not not) {
            exchange.bypass(not.reason(), not.detail());
        } else if (derived instanceof Plan.Derived.Cacheable cacheable) {
            lookUp(CacheTarget.of(route, request, services.sites(), cacheable));
        }
    }

    // ---- NEAR_LOOKUP, STORE_LOOKUP, ASSESS ---------------------------------------------------------------------

    private void lookUp(CacheTarget target) {
        exchange.keyed(target.key().key());
        exchange.advance(ExchangeState.NEAR_LOOKUP);
        Lookup near = services.store().peek(target.key(), target.cacheable().groups());
        if (near instanceof Lookup.Found found) {
            Reuse reuse = judge(found.response().head());
            // What is not fresh may be a copy of what the store has had refreshed since.
            if (reuse instanceof Reuse.Fresh) {
                exchange.advance(ExchangeState.ASSESS);
                assess(target, found.response(), reuse);
                return;
            }
        } else if (near != null) {
            assess(target, near);
            return;
        }
        exchange.advance(ExchangeState.STORE_LOOKUP);
        Trace.Part looking = exchange.trace().begin(Trace.Step.LOOKUP);
        exchange.<Lookup>await(
                services.store().lookup(target.key(), target.cacheable().groups()), found -> {
                    looking.over();
                    if (exchange.state() == ExchangeState.STORE_LOOKUP) {
                        assessLater(target, found == null ? new Lookup.Unavailable("store-error") : found);
                    }
                });
    }

    /** While the store was asked the visitor may have become somebody else, or nobody: a sign-out, another role. */
    private void assessLater(CacheTarget target, Lookup lookup) {
        BypassReason withheld = withheld();
        if (lookup instanceof Lookup.Found && !visitor.isStillKnown(target)) {
            exchange.advance(ExchangeState.ASSESS);
            exchange.bypass(BypassReason.IDENTITY_UNKNOWN, Optional.of("changed-meanwhile"));
        } else if (withheld != null) {
            exchange.advance(ExchangeState.ASSESS);
            exchange.bypass(withheld, Optional.empty());
        } else {
            assess(target, lookup);
        }
    }

    private void assess(CacheTarget target, Lookup lookup) {
        exchange.advance(ExchangeState.ASSESS);
        if (lookup instanceof Lookup.Unavailable unavailable) {
            if (!services.trial().isObserving() && refusedUnlessStored()) {
                return;
            }
            exchange.bypass(BypassReason.STORE_UNAVAILABLE, Optional.of(unavailable.detail()));
        } else if (lookup instanceof Lookup.Absent absent) {
            fetch(new Fetch.Wanted(target, absent.epochs(), null, why(absent)));
        } else if (lookup instanceof Lookup.Found found) {
            assess(target, found.response(), judge(found.response().head()));
        }
    }

    private static Miss.Why why(Lookup.Absent absent) {
        return switch (absent.why()) {
            case VARY -> Miss.Why.VARY_MISS;
            case PURGED -> Miss.Why.PURGED;
            case ABSENT, UNREADABLE -> Miss.Why.URI_MISS;
        };
    }

    private void assess(CacheTarget target, StoredResponse response, Reuse reuse) {
        if (!target.stored(response) || !isReadable(response)) {
            fetch(new Fetch.Wanted(target, response.epochs(), null, Miss.Why.URI_MISS));
            return;
        }
        if (services.trial().isObserving()) {
            new Observing(this).found(target, response, reuse);
        } else if (reuse instanceof Reuse.Fresh fresh) {
            refreshEarly(target, response, fresh);
            hit(response, fresh.age(), new Disposition.Hit(fresh.timeToLive()));
            if (services.trial().picks(exchange.begun())) {
                new Observing(this).sample(target, response, fresh.age());
            }
        } else if (reuse instanceof Reuse.Stale stale && stale.whileRevalidate()) {
            new Joining(this, new Fetch.Wanted(target, response.epochs(), response, Miss.Why.STALE)).inBackground();
            exchange.advance(ExchangeState.STALE);
            serve(response, stale.age(), new Stale(stale.staleness(), Stale.Allowance.WHILE_REVALIDATE));
        } else if (reuse instanceof Reuse.Mismatch) {
            fetch(new Fetch.Wanted(target, response.epochs(), null, Miss.Why.VARY_MISS));
        } else {
            fetch(new Fetch.Wanted(target, response.epochs(), response, Miss.Why.STALE));
        }
    }

    private void refreshEarly(CacheTarget target, StoredResponse response, Reuse.Fresh fresh) {
        double eagerness = route.rule().earlyRefresh();
        if (eagerness > 0
                && RefreshPolicy.isDueEarly(
                        response.head(),
                        fresh.timeToLive(),
                        eagerness,
                        services.random().getAsDouble())) {
            new Joining(this, new Fetch.Wanted(target, response.epochs(), response, Miss.Why.STALE)).inBackground();
        }
    }

    Reuse judge(StoredHead stored) {
        return ReusePolicy.judge(
                stored, request, originLifetime, services.clock().instant());
    }

    private void fetch(Fetch.Wanted wanted) {
        boolean observing = services.trial().isObserving();
        if (!observing && refusedUnlessStored()) {
            return;
        }
        if (wanted.epochs().held()) {
            exchange.bypass(BypassReason.HOLD, Optional.empty());
        } else if (Ranges.asksForPart(request)) {
            // A part is not stored, and the whole may be much more than was asked for.
            exchange.bypass(BypassReason.RANGE, Optional.empty());
        } else if (observing) {
            new Observing(this).absent(wanted);
        } else {
            new Joining(this, wanted).start();
        }
    }

    /** RFC 9111 section 5.2.1.7: who wants a stored response or none does not want the origin asked. */
    private boolean refusedUnlessStored() {
        boolean refused =
                originLifetime && RequestDirectives.of(request.fields()).onlyIfCached();
        if (refused) {
            exchange.refuse(new Disposition.Refused(
                    504, "proxy_internal_response", "only-if-cached, and no usable response is stored"));
        }
        return refused;
    }

    // ---- HIT ---------------------------------------------------------------------------------------------------

    /**
     * Whether this visitor can be answered from it: a body that is kept compressed, and must be decoded for them, may turn
     * out to be broken. To be asked of what a store has found, before anything is made to depend on it.
     */
    boolean isReadable(StoredResponse response) {
        if (Representation.of(response, response.head().response(), request).asKept()) {
            return true;
        }
        try {
            plainBody = response.plainBody();
            plainBodyOf = response.body();
            return true;
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }

    private byte[] bodyOf(Representation shown) {
        byte[] plain = plainBody;
        return plain != null && !shown.asKept() && shown.stored().body() == plainBodyOf ? plain : shown.body();
    }

    void hit(StoredResponse response, Duration age, Disposition how) {
        exchange.advance(ExchangeState.HIT);
        serve(response, age, how);
    }

    /**
     * The origin has just said that a stored response holds.
     *
     * @param head what it comes to for this visitor
     */
    void validated(StoredResponse response, ResponseHead head, Disposition.Validated how) {
        exchange.advance(ExchangeState.HIT);
        Instant now = services.clock().instant();
        Duration age = how.stored() ? Freshness.currentAge(response.head(), now) : Duration.ZERO;
        serve(response, head, age, how);
    }

    private void serve(StoredResponse response, Duration age, Disposition how) {
        serve(response, response.head().response(), age, how);
    }

    private void serve(StoredResponse response, ResponseHead updated, Duration age, Disposition how) {
        exchange.disposed(how);
        Representation shown = Representation.of(response, updated, request);
        ResponseHead head = shown.head();
        // Conditions come before ranges (RFC 9110 section 13.2.2).
        if (Validation.answersNotModified(request, response.head())) {
            respond(Validation.notModified(head), age, how, NO_BODY);
        } else {
            byte[] body = bodyOf(shown);
            Ranges.Part asked = Ranges.of(request, head, body.length);
            if (asked instanceof Ranges.Part.Octets octets) {
                byte[] part = Arrays.copyOfRange(body, (int) octets.first(), (int) octets.last() + 1);
                respond(Ranges.partial(head, octets, body.length), age, how, part);
            } else if (asked instanceof Ranges.Part.Unsatisfiable) {
                respond(Ranges.unsatisfiable(head, body.length), age, how, NO_BODY);
            } else {
                respond(head, age, how, body);
            }
        }
        exchange.answered();
    }

    private void respond(ResponseHead head, Duration age, Disposition how, byte[] body) {
        exchange.client().respondStored(head, age.toSeconds(), how, body);
    }

    // ---- RESCUE and STALE --------------------------------------------------------------------------------------

    /** The origin failed before a head went out: a stale response, where one may be served, else the failure. */
    void rescue(Fetch.@Nullable Wanted wanted, Disposition.Refused otherwise) {
        exchange.advance(ExchangeState.RESCUE);
        if (!staleInstead(wanted)) {
            exchange.refuse(otherwise);
        }
    }

    /** Whether a stored response may stand in for an origin that fails (RFC 5861 section 4). */
    boolean hasStandIn(Fetch.@Nullable Wanted wanted) {
        return standIn(wanted) != null;
    }

    private @Nullable Disposition standIn(Fetch.@Nullable Wanted wanted) {
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (wanted == null || candidate == null || withheld() != null || isPurged(wanted.target())) {
            return null;
        }
        Reuse reuse = judge(candidate.head());
        if (reuse instanceof Reuse.Fresh fresh) {
            return new Disposition.Hit(fresh.timeToLive());
        }
        if (reuse instanceof Reuse.Stale stale && stale.ifError()) {
            return new Stale(stale.staleness(), Stale.Allowance.IF_ERROR);
        }
        return reuse instanceof Reuse.Validate validate && validate.ifError()
                ? new Stale(Duration.ZERO, Stale.Allowance.IF_ERROR)
                : null;
    }

    /** What was purged while the origin was asked stands in for nothing, as far as this can be said at once. */
    private boolean isPurged(CacheTarget target) {
        Lookup now = services.store().peek(target.key(), target.cacheable().groups());
        return now != null && !(now instanceof Lookup.Found);
    }

    /** Answers from what is stored, if that may stand in; else does nothing. */
    boolean staleInstead(Fetch.@Nullable Wanted wanted) {
        Disposition how = standIn(wanted);
        StoredResponse candidate = wanted == null ? null : wanted.candidate();
        if (how == null || candidate == null) {
            return false;
        }
        exchange.advance(ExchangeState.STALE);
        Instant now = services.clock().instant();
        serve(candidate, Freshness.currentAge(candidate.head(), now), how);
        return true;
    }
}
