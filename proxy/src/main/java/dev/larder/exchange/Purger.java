package dev.larder.exchange;

import dev.larder.identity.Credential;
import dev.larder.identity.IdentityResolver;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore;
import dev.larder.store.Intent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Carries a purge to everything that holds what a write made invalid: flights under way, what is known of visitors, and
 * the store. Any thread.
 */
public final class Purger {

    private final CacheStore store;
    private final IdentityResolver identities;
    private final RequestCollapser collapser;

    /** A purger over the process's one store, resolver and collapser. */
    public Purger(CacheStore store, IdentityResolver identities, RequestCollapser collapser) {
        this.store = store;
        this.identities = identities;
        this.collapser = collapser;
    }

    /** Announces a write to the store; completes when it stands, or cannot. */
    CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        return store.intend(stored(groups));
    }

    /** Purges; the stage completes when the store has been told or the purge is owed. */
    CompletionStage<Boolean> purge(Intent intent, Collection<PurgeGroup> groups) {
        forget(groups);
        return intent.purge(stored(groups));
    }

    /** Purges now, keeps what is fetched meanwhile from being stored, and purges again when the hold ends. */
    CompletionStage<Boolean> hold(Intent intent, Collection<PurgeGroup> groups, Duration length) {
        collapser.doom(groups);
        identities.hold(ofIdentities(groups), length);
        List<PurgeGroup> inStore = stored(groups);
        return intent.purge(inStore).thenCompose(purged -> intent.hold(inStore, length));
    }

    /** What a write may change of visitors, from now on until the result is told that it is over. */
    IdentityResolver.Change changing(Collection<Credential> sessions, Collection<PurgeGroup> groups) {
        return identities.changing(sessions, ofIdentities(groups));
    }

    /** What this process holds beside the store: flights under way, and what is known of visitors. */
    void forget(Collection<PurgeGroup> groups) {
        collapser.doom(groups);
        identities.forget(ofIdentities(groups));
    }

    private static List<PurgeGroup> ofIdentities(Collection<PurgeGroup> groups) {
        return groups.stream().filter(group -> group.route().isEmpty()).toList();
    }

    private static List<PurgeGroup> stored(Collection<PurgeGroup> groups) {
        return groups.stream().filter(group -> !group.route().isEmpty()).toList();
    }
}
