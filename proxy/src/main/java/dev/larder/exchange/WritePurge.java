package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.identity.Credential;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.key.Identity;
import dev.larder.plan.Rulebook;
import dev.larder.plan.RulesChange;
import dev.larder.plan.WritePlan.Settlement;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What one write owes: its intent, from when that stands to when it is ended, exactly once, by what the write came to.
 * Confined to the loop of the exchange.
 */
final class WritePurge {

    private final Exchange exchange;
    private final Services services;
    private final Intent intent;
    private boolean over;
    private boolean counted;

    /** Whether some of it has been purged. */
    private boolean told;

    /** What the write may be changing of visitors at this moment. */
    private IdentityResolver.Change change = () -> {};

    private List<PurgeGroup> visitors = List.of();

    WritePurge(Exchange exchange, Intent intent) {
        this.exchange = exchange;
        this.services = exchange.services();
        this.intent = intent;
        services.trial().writeBegan();
    }

    /** Whether there is anything to purge or to end. */
    static boolean isOwed(Settlement came) {
        return !came.purge().isEmpty() || !came.ended().isEmpty();
    }

    /** The backend may act on the write from now on. */
    void expect(Settlement possible) {
        IdentityResolver.Change before = change;
        change = services.purger().changing(groups(possible));
        visitors = Purger.ofIdentities(groups(possible));
        before.over();
    }

    /** Whether the write may change visitors, as far as is known. */
    boolean mayChangeVisitors() {
        return !visitors.isEmpty();
    }

    /** {@code then} runs when other sidecars can know whom the write may change: at once where it is nobody. */
    void tellOfChanges(Runnable then) {
        if (over || visitors.isEmpty()) {
            then.run();
        } else {
            exchange.<Boolean>await(services.purger().tellOfChanges(intent, visitors), told -> then.run());
        }
    }

    /** Whether a visitor is who they were known to be, as far as other writes than this one can change that. */
    boolean isStill(Credential credential, Identity identity, long since) {
        return !exchange.identities().isChangedSince(since, credential, identity, change);
    }

    /** Nothing was written. */
    void lift() {
        change.over();
        if (!over) {
            end();
            drop(intent.lift());
        }
    }

    /** Purges, and ends sessions; the intent stands on. {@code then} runs when the store has been told, or owes it. */
    void purge(Settlement came, Runnable then) {
        Collection<PurgeGroup> groups = groups(came);
        if (over || groups.isEmpty()) {
            then.run();
            return;
        }
        Purger.Cause cause = cause(came);
        told = true;
        count(came, false);
        Trace.Part purging = exchange.trace().begin(Trace.Step.PURGE);
        exchange.<Boolean>await(services.purger().purge(cause, intent, groups), applied -> {
            purging.over();
            then.run();
        });
    }

    /** All purges of the answer are done; where one more is owed later, the intent stands until then. */
    void done(Settlement came) {
        if (over) {
            return;
        }
        end();
        Collection<PurgeGroup> groups = groups(came);
        if (came.again().isPresent() && !groups.isEmpty()) {
            later(came.again().get(), () -> {
                exchange.<Boolean>await(
                        services.purger().purge(cause(came), intent, groups), applied -> drop(intent.done()));
                change.over();
            });
            return;
        }
        change.over();
        drop(groups.isEmpty() ? intent.lift() : intent.done());
    }

    /**
     * What the backend made of the write is not known: purges what it may have changed, keeps that from being stored for
     * a while, and purges it once more. {@code then} runs when the store has been told of the first.
     */
    void unknown(Settlement came, Runnable then) {
        Collection<PurgeGroup> groups = groups(came);
        if (over || groups.isEmpty()) {
            lift();
            then.run();
            return;
        }
        end();
        Purger.Cause cause = cause(came);
        told = true;
        count(came, true);
        Duration length = services.settings().unknownOutcomeHold();
        Trace.Part purging = exchange.trace().begin(Trace.Step.PURGE);
        exchange.<Boolean>await(services.purger().hold(cause, intent, groups, length), applied -> {
            purging.over();
            then.run();
        });
        change.over();
        // The store ends the hold, here and for others; what this process holds beside it is its own to drop.
        later(length, () -> services.purger().drop(groups));
    }

    private void end() {
        over = true;
        services.trial().writeOver();
    }

    private void later(Duration delay, Runnable then) {
        var unused = exchange.after(delay, then);
    }

    /** What is purged, the sessions that it ended included. */
    private Collection<PurgeGroup> groups(Settlement came) {
        List<PurgeGroup> groups = new ArrayList<>(came.purge());
        for (String name : came.ended()) {
            if (exchange.identities().find(name, exchange.request()) instanceof Carried.One one) {
                groups.add(PurgeGroup.ofCredential(
                        one.credential().identity(), one.credential().hash()));
            }
        }
        if (!groups.isEmpty()) {
            groups.addAll(laterRules(exchange));
        }
        return groups;
    }

    /**
     * Where other rules have come since the write began: all that they store otherwise, since this write's own rules know
     * nothing of their groups, and what was fetched by them may be from before it.
     */
    static Collection<PurgeGroup> laterRules(Exchange exchange) {
        Rulebook own = exchange.rules().rulebook();
        Rulebook now = exchange.services().rules().get().rulebook();
        return own.equals(now) ? List.of() : RulesChange.unusable(own, now);
    }

    private Purger.Cause cause(Settlement came) {
        RequestHead request = exchange.request();
        return new Purger.Cause(
                "write", request.method() + " " + request.target().rawPath(), came.applied(), told);
    }

    /** A purge that is repeated counts once. */
    private void count(Settlement came, boolean held) {
        if (!counted && !came.purge().isEmpty()) {
            counted = true;
            exchange.purged(new Outcome.Purge(
                    came.applied(), came.purge().size(), came.widened().size(), held));
        }
    }

    private static void drop(CompletionStage<Boolean> ended) {
        // The store keeps what it could not be told; nobody waits for it.
        CompletionStage<Boolean> unused = ended;
    }
}
