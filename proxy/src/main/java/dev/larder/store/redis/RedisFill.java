package dev.larder.store.redis;

import dev.larder.http.Fields;
import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Epochs;
import dev.larder.store.OwedPurges;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import dev.larder.store.Vary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One fill: a trip that compares its epochs with the current ones, then one that stores. A purge between the two does no
 * harm, since each lookup compares again; the first trip is there for holds, for what has lapsed, and so as not to store
 * what is dead. Confined to its trips' callbacks.
 */
final class RedisFill {

    private static final int MOST_VARIANTS = 8;

    /** Fields of one hash, whatever number of sites share a key: more come only of made-up authorities. */
    private static final int MOST_FIELDS = 512;

    private final RedisNames names;
    private final RedisShards shards;
    private final Duration groupTtl;
    private final long deadlineNanos;

    RedisFill(RedisNames names, RedisShards shards, Duration groupTtl, long deadlineNanos) {
        this.names = names;
        this.shards = shards;
        this.groupTtl = groupTtl;
        this.deadlineNanos = deadlineNanos;
    }

    CompletionStage<PutResult> put(
            StoreKey key, Vary vary, StoredResponse response, byte[] value, Duration timeToLive) {
        Epochs epochs = response.epochs();
        if (!epochs.incarnation().equals(shards.incarnation())) {
            return CompletableFuture.completedFuture(PutResult.PURGED);
        }
        List<PurgeGroup> groups = new ArrayList<>();
        for (String name : epochs.tokens().keySet()) {
            if (!name.equals(OwedPurges.EVERYTHING.name())) {
                // Of which route it is does not matter: nothing is touched here.
                groups.add(new PurgeGroup(name, ""));
            }
        }
        EpochReading reading = new EpochReading(names, shards, groupTtl.toMillis(), "", groups);
        Trip trip = new Trip();
        reading.ask(trip);
        return shards.send(trip, deadlineNanos).thenCompose(end -> {
            PutResult refused = refused(reading, epochs, end);
            return refused == null
                    ? store(key, vary, response.head().varied(), value, groups, timeToLive)
                    : CompletableFuture.completedFuture(refused);
        });
    }

    private @Nullable PutResult refused(EpochReading reading, Epochs epochs, TripEnd end) {
        if (!(end instanceof TripEnd.Replies replies)) {
            return PutResult.UNAVAILABLE;
        }
        try {
            if (!reading.read(replies)) {
                return PutResult.UNAVAILABLE;
            }
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return PutResult.UNAVAILABLE;
        }
        if (reading.held()) {
            return PutResult.HELD;
        }
        // What may have lapsed is as good as purged: the next reader makes it so.
        return reading.mayHaveLapsed() || !reading.current(epochs) ? PutResult.PURGED : null;
    }

    private CompletionStage<PutResult> store(
            StoreKey key, Vary vary, Fields varied, byte[] value, List<PurgeGroup> groups, Duration timeToLive) {
        Trip trip = new Trip();
        int place = trip.script(
                RedisScript.STORE,
                names.entry(key.key()),
                octets(RedisNames.site(key.site())),
                octets(VaryMemory.text(vary)),
                octets(vary.variant(varied)),
                value,
                octets(Long.toString(Math.max(1, timeToLive.toMillis()))),
                octets(Integer.toString(MOST_VARIANTS)),
                octets(Integer.toString(MOST_FIELDS)));
        // The epochs must not expire before what was stored under them.
        String keep = Long.toString((timeToLive.compareTo(groupTtl) > 0 ? timeToLive : groupTtl).toMillis());
        for (PurgeGroup group : groups) {
            trip.script(RedisScript.KEEP, names.group(group), keep);
        }
        trip.script(RedisScript.KEEP, names.group(OwedPurges.EVERYTHING), keep);
        return shards.send(trip, deadlineNanos)
                .thenApply(end -> end instanceof TripEnd.Replies replies && !replies.refused(place)
                        ? PutResult.STORED
                        : PutResult.UNAVAILABLE);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
