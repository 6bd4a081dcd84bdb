package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.SurrogateCapability;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Rules;
import dev.larder.store.CacheStore;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, on a route: with which credential, and whether what was fetched with it may be stored. Immutable.
 *
 * @param store knows of changes through other sidecars
 * @param carried the credential; null on a route that asks for none
 * @param since before anything was fetched, a moment of {@code identities}
 */
record Visitor(
        IdentityResolver identities,
        CacheStore store,
        RouteRule route,
        RequestHead request,
        Carried.@Nullable One carried,
        long since) {

    /** Where no credential is asked for, it makes no difference who it is. */
    private static final CompletionStage<Boolean> NOBODY_IN_PARTICULAR = CompletableFuture.completedStage(true);

    /** Whoever asks now. */
    static Visitor of(
            IdentityResolver identities,
            CacheStore store,
            RouteRule route,
            RequestHead request,
            Carried.@Nullable One carried) {
        return new Visitor(identities, store, route, request, carried, identities.moment());
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
            return NOBODY_IN_PARTICULAR;
        }
        // First the store, then what is known here: a change that is not there any more has been heard of.
        return store.changing().thenCompose(elsewhere -> {
            if (elsewhere == null) {
                return CompletableFuture.completedStage(false);
            }
            Known known = identities.peek(asking, request);
            return known != null
                    ? CompletableFuture.completedStage(isSameBy(known, target, asking, elsewhere))
                    : identities
                            .ask(asking, request)
                            .thenApply(answered -> isSameBy(answered, target, asking, elsewhere));
        });
    }

    /** The same for a fetch in the background, which uses the credential once: what is not known is not asked. */
    CompletionStage<Boolean> isKnownStill(CacheTarget target) {
        Carried.One asking = carried;
        if (asking == null) {
            return NOBODY_IN_PARTICULAR;
        }
        return store.changing().thenApply(elsewhere -> {
            Known known = elsewhere == null ? null : identities.peek(asking, request);
            return elsewhere != null && known != null && isSameBy(known, target, asking, elsewhere);
        });
    }

    /** Whether this can be said at once, without asking anybody. */
    boolean isStillKnown(CacheTarget target) {
        Carried.One asking = carried;
        Known known = asking == null ? null : identities.peek(asking, request);
        return asking == null || (known != null && isSameBy(known, target, asking));
    }

    /** The same, and nobody changes them through another sidecar. */
    private boolean isSameBy(Known known, CacheTarget target, Carried.One asking, Collection<PurgeGroup> elsewhere) {
        return known instanceof Known.Somebody somebody
                && !identities.isAmong(elsewhere, asking.credential(), somebody.identity())
                && isSameBy(known, target, asking);
    }

    private boolean isSameBy(Known known, CacheTarget target, Carried.One asking) {
        return known instanceof Known.Somebody somebody
                && !identities.isChangedSince(since, asking.credential(), somebody.identity(), null)
                && route.allows(somebody.identity())
                && route.derive(request, somebody.identity()) instanceof Plan.Derived.Cacheable cacheable
                && cacheable.key().text().equals(target.key().key().text());
    }
}
