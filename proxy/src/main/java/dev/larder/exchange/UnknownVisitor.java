package dev.larder.exchange;

import dev.larder.exchange.Disposition.Bypass;
import dev.larder.exchange.Disposition.Miss;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.BypassReason;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Reuse;
import dev.larder.store.CacheStore;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.StoredResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FETCH for a visitor who is not known yet: the question who they are and their own request go to the origin side by
 * side, and the first that allows an answer answers. Confined to the loop of the exchange.
 *
 * <p>What groups the answer belongs to is not known when the fetch begins, so the route's change token is read before
 * it. Once the visitor is known, first the epochs are read, then the token: if it is unchanged, no purge of the route
 * came since the fetch began, and the response may be stored under those epochs.
 */
final class UnknownVisitor {

    private final RouteRead read;
    private final Exchange exchange;
    private final CacheStore store;
    private final RouteRule route;
    private final Carried.One carried;
    private final Fetch fetch;

    private @Nullable Epochs before;
    private boolean started;
    private @Nullable Known known;

    UnknownVisitor(RouteRead read, Carried.One carried) {
        this.read = read;
        this.exchange = read.exchange();
        this.store = exchange.services().store();
        this.route = read.visitor().route();
        this.carried = carried;
        Visitor visitor = read.visitor();
        this.fetch = new Fetch(exchange, route, visitor.fetchRequest(), visitor::isStill);
    }

    void start() {
        fetch.unsettled();
        exchange.continueWith(new FetchJourney(read, fetch));
        Trace.Part asking = exchange.trace().begin(Trace.Step.IDENTITY);
        exchange.<Known>await(exchange.identities().ask(carried, exchange.request()), answered -> {
            asking.over();
            known = answered == null ? new Known.Unknown("identity-error") : answered;
            settleIfReady();
        });
        exchange.<@Nullable Epochs>await(store.epochs(route.name(), List.of()), epochs -> {
            before = epochs;
            started = true;
            if (!exchange.isOver()) {
                fetch.start();
            }
            settleIfReady();
        });
    }

    private void settleIfReady() {
        Known answered = known;
        if (answered == null || !started) {
            return;
        }
        if (!(answered instanceof Known.Somebody somebody)) {
            forgo(
                    answered instanceof Known.Nobody ? BypassReason.NO_IDENTITY : BypassReason.IDENTITY_UNKNOWN,
                    answered instanceof Known.Unknown unknown ? Optional.of(unknown.detail()) : Optional.empty());
        } else if (!route.allows(somebody.identity())) {
            forgo(BypassReason.ACCESS, Optional.empty());
        } else if (route.derive(exchange.request(), somebody.identity()) instanceof Plan.Derived.Not not) {
            forgo(not.reason(), not.detail());
        } else if (route.derive(exchange.request(), somebody.identity()) instanceof Plan.Derived.Cacheable cacheable) {
            settle(CacheTarget.of(route, exchange.request(), exchange.services().sites(), cacheable));
        }
    }

    private void forgo(BypassReason reason, Optional<String> about) {
        fetch.forgo(new Bypass(reason, about));
    }

    private void settle(CacheTarget target) {
        exchange.keyed(target.key().key());
        if (fetch.hasAnswered() || exchange.isOver()) {
            settle(target, null, true);
            return;
        }
        exchange.<Lookup>await(store.lookup(target.key(), target.cacheable().groups()), found -> {
            StoredResponse candidate = candidate(target, found);
            if (candidate == null || !answeredFrom(candidate)) {
                settle(target, candidate, found != null && !(found instanceof Lookup.Unavailable));
            }
        });
    }

    private @Nullable StoredResponse candidate(CacheTarget target, @Nullable Lookup found) {
        return found instanceof Lookup.Found stored
                        && target.stored(stored.response())
                        && read.isReadable(stored.response())
                ? stored.response()
                : null;
    }

    /** A fresh stored response ends the call, if the origin has not answered yet. */
    private boolean answeredFrom(StoredResponse stored) {
        if (fetch.hasAnswered()
                || exchange.isOver()
                || read.withheld() != null
                || !(read.judge(stored.head()) instanceof Reuse.Fresh fresh)) {
            return false;
        }
        fetch.cancel();
        read.hit(stored, fresh.age(), new Disposition.Hit(fresh.timeToLive()));
        return true;
    }

    /** Reads the epochs, then the change token. What is stored but not fresh may stand in for an origin that fails. */
    private void settle(CacheTarget target, @Nullable StoredResponse candidate, boolean storeAnswers) {
        if (!storeAnswers) {
            forgo(BypassReason.STORE_UNAVAILABLE, Optional.empty());
            return;
        }
        exchange.<@Nullable Epochs>await(
                store.epochs(route.name(), target.cacheable().groups()), now -> {
                    Epochs start = before;
                    if (now == null || start == null) {
                        forgo(BypassReason.STORE_UNAVAILABLE, Optional.empty());
                    } else if (now.held()) {
                        forgo(BypassReason.HOLD, Optional.empty());
                    } else if (!now.incarnation().equals(start.incarnation())
                            || !now.change().equals(start.change())) {
                        fetch.forgo(new Miss(Miss.Why.MISS, false, false, Optional.of("purged-meanwhile")));
                    } else {
                        Miss.Why why = candidate == null ? Miss.Why.URI_MISS : Miss.Why.STALE;
                        settle(new Fetch.Wanted(target, now, candidate, why));
                    }
                });
    }

    /**
     * Nobody waits for the fetch of a visitor who is not known. Once they are, and the answer is whole, others find it by
     * its flight until the store has it.
     */
    private void settle(Fetch.Wanted wanted) {
        RequestCollapser collapser = exchange.services().collapser();
        if (fetch.isReadyToFill()) {
            RequestCollapser.Joined joined = collapser.join(
                    wanted.flightKey(""), wanted.target().cacheable().groups());
            fetch.settle(wanted, joined.leads() ? Lead.of(joined.flight(), exchange) : Lead.alone(collapser));
            return;
        }
        fetch.settle(wanted, Lead.alone(collapser));
        lookAgain(wanted.target());
    }

    /**
     * An earlier request of this visitor may have waited for the same answer about them, with a response that is stored
     * only now: after all that this answer sets off, and in the store behind it.
     */
    private void lookAgain(CacheTarget target) {
        exchange.loop().execute(() -> {
            if (!fetch.hasAnswered() && !exchange.isOver()) {
                exchange.<Lookup>await(
                        store.lookup(target.key(), target.cacheable().groups()), found -> {
                            StoredResponse stored = candidate(target, found);
                            boolean unused = stored != null && answeredFrom(stored);
                        });
            }
        });
    }
}
