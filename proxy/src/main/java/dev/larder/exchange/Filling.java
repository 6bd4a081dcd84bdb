package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Validation;
import dev.larder.relay.BodyCapture;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.StoredResponse;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FILL: a complete response on its way to the store and to those who wait for it, once it is confirmed that it is still
 * its visitor's. Nobody who was answered waits for this. Confined to one event loop.
 */
final class Filling {

    private static final Logger LOG = LoggerFactory.getLogger(Filling.class);

    /** How long what can be validated is kept beyond its lifetime: a 304 saves fetching it anew. */
    private static final Duration VALIDATABLE = Duration.ofHours(1);

    private final Services services;
    private final EventLoop loop;
    private final Fetch.Wanted wanted;
    private final Lead lead;

    Filling(Services services, EventLoop loop, Fetch.Wanted wanted, Lead lead) {
        this.services = services;
        this.loop = loop;
        this.wanted = wanted;
        this.lead = lead;
    }

    /** Stores what was captured; consumes the capture. */
    void fill(
            ResponseHead answered,
            StoredHead head,
            BodyCapture captured,
            Function<CacheTarget, CompletionStage<Boolean>> confirmation) {
        ifConfirmed(confirmation, confirmed -> {
            byte[] body;
            try {
                if (!confirmed) {
                    lead.end(new Flight.End.LeaderRefused());
                    return;
                }
                body = captured.toBytes();
            } finally {
                captured.release();
            }
            CacheTarget target = wanted.target();
            if (target.route().storeIf(answered, body)) {
                keep(new StoredResponse(
                        target.key().key().text(), head, body, target.route().fingerprint(), wanted.epochs()));
            } else {
                lead.notStorable(target.sought(), true);
            }
        });
    }

    /** Stores what a 304 has made fresh again. */
    void freshen(StoredResponse response, Function<CacheTarget, CompletionStage<Boolean>> confirmation) {
        ifConfirmed(confirmation, confirmed -> {
            if (confirmed) {
                put(response);
            } else {
                lead.end(new Flight.End.LeaderRefused());
            }
        });
    }

    private void ifConfirmed(Function<CacheTarget, CompletionStage<Boolean>> confirmation, Consumer<Boolean> then) {
        LoopHop.<Boolean>on(loop, confirmation.apply(wanted.target()), confirmed -> {
            try {
                then.accept(confirmed != null && confirmed);
            } catch (RuntimeException bug) {
                LOG.error(
                        "a response of route {} could not be stored",
                        wanted.target().route().name(),
                        bug);
                lead.end(new Flight.End.LeaderRefused());
            }
        });
    }

    private void keep(StoredResponse response) {
        CompletionStage<StoredResponse> kept =
                services.bodies().keep(response, wanted.target().route().rule().compress());
        LoopHop.<StoredResponse>on(loop, kept, result -> put(result == null ? response : result));
    }

    private void put(StoredResponse response) {
        if (services.trial().withheld(wanted.target().route()) != null) {
            lead.end(new Flight.End.LeaderRefused());
            return;
        }
        lead.stored(response);
        if (!isInForce(wanted.target().route())) {
            // By the rules in force now purges name other groups: what is stored under these would outlive them.
            lead.landed(false);
            return;
        }
        LoopHop.<PutResult>on(
                loop,
                services.store().put(wanted.target().key(), response, timeToLive(response.head())),
                result -> lead.landed(result == PutResult.STORED));
    }

    private boolean isInForce(RouteRule route) {
        List<RouteRule> now = services.rules().get().rulebook().routes();
        return now.contains(route)
                || now.stream().anyMatch(other -> other.fingerprint().equals(route.fingerprint()));
    }

    private static Duration timeToLive(StoredHead head) {
        Duration use = longer(head.staleIfError(), head.staleWhileRevalidate());
        return head.lifetime().plus(Validation.hasValidator(head) ? longer(use, VALIDATABLE) : use);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
