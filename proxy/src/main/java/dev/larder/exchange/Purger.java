package dev.larder.exchange;

import dev.larder.identity.IdentityResolver;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore;
import dev.larder.store.Intent;
import dev.larder.store.PurgeListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Carries a purge to everything that holds what a write made invalid: flights under way, what is known of visitors, and
 * the store, which tells the other sidecars. Hears of their purges as well. Any thread.
 */
public final class Purger implements PurgeListener {

    private final CacheStore store;
    private final Supplier<RulesInForce> rules;
    private final RequestCollapser collapser;

    /** Who is told of purges as they happen, for people to look at. Any thread; does not block. */
    @FunctionalInterface
    public interface Observer {

        /** These groups are being purged. */
        void purging(Cause cause, Collection<PurgeGroup> groups);
    }

    /**
     * Why something is purged.
     *
     * @param kind {@code write}, {@code elsewhere}, or as named to {@link #purge}
     * @param request method and path of the write, empty where it was none that passed here; visitors' own, not for logs
     * @param rules names of the purge rules that applied
     * @param again whether this write has purged the same before: what was fetched meanwhile goes, too
     */
    public record Cause(String kind, String request, List<String> rules, boolean again) {

        static Cause of(String kind) {
            return new Cause(kind, "", List.of(), false);
        }
    }

    private volatile Observer observer = (cause, groups) -> {};

    /**
     * A purger over the process's one store and collapser.
     *
     * @param rules those in force, whose visitors are told of with all that were known before
     */
    public Purger(CacheStore store, Supplier<RulesInForce> rules, RequestCollapser collapser) {
        this.store = store;
        this.rules = rules;
        this.collapser = collapser;
    }

    /** Announces a write to the store; completes when it stands, or cannot. */
    CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        // What is known of visitors is gone with this process; others are told of it apart.
        return store.intend(
                groups.stream().filter(group -> !group.route().isEmpty()).toList());
    }

    /** Purges; the stage completes when the store has been told or the purge is owed. */
    CompletionStage<Boolean> purge(Cause cause, Intent intent, Collection<PurgeGroup> groups) {
        observer.purging(cause, groups);
        return carry(intent, groups);
    }

    private CompletionStage<Boolean> carry(Intent intent, Collection<PurgeGroup> groups) {
        drop(groups);
        return intent.purge(groups);
    }

    /** From now on this one is told. */
    public void observe(Observer next) {
        observer = next;
    }

    /** Purges now, keeps what is fetched meanwhile from being stored, and purges again when the hold ends. */
    CompletionStage<Boolean> hold(Cause cause, Intent intent, Collection<PurgeGroup> groups, Duration length) {
        observer.purging(cause, groups);
        collapser.doom(groups);
        identities().hold(ofIdentities(groups), length);
        return intent.purge(groups).thenCompose(purged -> intent.hold(groups, length));
    }

    /**
     * A purge that no write of a visitor caused: announced, done and ended like that of one. The stage completes when the
     * store and the other sidecars have been told, with whether they were; where not, it is owed.
     */
    public CompletionStage<Boolean> purge(String cause, Collection<PurgeGroup> groups) {
        observer.purging(Cause.of(cause), groups);
        return intend(groups)
                .thenCompose(intent -> carry(intent, groups)
                        .thenCompose(purged -> intent.done().thenApply(ended -> purged)));
    }

    /** What a write may change of visitors, from now on until the result is told that it is over. */
    IdentityResolver.Change changing(Collection<PurgeGroup> groups) {
        return identities().changing(ofIdentities(groups));
    }

    /** What a write may change of visitors, for other sidecars; completes when they can know. */
    CompletionStage<Boolean> tellOfChanges(Intent intent, Collection<PurgeGroup> visitors) {
        return intent.changing(visitors);
    }

    /** What this process holds beside the store: flights under way, and what is known of visitors. */
    void drop(Collection<PurgeGroup> groups) {
        collapser.doom(groups);
        identities().forget(ofIdentities(groups));
    }

    /** Another sidecar purges these. */
    @Override
    public void purged(Collection<PurgeGroup> groups) {
        observer.purging(Cause.of("elsewhere"), groups);
        drop(groups);
    }

    /** Another sidecar does not know what a write of these came to. */
    @Override
    public void held(Collection<PurgeGroup> groups, Duration length) {
        observer.purging(Cause.of("elsewhere"), groups);
        collapser.doom(groups);
        identities().hold(ofIdentities(groups), length);
    }

    private IdentityResolver identities() {
        return rules.get().identities();
    }

    static List<PurgeGroup> ofIdentities(Collection<PurgeGroup> groups) {
        return groups.stream().filter(group -> group.route().isEmpty()).toList();
    }

    @Override
    public void missedSome() {
        collapser.doomAll();
        identities().forgetEverybody();
    }
}
