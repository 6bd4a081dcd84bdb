package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.EpochTokens;
import dev.larder.store.Intent;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The writes of this process that the store has been told of: puts their intents, renews them while they stand, and puts them on
 * everything where others store by other rules. Any thread; nothing blocks.
 */
final class RedisIntents implements RedisIntent.Owner {

    /** Does something after a while. */
    interface Later {
        void run(Duration length, Runnable task);
    }

    private final RedisNames names;
    private final RedisServers servers;
    private final RedisPurger purger;
    private final Membership membership;
    private final VisitorChanges changes;
    private final TakenBack takenBack;
    private final Supplier<String> rules;
    private final Supplier<String> inForce;
    private final Later later;
    private final Duration groupTtl;
    private final Duration lease;
    private final Duration timeout;
    private final LongSupplier nanoTime;

    private final Set<RedisIntent> intents = ConcurrentHashMap.newKeySet();

    /**
     * No intents.
     *
     * @param rules a fingerprint of the rules that are, or are about to be, in force
     * @param inForce by which things are stored and purged here
     * @param lease how long an intent stands without being renewed
     */
    RedisIntents(
            RedisNames names,
            RedisServers servers,
            RedisPurger purger,
            Membership membership,
            VisitorChanges changes,
            Supplier<String> rules,
            Supplier<String> inForce,
            Later later,
            Duration groupTtl,
            Duration lease,
            Duration timeout,
            LongSupplier nanoTime) {
        this.names = names;
        this.servers = servers;
        this.purger = purger;
        this.membership = membership;
        this.changes = changes;
        this.takenBack = new TakenBack(names, servers::shards, nanoTime, timeout.toNanos(), lease.toNanos());
        this.rules = rules;
        this.inForce = inForce;
        this.later = later;
        this.groupTtl = groupTtl;
        this.lease = lease;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /** How many stand. */
    int count() {
        return intents.size();
    }

    /** Whether a field is that of an intent of this process. */
    boolean isOwn(String field) {
        for (RedisIntent own : intents) {
            if (own.field().equals(field)) {
                return true;
            }
        }
        return false;
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    /** See {@link dev.larder.store.CacheStore#intend}. */
    CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
        Set<PurgeGroup> distinct = new LinkedHashSet<>(groups);
        String by = inForce.get();
        if (!distinct.isEmpty() && reachesAll(by)) {
            distinct.add(OwedPurges.EVERYTHING);
        }
        String field = RedisNames.INTENT + EpochTokens.next();
        RedisShards shards = servers.shards();
        if (shards == null) {
            return CompletableFuture.completedFuture(intent(field, distinct, false, 0));
        }
        if (distinct.isEmpty()) {
            return CompletableFuture.completedFuture(intent(field, distinct, true, 0));
        }
        long sentNanos = nanoTime.getAsLong();
        return shards.sendFirst(intendTrip(field, distinct), deadline()).thenCompose(end -> {
            if (end instanceof TripEnd.Replies replies && !replies.anyRefused()) {
                RedisIntent intent = intent(field, distinct, true, sentNanos);
                intents.add(intent);
                // Other rules may have come meanwhile, here or elsewhere, to whom the intent was not known yet.
                return reachesAll(by) && intent.widen()
                        ? renew(shards, intent).thenApply(renewed -> intent)
                        : CompletableFuture.completedFuture(intent);
            }
            // It may arrive all the same. What is sent after it takes it away again, lest it lapses into a purge.
            CompletionStage<?> ignored = unmark(field, distinct);
            return CompletableFuture.completedFuture(intent(field, distinct, false, sentNanos));
        });
    }

    /**
     * Whether what an intent stands for may be stored by other rules than these, of groups that these know nothing of. A
     * sidecar that is no member is not told of others.
     */
    private boolean reachesAll(String by) {
        return membership.members().differing()
                || !by.equals(rules.get())
                || (servers.shards() != null && !membership.isLive());
    }

    /** Whoever joins, or goes by other rules, is about to store: what is under way is put where they can see it. */
    CompletionStage<Boolean> tellOfWrites() {
        CompletionStage<Boolean> told = changes.tell();
        return membership.members().differing()
                ? told.thenCombine(widen(), (heard, widened) -> heard && widened)
                : told;
    }

    /** Completes with whether all intents stand for everything. */
    CompletionStage<Boolean> widen() {
        RedisShards shards = servers.shards();
        CompletionStage<Boolean> widened = CompletableFuture.completedStage(true);
        for (RedisIntent intent : intents) {
            if (intent.widen()) {
                widened = widened.thenCombine(
                        shards == null ? CompletableFuture.completedStage(false) : renew(shards, intent),
                        (before, next) -> before && next);
            }
        }
        return widened;
    }

    private Trip intendTrip(String field, Collection<PurgeGroup> groups) {
        Trip trip = new Trip();
        for (PurgeGroup group : groups) {
            trip.script(
                    RedisScript.INTEND,
                    names.group(group),
                    EpochTokens.next(),
                    Long.toString(groupTtl.toMillis()),
                    field,
                    Long.toString(lease.toMillis()));
        }
        return trip;
    }

    private RedisIntent intent(String field, Collection<PurgeGroup> groups, boolean standing, long sentNanos) {
        return new RedisIntent(field, groups, lease, timeout, standing, sentNanos, nanoTime, purger, this);
    }

    /** Called by the upkeep at a third of the lease. One that comes too late finds its purge done: no harm. */
    void renewAll(RedisShards shards) {
        changes.renew();
        takenBack.again(shards);
        if (membership.isLive()) {
            // Also where nobody else is left: the last one may have died in the middle of a write.
            CompletionStage<Boolean> unused = changes.watch();
        }
        for (RedisIntent intent : intents) {
            // Whoever has a write under way stays a member, lest nobody knows that its owner has died.
            membership.used();
            CompletionStage<Boolean> unused = renew(shards, intent);
        }
    }

    private CompletionStage<Boolean> renew(RedisShards shards, RedisIntent intent) {
        Collection<PurgeGroup> marked = intent.marked();
        if (marked.isEmpty()) {
            return CompletableFuture.completedStage(true);
        }
        long sentNanos = nanoTime.getAsLong();
        intent.renewing(sentNanos);
        return shards.sendFirst(intendTrip(intent.field(), marked), deadline()).thenApply(end -> {
            boolean renewed = end instanceof TripEnd.Replies replies && !replies.anyRefused();
            if (renewed) {
                intent.renewed(sentNanos);
            }
            List<PurgeGroup> left = new ArrayList<>(marked);
            left.removeAll(intent.marked());
            if (!left.isEmpty() && !intent.isLapsing()) {
                // It was narrowed or ended while this was under way.
                CompletionStage<?> unusedEnd = unmark(intent.field(), left);
            }
            return renewed;
        });
    }

    // ---- what an intent has done for it ------------------------------------------------------------------------

    @Override
    public CompletionStage<Boolean> unmark(String field, Collection<PurgeGroup> groups) {
        return takenBack.take(field, groups);
    }

    @Override
    public void purgeAfter(Duration length, Collection<PurgeGroup> groups, String holdField) {
        later.run(length, () -> {
            CompletableFuture<?> ignored = purger.purge(groups, holdField, null, List.of());
        });
    }

    @Override
    public CompletionStage<Boolean> changing(String field, Collection<PurgeGroup> visitors) {
        return changes.begin(field, visitors);
    }

    @Override
    public void changed(String field) {
        changes.end(field);
    }

    @Override
    public CompletionStage<?> mayChange(String field, Collection<PurgeGroup> visitors, Duration length) {
        return changes.hold(field, visitors, length);
    }

    @Override
    public void changedUnheard(String field) {
        changes.letLapse(field);
    }

    @Override
    public void renew(RedisIntent intent) {
        RedisShards shards = servers.shards();
        if (shards != null) {
            CompletionStage<Boolean> unused = renew(shards, intent);
        }
    }

    @Override
    public void ended(RedisIntent intent) {
        intents.remove(intent);
    }
}
