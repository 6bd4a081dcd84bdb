package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.SurrogateCapability;
import dev.larder.rules.Rules;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, on a route: with which credential, and whether what was fetched with it may be stored. Immutable.
 *
 * @param carried the credential; null on a route that asks for none
 * @param since before anything was fetched, a moment of {@code identities}
 */
record Visitor(
        IdentityResolver identities, RouteRule route, RequestHead request, Carried.@Nullable One carried, long since) {

    /** Whoever asks now. */
    static Visitor of(
            IdentityResolver identities, RouteRule route, RequestHead request, Carried.@Nullable One carried) {
        return new Visitor(identities, route, request, carried, identities.moment());
    }

    /** The request as it is fetched to be stored. */
    RequestHead fetchRequest() {
        Map.Entry<String, String> credential = carried == null ? null : carried.line();
        RequestHead fetched = route.fetch(request, credential);
        // Only where the origin gives the lifetime is what it says to surrogates heard.
        return route.rule().ttl() instanceof Rules.Ttl.Origin ? SurrogateCapability.announced(fetched) : fetched;
    }

    /**
     * Whether the visitor is, after the fetch, still the one whose response this is: a sign-out or another role or team
     * in between, and what came is somebody else's; so it is while such a change is under way, of which nobody can tell
     * whether the backend had made it when it answered. Asks again where what was known has become too old.
     */
    CompletionStage<Boolean> isStill(CacheTarget target) {
        Carried.One asking = carried;
        if (asking == null) {
            return CompletableFuture.completedStage(true);
        }
        Known known = identities.peek(asking, request);
        return known != null
                ? CompletableFuture.completedStage(isSameBy(known, target, asking))
                : identities.ask(asking, request).thenApply(answered -> isSameBy(answered, target, asking));
    }

    /** The same for a fetch in the background, which uses the credential once: what is not known is not asked. */
    CompletionStage<Boolean> isKnownStill(CacheTarget target) {
        return CompletableFuture.completedStage(isStillKnown(target));
    }

    /** Whether this can be said at once, without asking anybody. */
    boolean isStillKnown(CacheTarget target) {
        Carried.One asking = carried;
        Known known = asking == null ? null : identities.peek(asking, request);
        return asking == null || (known != null && isSameBy(known, target, asking));
    }

    private boolean isSameBy(Known known, CacheTarget target, Carried.One asking) {
        return known instanceof Known.Somebody somebody
                && !identities.isChangedSince(since, asking.credential(), somebody.identity(), null)
                && route.allows(somebody.identity())
                && route.derive(request, somebody.identity()) instanceof Plan.Derived.Cacheable cacheable
                && cacheable.key().text().equals(target.key().key().text());
    }
}
