package dev.larder.exchange;

import dev.larder.exchange.Disposition.Bypass;
import dev.larder.http.RequestHead;
import dev.larder.key.BypassReason;
import dev.larder.policy.Ranges;
import dev.larder.policy.RequestDirectives;
import dev.larder.policy.Reuse;
import dev.larder.store.StoredResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A read whose visitor is answered by the origin whatever is stored, and what would have been otherwise; and the same for a
 * hit that is checked after it. All that a visitor sent goes to the origin, so what may be stored is fetched beside it
 * where that is not the same request. On the loop of the exchange.
 */
final class Observing {

    private final RouteRead read;
    private final Exchange exchange;
    private final Services services;

    Observing(RouteRead read) {
        this.read = read;
        this.exchange = read.exchange();
        this.services = exchange.services();
    }

    // ---- everything is forwarded -----------------------------------------------------------------------------------

    /** Something is stored that could be used: a hit, were it served, if it is fresh or may be served stale. */
    void found(CacheTarget target, StoredResponse stored, Reuse reuse) {
        if (reuse instanceof Reuse.Fresh fresh) {
            forward(target, stored, fresh.age());
        } else if (reuse instanceof Reuse.Stale stale && stale.whileRevalidate()) {
            fetchBeside(new Fetch.Wanted(target, stored.epochs(), null, Disposition.Miss.Why.STALE));
            forward(target, stored, stale.age());
        } else {
            // A validation could be answered from storage alone.
            absent(new Fetch.Wanted(
                    target,
                    stored.epochs(),
                    null,
                    reuse instanceof Reuse.Mismatch ? Disposition.Miss.Why.VARY_MISS : Disposition.Miss.Why.STALE));
        }
    }

    private void forward(CacheTarget target, StoredResponse stored, Duration age) {
        Bypass how = new Bypass(BypassReason.OBSERVING, Optional.of("hit"));
        byte[] plain = plainBody(stored);
        if (plain == null) {
            exchange.bypass(how.reason(), how.about());
        } else {
            exchange.forwardHeard(
                    how, new Judging(exchange, read.visitor(), target, stored, plain, age, Observation.Source.OBSERVE));
        }
    }

    /** Nothing is stored that could be used. */
    void absent(Fetch.Wanted wanted) {
        Fetch.Wanted anew = new Fetch.Wanted(wanted.target(), wanted.epochs(), null, wanted.why());
        if (isFetchedAsItCame()) {
            if (new Joining(read, anew).leadsAtOnce()) {
                return;
            }
        } else {
            fetchBeside(anew);
        }
        exchange.bypass(BypassReason.OBSERVING, Optional.of("miss"));
    }

    private boolean isFetchedAsItCame() {
        RequestHead own = exchange.request();
        RequestHead fetched = read.visitor().fetchRequest();
        return own.method().equals("GET")
                && own.target().raw().equals(fetched.target().raw())
                && own.fields().equals(fetched.fields());
    }

    /** Trying must not be what makes an origin slow. */
    private void fetchBeside(Fetch.Wanted wanted) {
        if (!exchange.origin().isBusy()) {
            new Joining(read, wanted).inBackground();
        }
    }

    // ---- hits that are checked -------------------------------------------------------------------------------------

    /** The visitor has had it: is it still what the origin answers? */
    void sample(CacheTarget target, StoredResponse stored, Duration age) {
        RequestHead request = exchange.request();
        if (!request.method().equals("GET")
                || Ranges.asksForPart(request)
                || RequestDirectives.of(request.fields()).onlyIfCached()
                || exchange.origin().isBusy()
                || !services.trial().maySample()) {
            return;
        }
        byte[] plain = plainBody(stored);
        if (plain != null) {
            new Judging(exchange, read.visitor(), target, stored, plain, age, Observation.Source.SAMPLE).ask();
        }
    }

    private static byte @Nullable [] plainBody(StoredResponse stored) {
        try {
            return stored.plainBody();
        } catch (IllegalArgumentException broken) {
            return null;
        }
    }
}
