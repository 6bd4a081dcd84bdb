package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;

/**
 * What a request that may be cached is about.
 *
 * @param route whose rule counts
 * @param key under what it is stored
 * @param cacheable the same as the rules say it, with the groups it belongs to
 */
record CacheTarget(RouteRule route, StoreKey key, Plan.Derived.Cacheable cacheable) {

    static CacheTarget of(RouteRule route, RequestHead request, Sites sites, Plan.Derived.Cacheable cacheable) {
        return new CacheTarget(route, new StoreKey(cacheable.key(), sites.of(request), request.fields()), cacheable);
    }

    /** What flights are collapsed by. */
    RequestCollapser.Sought sought() {
        return new RequestCollapser.Sought(
                route.fingerprint(), key.site(), key.key().text());
    }

    /** Whether what was found was stored under this very key and rule, and is no longer than the rule lets it be. */
    boolean stored(StoredResponse found) {
        return found.fingerprint().equals(route.fingerprint())
                && found.keyText().equals(key.key().text())
                && found.plainLength() >= 0
                && found.plainLength() <= route.rule().maxBodyBytes();
    }
}
