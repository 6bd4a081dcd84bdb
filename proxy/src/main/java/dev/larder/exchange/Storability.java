package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.plan.RouteRule;
import dev.larder.policy.RefreshPolicy;
import dev.larder.policy.SkipReason;
import dev.larder.policy.Storage;
import dev.larder.policy.StoragePolicy;
import dev.larder.policy.Validation;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * Whether the answer to one request may be stored on its route, and with which lifetime: what the policy says, no credential
 * beside it, and lifetimes spread as the rule wants them. Any thread.
 *
 * @param asked the request as it is sent to the origin
 * @param random 0 to 1, for the spread
 */
record Storability(RouteRule route, RequestHead asked, DoubleSupplier random) {

    /** Judges the head of an answer; see {@link StoragePolicy#judge}. */
    Storage judge(ResponseHead head, Instant requestTime, Instant responseTime) {
        return finished(StoragePolicy.judge(
                asked, head, route.rule(), route.identity().isPresent(), requestTime, responseTime));
    }

    /** What a 304 comes to for the response that it validates; see {@link Validation#freshen}. */
    Validation.Freshened freshen(
            StoredHead candidate, ResponseHead notModified, Instant requestTime, Instant responseTime) {
        Validation.Freshened freshened = Validation.freshen(
                candidate, notModified, asked, route.rule(), route.identity().isPresent(), requestTime, responseTime);
        return new Validation.Freshened(freshened.response(), finished(freshened.storage()));
    }

    private Storage finished(Storage verdict) {
        if (!(verdict instanceof Storage.Store store)) {
            return verdict;
        }
        // What the response's Vary names is stored beside it in clear, and is in the variant's name.
        for (String name : store.head().selecting()) {
            if (route.isCredentialField(name)) {
                return new Storage.Skip(SkipReason.VARY_CREDENTIAL);
            }
        }
        return new Storage.Store(RefreshPolicy.spread(store.head(), route.rule().jitter(), random.getAsDouble()));
    }
}
