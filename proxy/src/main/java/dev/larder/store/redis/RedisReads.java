package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.NearCache;
import dev.larder.store.StoreGuard;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponseCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the store on Redis: what is stored, and the epochs of groups. What is owed is refused, before the server is
 * asked and after it has answered, and what was found may be copied. Any thread; every stage completes within the timeout.
 */
final class RedisReads {

    private static final Lookup AWAY = new Lookup.Unavailable(TripEnd.AWAY.detail());
    private static final Lookup OWED = new Lookup.Unavailable(StoreGuard.OWED);

    private final RedisNames names;
    private final RedisServers servers;
    private final RedisPurger purger;
    private final RedisIntents intents;
    private final LeftWrites leftWrites;
    private final Membership membership;
    private final NearCache near;
    private final DecodedOnce values;
    private final Supplier<String> rules;
    private final Supplier<String> inForce;

    /** Something has become dead. */
    private final Runnable purged;

    private final Duration groupTtl;
    private final Duration lease;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final VaryMemory varies = new VaryMemory();

    /**
     * All that reading needs.
     *
     * @param rules a fingerprint of the rules that are, or are about to be, in force
     * @param inForce the rules by which something found absent is going to be stored
     * @param purged run where a lookup finds that something has lapsed, which was a purge
     * @param lease how long an intent stands without being renewed
     * @param timeout for each lookup, however many trips it takes
     */
    RedisReads(
            RedisNames names,
            RedisServers servers,
            RedisPurger purger,
            RedisIntents intents,
            LeftWrites leftWrites,
            Membership membership,
            NearCache near,
            StoredResponseCodec codec,
            Supplier<String> rules,
            Supplier<String> inForce,
            Runnable purged,
            Duration groupTtl,
            Duration lease,
            Duration timeout,
            LongSupplier nanoTime) {
        this.names = names;
        this.servers = servers;
        this.purger = purger;
        this.intents = intents;
        this.leftWrites = leftWrites;
        this.membership = membership;
        this.near = near;
        this.values = new DecodedOnce(codec);
        this.rules = rules;
        this.inForce = inForce;
        this.purged = purged;
        this.groupTtl = groupTtl;
        this.lease = lease;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    /** Why nothing can be asked about these groups now, or null. */
    private @Nullable Lookup refusal(Collection<PurgeGroup> groups) {
        if (servers.shards() == null) {
            return AWAY;
        }
        return purger.owed().concerns(groups) ? OWED : null;
    }

    /** See {@link dev.larder.store.CacheStore#peek}. */
    @Nullable
    Lookup peek(StoreKey key, List<PurgeGroup> groups) {
        membership.used();
        Lookup refusal = refusal(groups);
        return refusal == null && membership.isLive() ? near.peek(key, groups) : refusal;
    }

    /** See {@link dev.larder.store.CacheStore#lookup}. */
    CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
        RedisShards shards = servers.shards();
        Lookup refusal = refusal(groups);
        if (shards == null || refusal != null) {
            return CompletableFuture.completedFuture(refusal == null ? AWAY : refusal);
        }
        NearCache.Before before = near.before(groups);
        RedisLookup lookup = new RedisLookup(
                names, shards, key, groups, inForce.get(), groupTtl.toMillis(), varies, values, deadline());
        lookup.trusting(this::trusts);
        return lookup.run().thenApply(found -> {
            if (lookup.hasPurged()) {
                purged.run();
            }
            if (purger.owed().concerns(groups)) {
                // It has become owed while the answer was on its way, from before it.
                return OWED;
            }
            if (found instanceof Lookup.Found stored && lookup.isQuiet()) {
                near.copy(key, stored.response(), before);
            }
            if (found instanceof Lookup.Absent absent) {
                return new Lookup.Absent(absent.why(), storable(absent.epochs(), lookup.isMixed()));
            }
            return found;
        });
    }

    /**
     * Whether what is stored under an intent may be used. Not under one from before this sidecar became a member: its owner may
     * have answered the write, owing the purge, when it could know of nobody else.
     */
    private boolean trusts(String field, long deadlineMillis, RedisLink from) {
        boolean plausible = deadlineMillis <= from.serverMillis() + lease.toMillis() + EpochReading.CLOCK_MARGIN_MILLIS;
        return (plausible && membership.wasKnown(from, deadlineMillis - lease.toMillis()))
                || leftWrites.isOwn(field)
                || intents.isOwn(field);
    }

    /** See {@link dev.larder.store.CacheStore#epochs}. */
    CompletionStage<@Nullable Epochs> epochs(String route, List<PurgeGroup> groups) {
        RedisShards shards = servers.shards();
        if (shards == null || owes(route, groups)) {
            return CompletableFuture.completedFuture(null);
        }
        return read(shards, route, groups, deadline())
                .thenApply(reading ->
                        reading == null || owes(route, groups) ? null : storable(reading.epochs(), reading.isMixed()));
    }

    /**
     * Where others store by other rules, a sidecar stores only what it begins to fetch as a member: then their intents reach
     * what it stores. And while its own rules are being replaced, nothing: what it read after their purge, and noted as theirs, would
     * count as stored by those that come.
     */
    private Epochs storable(Epochs epochs, boolean mixed) {
        return (mixed && !membership.isLive()) || !inForce.get().equals(rules.get())
                ? new Epochs(epochs.incarnation(), epochs.tokens(), epochs.change(), true)
                : epochs;
    }

    private boolean owes(String route, List<PurgeGroup> groups) {
        return purger.owed().concerns(groups) || purger.owed().concernsRoute(route);
    }

    /** A settled reading, or null where the server does not give one in time. */
    private CompletionStage<@Nullable EpochReading> read(
            RedisShards shards, String route, List<PurgeGroup> groups, long deadlineNanos) {
        EpochReading reading = new EpochReading(names, shards, groupTtl.toMillis(), route, inForce.get(), groups);
        Trip trip = new Trip();
        reading.ask(trip);
        return shards.read(trip, deadlineNanos).thenCompose(end -> {
            if (!understood(end, reading::read)) {
                return CompletableFuture.completedFuture(null);
            }
            if (reading.settled()) {
                return CompletableFuture.completedFuture(reading);
            }
            EpochReading.Touch touch = reading.touch();
            return shards.sendFirst(touch.trip(), deadlineNanos).thenApply(touched -> {
                boolean read = understood(touched, touch::read);
                if (reading.hasPurged()) {
                    purged.run();
                }
                return read ? reading : null;
            });
        });
    }

    private interface Reader {
        boolean read(TripEnd.Replies replies);
    }

    private static boolean understood(TripEnd end, Reader reader) {
        if (!(end instanceof TripEnd.Replies replies)) {
            return false;
        }
        try {
            return reader.read(replies);
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return false;
        }
    }
}
