package dev.larder.store.redis;

import dev.larder.store.EpochTokens;
import dev.larder.store.OwedPurges;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What members that went by other rules, and died, may have left under way: writes whose intents stand on groups of those rules, so
 * that their lapse would not reach what this process stores by its own. Where one has died within an intent's lease, an intent is put
 * on everything, once in a process, before its first lease counts; it lapses when the last of theirs has. Any thread.
 */
final class LeftWrites {

    private final RedisNames names;
    private final Supplier<@Nullable RedisShards> servers;
    private final MemberCommands members;
    private final LongSupplier nanoTime;
    private final String leaseMillis;
    private final String groupTtlMillis;
    private final String field = RedisNames.INTENT + EpochTokens.next();
    private volatile boolean covered;

    /**
     * None covered yet.
     *
     * @param lease of an intent
     */
    LeftWrites(
            RedisNames names,
            Supplier<@Nullable RedisShards> servers,
            MemberCommands members,
            LongSupplier nanoTime,
            Duration lease,
            Duration groupTtl) {
        this.names = names;
        this.servers = servers;
        this.members = members;
        this.nanoTime = nanoTime;
        this.leaseMillis = Long.toString(lease.toMillis());
        this.groupTtlMillis = Long.toString(groupTtl.toMillis());
    }

    /** Whether an intent is the one that was put here: this process may use what is stored under it, as under its own. */
    boolean isOwn(String intent) {
        return intent.equals(field);
    }

    /** Completes with whether all of them are covered; false where the store could not be asked or told. */
    CompletionStage<Boolean> cover() {
        RedisShards shards = servers.get();
        RedisLink home = shards == null ? null : shards.home(names.members());
        if (covered || shards == null || home == null) {
            return CompletableFuture.completedStage(covered);
        }
        Trip trip = new Trip();
        // Whose lease has run out is dropped first, and then known to have died.
        int unused = members.add(trip, home.incarnation(), "read", "", "", null, "");
        int list = trip.hashAll(names.members());
        return shards.sendFirst(trip, deadline()).thenCompose(end -> {
            if (!(end instanceof TripEnd.Replies replies) || replies.anyRefused()) {
                return CompletableFuture.completedStage(false);
            }
            try {
                return isLeftByOthers(replies.hash(list)) ? put(shards) : done(true);
            } catch (TripEnd.Unexpected other) {
                replies.distrust();
                return CompletableFuture.completedStage(false);
            }
        });
    }

    private boolean isLeftByOthers(Map<String, byte[]> fields) {
        String own = RedisNames.DEAD + members.rules();
        return fields.keySet().stream().anyMatch(name -> name.startsWith(RedisNames.DEAD) && !name.equals(own));
    }

    private CompletionStage<Boolean> put(RedisShards on) {
        Trip trip = new Trip();
        int place = trip.script(
                RedisScript.INTEND,
                names.group(OwedPurges.EVERYTHING),
                EpochTokens.next(),
                groupTtlMillis,
                field,
                leaseMillis);
        return on.sendFirst(trip, deadline()).thenCompose(end -> done(isPut(end, place)));
    }

    private boolean isPut(TripEnd end, int place) {
        try {
            return end instanceof TripEnd.Replies replies
                    && !replies.refused(place)
                    && replies.texts(place).equals(List.of(field));
        } catch (TripEnd.Unexpected other) {
            return false;
        }
    }

    private CompletionStage<Boolean> done(boolean now) {
        covered |= now;
        return CompletableFuture.completedStage(now);
    }

    private long deadline() {
        return nanoTime.getAsLong() + Membership.UNHURRIED.toNanos();
    }
}
