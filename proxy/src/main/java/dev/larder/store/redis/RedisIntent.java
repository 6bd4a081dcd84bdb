package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.Intent;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One announced write. While it stands, a field of its name is in the hash of each of its groups, and {@link RedisStore}
 * renews it. A purge narrows it to the groups that were purged, since only these can still need one more. Any thread.
 */
final class RedisIntent implements Intent {

    private static final CompletionStage<Boolean> DONE = CompletableFuture.completedStage(true);

    /** What its owner does for it. */
    interface Owner {

        /** Takes the field away from these groups; whether the server was told. */
        CompletionStage<Boolean> unmark(String field, Collection<PurgeGroup> groups);

        /** One more purge at the end of a hold. */
        void purgeAfter(Duration length, Collection<PurgeGroup> groups, String holdField);

        /** It needs no renewal any more. */
        void ended(RedisIntent intent);
    }

    private final String field;
    private final Duration lease;
    private final boolean standing;
    private final RedisPurger purger;
    private final Owner owner;

    /** Groups whose hash has the field, as far as known; guarded by {@code this}. */
    private Set<PurgeGroup> marked;

    /** Guarded by {@code this}. */
    private boolean ended;

    RedisIntent(
            String field,
            Duration lease,
            boolean standing,
            Collection<PurgeGroup> marked,
            RedisPurger purger,
            Owner owner) {
        this.field = field;
        this.lease = lease;
        this.standing = standing;
        this.marked = new LinkedHashSet<>(marked);
        this.purger = purger;
        this.owner = owner;
    }

    String field() {
        return field;
    }

    /** The groups to renew it on. */
    synchronized List<PurgeGroup> marked() {
        return ended ? List.of() : List.copyOf(marked);
    }

    @Override
    public boolean standing() {
        return standing;
    }

    @Override
    public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
        if (!standing) {
            return purger.purge(groups, "", null, List.of());
        }
        Set<PurgeGroup> unmark;
        synchronized (this) {
            unmark = new LinkedHashSet<>(marked);
            unmark.removeAll(groups);
            // A superset until the server has answered: a field too many is taken away at the end, one too few stays.
            groups.stream().filter(RedisPurger::isStored).forEach(marked::add);
        }
        Set<PurgeGroup> unmarked = unmark;
        return purger.purge(groups, field, new RedisPurger.Mark(field, lease), unmarked)
                .thenApply(done -> {
                    if (done) {
                        synchronized (this) {
                            marked.removeAll(unmarked);
                        }
                    }
                    return done;
                });
    }

    @Override
    public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
        Set<PurgeGroup> unmark = new LinkedHashSet<>(end());
        unmark.removeAll(groups);
        RedisPurger.Mark hold = RedisPurger.hold(length);
        owner.purgeAfter(length, List.copyOf(groups), hold.field());
        return purger.purge(groups, standing ? field : "", hold, unmark);
    }

    @Override
    public CompletionStage<Boolean> done() {
        return lift();
    }

    @Override
    public CompletionStage<Boolean> lift() {
        Collection<PurgeGroup> left = end();
        return left.isEmpty() ? DONE : owner.unmark(field, left);
    }

    private Collection<PurgeGroup> end() {
        Collection<PurgeGroup> left;
        synchronized (this) {
            left = ended ? List.of() : List.copyOf(marked);
            ended = true;
            marked = Set.of();
        }
        owner.ended(this);
        return left;
    }
}
