package dev.larder.exchange;

import dev.larder.exchange.Disposition.Miss;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Reuse;
import dev.larder.policy.ReusePolicy;
import dev.larder.store.CacheStore;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import io.netty.channel.EventLoop;
import java.util.List;
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

    private final Exchange exchange;
    private final CacheStore store;
    private final EventLoop loop;
    private final RouteRule route;
    private final Carried.One carried;
    private final Fetch fetch;

    private @Nullable Epochs before;
    private boolean started;
    private @Nullable Known known;

    UnknownVisitor(Exchange exchange, RouteRule route, Carried.One carried, Fetch fetch) {
        this.exchange = exchange;
        this.store = exchange.services().store();
        this.loop = exchange.client().eventLoop();
        this.route = route;
        this.carried = carried;
        this.fetch = fetch;
    }

    void start() {
        fetch.unsettled();
        LoopHop.<Known>on(loop, exchange.services().identities().ask(carried, exchange.request()), answered -> {
            known = answered == null ? new Known.Unknown("identity-error") : answered;
            if (started) {
                settle(known);
            }
        });
        LoopHop.<@Nullable Epochs>on(loop, store.epochs(route.name(), List.of()), epochs -> {
            before = epochs;
            started = true;
            if (!exchange.isOver()) {
                fetch.start();
            }
            if (known != null) {
                settle(known);
            }
        });
    }

    private void settle(Known answered) {
        if (before == null
                || !exchange.request().method().equals("GET")
                || !(answered instanceof Known.Somebody somebody)
                || !route.allows(somebody.identity())
                || !(route.derive(exchange.request(), somebody.identity())
                        instanceof Plan.Derived.Cacheable cacheable)) {
            fetch.settle(null);
            return;
        }
        Exchange.Target target = new Exchange.Target(route, exchange.storeKey(cacheable), cacheable);
        if (!fetch.hasAnswered() && !exchange.isOver()) {
            LoopHop.<Lookup>on(
                    loop, store.lookup(target.key(), cacheable.groups()), found -> answerFrom(target, found));
        }
        LoopHop.<@Nullable Epochs>on(
                loop, store.epochs(route.name(), cacheable.groups()), epochs -> settle(target, epochs));
    }

    /** A fresh stored response ends the call, if the origin has not answered yet. */
    private void answerFrom(Exchange.Target target, @Nullable Lookup found) {
        if (found instanceof Lookup.Found stored
                && !fetch.hasAnswered()
                && !exchange.isOver()
                && stored.response().fingerprint().equals(route.fingerprint())
                && stored.response().keyText().equals(target.key().key().text())
                && ReusePolicy.judge(
                                stored.response().head(),
                                exchange.request(),
                                Exchange.hasOriginLifetime(route),
                                exchange.services().clock().instant())
                        instanceof Reuse.Fresh fresh) {
            fetch.cancel();
            exchange.hit(stored.response(), fresh.age(), new Disposition.Hit(fresh.timeToLive(), false));
        }
    }

    private void settle(Exchange.Target target, @Nullable Epochs now) {
        Epochs start = before;
        if (now == null
                || start == null
                || now.held()
                || !now.incarnation().equals(start.incarnation())
                || !now.change().equals(start.change())) {
            fetch.settle(null);
        } else {
            fetch.settle(new Fetch.Wanted(target, now, null, Miss.Why.URI_MISS));
        }
    }
}
