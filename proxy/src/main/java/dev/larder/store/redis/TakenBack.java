package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes intents back, and again where a server could not be told, until they would have lapsed: one that is left behind when a
 * connection is lost costs hits, since whoever becomes a member after that uses nothing that is stored under it. Any thread.
 */
final class TakenBack {

    /** Over that, the rest lapses. */
    private static final int MOST = 10_000;

    /** One that could not be taken back; {@code groups} is never changed. */
    private record Left(String field, List<PurgeGroup> groups, long untilNanos) {}

    private final RedisNames names;
    private final Supplier<@Nullable RedisShards> servers;
    private final LongSupplier nanoTime;
    private final long timeoutNanos;
    private final long leaseNanos;

    private final Set<Left> left = ConcurrentHashMap.newKeySet();

    /**
     * Nothing left behind yet.
     *
     * @param timeoutNanos of a trip
     * @param leaseNanos of an intent
     */
    TakenBack(
            RedisNames names,
            Supplier<@Nullable RedisShards> servers,
            LongSupplier nanoTime,
            long timeoutNanos,
            long leaseNanos) {
        this.names = names;
        this.servers = servers;
        this.nanoTime = nanoTime;
        this.timeoutNanos = timeoutNanos;
        this.leaseNanos = leaseNanos;
    }

    /** Takes an intent off these groups; completes with whether that is done. No purge may be owed for which it stands. */
    CompletionStage<Boolean> take(String field, Collection<PurgeGroup> groups) {
        return take(servers.get(), new Left(field, List.copyOf(groups), nanoTime.getAsLong() + leaseNanos));
    }

    /** Once more where it could not be done. */
    void again(RedisShards on) {
        for (Left behind : left) {
            if (left.remove(behind) && nanoTime.getAsLong() - behind.untilNanos < 0) {
                CompletionStage<Boolean> unused = take(on, behind);
            }
        }
    }

    private CompletionStage<Boolean> take(@Nullable RedisShards on, Left behind) {
        if (on == null) {
            return CompletableFuture.completedFuture(taken(behind, false));
        }
        Trip trip = new Trip();
        for (PurgeGroup group : behind.groups) {
            trip.hashDelete(names.group(group), behind.field);
        }
        return on.sendFirst(trip, nanoTime.getAsLong() + timeoutNanos)
                .thenApply(end -> taken(behind, end instanceof TripEnd.Replies replies && !replies.anyRefused()));
    }

    private boolean taken(Left behind, boolean done) {
        if (!done && left.size() < MOST) {
            left.add(behind);
        }
        return done;
    }
}
