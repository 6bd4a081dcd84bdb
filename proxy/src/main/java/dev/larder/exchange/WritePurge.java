package dev.larder.exchange;

import dev.larder.identity.Credential;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.key.Identity;
import dev.larder.plan.WritePlan.Settlement;
import dev.larder.store.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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

    /** What the write may be changing of visitors at this moment. */
    private IdentityResolver.Change change = () -> {};

    WritePurge(Exchange exchange, Intent intent) {
        this.exchange = exchange;
        this.services = exchange.services();
        this.intent = intent;
    }

    /** Whether there is anything to purge or to end. */
    static boolean isOwed(Settlement came) {
        return !came.purge().isEmpty() || !came.ended().isEmpty();
    }

    /** The backend may act on the write from now on. */
    void expect(Settlement possible) {
        List<Credential> sessions = new ArrayList<>();
        ended(possible, sessions::add);
        IdentityResolver.Change before = change;
        change = services.purger().changing(sessions, possible.purge());
        before.over();
    }

    /** Whether a visitor is who they were known to be, as far as other writes than this one can change that. */
    boolean isStill(Credential credential, Identity identity, long since) {
        return !services.identities().isChangedSince(since, credential, identity, change);
    }

    /** Nothing was written. */
    void lift() {
        change.over();
        if (!over) {
            over = true;
            drop(intent.lift());
        }
    }

    /** Purges, and ends sessions; the intent stands on. {@code then} runs when the store has been told, or owes it. */
    void purge(Settlement came, Runnable then) {
        endSessions(came);
        if (over || came.purge().isEmpty()) {
            then.run();
            return;
        }
        count(came);
        exchange.<Boolean>await(services.purger().purge(intent, came.purge()), applied -> then.run());
    }

    /** All purges of the answer are done; where one more is owed later, the intent stands until then. */
    void done(Settlement came) {
        if (over) {
            return;
        }
        over = true;
        if (came.again().isPresent() && !came.purge().isEmpty()) {
            later(came.again().get(), () -> {
                exchange.<Boolean>await(services.purger().purge(intent, came.purge()), applied -> drop(intent.done()));
                change.over();
            });
            return;
        }
        change.over();
        drop(came.purge().isEmpty() ? intent.lift() : intent.done());
    }

    /**
     * What the backend made of the write is not known: purges what it may have changed, keeps that from being stored for
     * a while, and purges it once more. {@code then} runs when the store has been told of the first.
     */
    void unknown(Settlement came, Runnable then) {
        Duration length = services.settings().unknownOutcomeHold();
        ended(came, credential -> services.identities().hold(credential, length));
        if (over || !isOwed(came)) {
            lift();
            then.run();
            return;
        }
        if (came.purge().isEmpty()) {
            lift();
            then.run();
        } else {
            over = true;
            count(came);
            exchange.<Boolean>await(services.purger().hold(intent, came.purge(), length), applied -> then.run());
        }
        change.over();
        // The store ends the hold of what is stored; what is known of visitors, and flights, are of this process.
        later(length, () -> {
            endSessions(came);
            services.purger().forget(came.purge());
        });
    }

    private void later(Duration delay, Runnable then) {
        var unused = exchange.after(delay, then);
    }

    private void endSessions(Settlement came) {
        ended(came, services.identities()::end);
    }

    private void ended(Settlement came, Consumer<Credential> then) {
        for (String name : came.ended()) {
            if (services.identities().find(name, exchange.request()) instanceof Carried.One one) {
                then.accept(one.credential());
            }
        }
    }

    /** A purge that is repeated counts once. */
    private void count(Settlement came) {
        if (!counted) {
            counted = true;
            exchange.purged(came.purge().size());
        }
    }

    private static void drop(CompletionStage<Boolean> ended) {
        // The store keeps what it could not be told; nobody waits for it.
        CompletionStage<Boolean> unused = ended;
    }
}
