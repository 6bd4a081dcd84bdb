package dev.larder.store.redis;

import dev.larder.purge.PurgeGroup;
import dev.larder.store.CacheStore;
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
    private final StoredCounts counts;
    private final String instance;
    private final long deadlineNanos;
    private boolean full;

    /** @param instance what this sidecar is called */
    RedisFill(
            RedisNames names,
            RedisShards shards,
            StoredCounts counts,
            Duration groupTtl,
            String instance,
            long deadlineNanos) {
        this.counts = counts;
        this.instance = instance;
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
        String variant = vary.variant(response.head().varied());
        String field = RedisNames.mark(key.site(), variant);
        String mark = EntryMark.text(
                key.key().route(),
                epochs,
                new CacheStore.Filled(
                        instance,
                        response.head().responseTime(),
                        response.head().lifetime()));
        long bytes = StoredCounts.bytes(names.entry(key.key()), field, mark, value);
        boolean replaceOnly = counts.room(key.key().route(), key.key().text(), bytes) == StoredCounts.Room.REPLACE_ONLY;
        EpochReading reading = new EpochReading(names, shards, groupTtl.toMillis(), "", "", groups);
        Trip trip = new Trip();
        reading.ask(trip);
        int before = replaceOnly ? trip.hashFields(names.entry(key.key()), field) : -1;
        return shards.send(trip, deadlineNanos).thenCompose(end -> {
            PutResult refused = refused(reading, epochs, end);
            if (refused == null && end instanceof TripEnd.Replies replies && before >= 0 && isNew(replies, before)) {
                counts.refused();
                refused = PutResult.TOO_LARGE;
            }
            return refused == null
                    ? store(key, vary, variant, value, bytes, mark, groups, timeToLive)
                    : CompletableFuture.completedFuture(refused);
        });
    }

    /** Whether the servers had no room. */
    boolean isFull() {
        return full;
    }

    private static boolean isNew(TripEnd.Replies replies, int place) {
        try {
            return replies.refused(place) || replies.list(place, 1).get(0) == null;
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return true;
        }
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
            StoreKey key,
            Vary vary,
            String variant,
            byte[] value,
            long bytes,
            String mark,
            List<PurgeGroup> groups,
            Duration timeToLive) {
        Trip trip = new Trip();
        int place = trip.script(
                RedisScript.STORE,
                names.entry(key.key()),
                octets(RedisNames.site(key.site())),
                octets(VaryMemory.text(vary)),
                octets(variant),
                value,
                octets(Long.toString(Math.max(1, timeToLive.toMillis()))),
                octets(Integer.toString(MOST_VARIANTS)),
                octets(Integer.toString(MOST_FIELDS)),
                octets(Long.toString(bytes)),
                octets(mark));
        // The epochs must not expire before what was stored under them.
        String keep = Long.toString((timeToLive.compareTo(groupTtl) > 0 ? timeToLive : groupTtl).toMillis());
        for (PurgeGroup group : groups) {
            trip.script(RedisScript.KEEP, names.group(group), keep);
        }
        trip.script(RedisScript.KEEP, names.group(OwedPurges.EVERYTHING), keep);
        return shards.send(trip, deadlineNanos)
                .thenApply(end -> end instanceof TripEnd.Replies replies
                        ? stored(key.key().route(), replies, place)
                        : PutResult.UNAVAILABLE);
    }

    private PutResult stored(String route, TripEnd.Replies replies, int place) {
        if (replies.refused(place)) {
            full = replies.anyWithoutRoom();
            if (full) {
                counts.refused();
            }
            return full ? PutResult.TOO_LARGE : PutResult.UNAVAILABLE;
        }
        try {
            List<String> answer = replies.texts(place);
            counts.add(route, Long.parseLong(answer.get(1)), Long.parseLong(answer.get(2)));
            return PutResult.STORED;
        } catch (TripEnd.Unexpected | NumberFormatException | IndexOutOfBoundsException e) {
            replies.distrust();
            return PutResult.UNAVAILABLE;
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
